#!/usr/bin/env bash
# premailer 3.10.0 (lxml 6.1.3): an image's width in CSS becomes its width attribute with whatever unit it has, 20em
# too, over the number that stood there. HTML reads the digits and takes them for pixels: a client that sizes images by
# their attributes draws it 20 pixels wide. css-inline 0.24.0 does not do so, asked for width attributes either: it
# writes none for em.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check premailer==3.10.0 lxml==6.1.3 css-inline==0.24.0 2> /dev/null
cat > probe.py <<'PROBE'
import css_inline
import premailer
html = '<html><head><style>.wide{width:20em} .half{width:50%}</style></head><body><img class="wide" src="a.png" width="320"><img class="half" src="b.png" width="300"><img class="wide" src="c.png"></body></html>'
for name, made in (("premailer", premailer.transform(html)), ("css-inline", css_inline.CSSInliner(apply_width_attributes=True).inline(html))):
    print(name, made[made.index("<img") : made.index("</body")])
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
premailer <img class="wide" src="a.png" width="20em" style="width:20em"><img class="half" src="b.png" width="50%" style="width:50%"><img class="wide" src="c.png" style="width:20em" width="20em">
css-inline <img class="wide" width="320" src="a.png" style="width: 20em;"><img class="half" width="300" src="b.png" style="width: 50%;"><img class="wide" src="c.png" style="width: 20em;">
SEEN
echo "as stated"
