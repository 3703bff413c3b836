#!/usr/bin/env bash
# minify-html 0.18.1 and pynliner 0.8.0 (with beautifulsoup4 4.15.0), or html2text 2025.4.15, meet: minify-html writes
# &amp; as & wherever HTML allows that in an attribute, so before copy= and para= too, and the parser of the other two
# (that of Python 3.11) takes it for the entity. Of two correct steps in a row the second one changes what the URL of an
# image says, and its signature is wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check minify-html==0.18.1 pynliner==0.8.0 beautifulsoup4==4.15.0 html2text==2025.4.15 2> /dev/null
cat > probe.py <<'PROBE'
import html2text
import minify_html
import pynliner
source = '<img src="https://img.example/i/a.png?k=1&amp;copy=2&amp;para=x" alt="Hi">'
small = minify_html.minify(source)
print(small)
for html in (source, small):
    print(ascii(pynliner.fromString(html)), ascii(html2text.html2text(html).strip()))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
<img src="https://img.example/i/a.png?k=1&copy=2&para=x" alt=Hi>
'<img alt="Hi" src="https://img.example/i/a.png?k=1&amp;copy=2&amp;para=x"/>' '![Hi](https://img.example/i/a.png?k=1&copy=2&para=x)'
'<img alt="Hi" src="https://img.example/i/a.png?k=1\xa9=2\xb6=x"/>' '![Hi](https://img.example/i/a.png?k=1\xa9=2\xb6=x)'
SEEN
echo "as stated"
