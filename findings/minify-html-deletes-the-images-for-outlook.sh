#!/usr/bin/env bash
# minify-html 0.18.1: conditional comments are comments, and all comments are left out unless keep_comments is set;
# html-minifier-terser 7.2.0 keeps them even where it is told to remove comments. The image that is there for classic
# Outlook alone (VML in <!--[if mso]>) is gone, and no other program shows that anything is missing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @minify-html/node@0.18.1 html-minifier-terser@7.2.0
cat > probe.mjs <<'PROBE'
import minifyHtml from "@minify-html/node";
import { minify } from "html-minifier-terser";
const html = '<body><!--[if mso]><v:image src="https://img.example/i/a.png?n={{name}}" style="width:300px"/><![endif]--><!--[if !mso]><!--><img src="https://img.example/i/a.png?n={{name}}"><!--<![endif]--></body>';
console.log("minify-html", minifyHtml.minify(Buffer.from(html), {}).toString());
console.log("html-minifier-terser", await minify(html, { removeComments: true }));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
minify-html <body><img src="https://img.example/i/a.png?n={{name}}">
html-minifier-terser <body><!--[if mso]><v:image src="https://img.example/i/a.png?n={{name}}" style="width:300px"/><![endif]--><!--[if !mso]><!--><img src="https://img.example/i/a.png?n={{name}}"><!--<![endif]--></body>
SEEN
echo "as stated"
