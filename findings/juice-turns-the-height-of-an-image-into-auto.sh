#!/usr/bin/env bash
# juice 11.1.1: a CSS rule height:auto replaces the number in an image's height attribute by the word "auto".
# HTML allows a number there and nothing else, so a mail client that ignores CSS has no height to lay the mail out by,
# and classic Outlook, which sizes images by their attributes, guesses.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund juice@11.1.1
cat > probe.mjs <<'PROBE'
import juice from "juice";
console.log(juice('<style>img { height: auto }</style><img src="a.png" width="600" height="315">'));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<img src="a.png" width="600" height="auto" style="height: auto;">
SEEN
echo "as stated"
