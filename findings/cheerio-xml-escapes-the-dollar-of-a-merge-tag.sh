#!/usr/bin/env bash
# cheerio 1.2.0: xml() writes a dollar sign and an apostrophe of an attribute as character references, html() does not.
# Braze's {{${first_name}}} is then no tag any more: platforms look for their tags in the text of the mail, before
# anything reads HTML.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund cheerio@1.2.0
cat > probe.mjs <<'PROBE'
import * as cheerio from "cheerio";
const $ = cheerio.load(`<img src="https://img.example/i/a.png?n={{\${first_name}|default:'x'}}">`, {}, false);
console.log($.html());
console.log($.xml());
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<img src="https://img.example/i/a.png?n={{${first_name}|default:'x'}}">
<img src="https://img.example/i/a.png?n={{&#x24;{first_name}|default:&apos;x&apos;}}"/>
SEEN
echo "as stated"
