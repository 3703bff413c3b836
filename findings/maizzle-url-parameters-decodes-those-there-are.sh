#!/usr/bin/env bash
# @maizzle/framework 5.5.0: where urlParameters adds one parameter to a URL, all others are decoded and put in the order
# of the alphabet. AT%26T becomes AT and a parameter T, what follows %23 is lost, and the %2B of a signature becomes a
# space: a signed URL is another one afterwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @maizzle/framework@5.5.0
cat > probe.mjs <<'PROBE'
import { render } from "@maizzle/framework";
for (const query of ["n=AT%26T&z=1", "n=%231&z=1", "n=Ava&s=a%2Bb", "z=1&a=2"])
  console.log((await render(`<a href="https://img.example/i/a.png?${query}">x</a>`, { urlParameters: { utm_source: "mail" } })).html);
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<a href="https://img.example/i/a.png?T&n=AT&utm_source=mail&z=1">x</a>
<a href="https://img.example/i/a.png?n=&utm_source=mail">x</a>
<a href="https://img.example/i/a.png?n=Ava&s=a b&utm_source=mail">x</a>
<a href="https://img.example/i/a.png?a=2&utm_source=mail&z=1">x</a>
SEEN
echo "as stated"
