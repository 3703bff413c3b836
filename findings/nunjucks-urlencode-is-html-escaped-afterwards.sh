#!/usr/bin/env bash
# nunjucks 3.2.4: the result of urlencode is HTML-escaped by autoescape, and the apostrophe is a sign that urlencode
# leaves alone. O'Brien in a URL becomes O&#39;Brien; where the URL is not inside HTML (the plain-text part of a mail, a
# header) it ends at the #.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund nunjucks@3.2.4
cat > probe.mjs <<'PROBE'
import nunjucks from "nunjucks";
console.log(nunjucks.renderString("https://img.example/i/a.png?n={{ name | urlencode }}&z=1", { name: "Mary O'Brien" }));
console.log(new nunjucks.Environment(null, { autoescape: false }).renderString("{{ name | urlencode }}", { name: "Mary O'Brien" }));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
https://img.example/i/a.png?n=Mary%20O&#39;Brien&z=1
Mary%20O'Brien
SEEN
echo "as stated"
