#!/usr/bin/env bash
# DOMPurify 3.5.0 (jsdom 26.1.0): SAFE_FOR_TEMPLATES takes out not only a {{tag}} but all that stands before it in the
# same attribute or text: of an image's URL with one merge tag the host, the path and the first parameters, of a
# greeting its first word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund dompurify@3.5.0 jsdom@26.1.0
cat > probe.mjs <<'PROBE'
import createDOMPurify from "dompurify";
import { JSDOM } from "jsdom";
const purify = createDOMPurify(new JSDOM("").window);
console.log(purify.sanitize('<img src="https://img.example/i/a.png?k=1&n={{first_name}}&z=1">', { SAFE_FOR_TEMPLATES: true }));
console.log(purify.sanitize('<p>Dear {{first_name}}, hello</p>', { SAFE_FOR_TEMPLATES: true }));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<img src=" &amp;z=1">
<p> , hello</p>
SEEN
echo "as stated"
