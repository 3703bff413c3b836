#!/usr/bin/env bash
# css-inline 0.24.0: a {% for %} or {% if %} between the rows of a table is text where HTML allows none, and is moved in
# front of the table, the end of the loop beside its beginning: the loop is empty, and the row with the image of a
# product comes once, for no product. premailer 3.10.0 (lxml 6.1.3) leaves it in its place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check css-inline==0.24.0 premailer==3.10.0 lxml==6.1.3 2> /dev/null
cat > probe.py <<'PROBE'
import css_inline
import premailer
html = '<html><head></head><body><table>{% for p in products %}<tr><td><img src="https://img.example/i/a.png?n={{p.name}}"></td></tr>{% endfor %}</table></body></html>'
print("css-inline", css_inline.inline(html))
print("premailer", premailer.transform(html))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
css-inline <html><head></head><body>{% for p in products %}{% endfor %}<table><tbody><tr><td><img src="https://img.example/i/a.png?n={{p.name}}"></td></tr></tbody></table></body></html>
premailer <html><head></head><body><table>{% for p in products %}<tr><td><img src="https://img.example/i/a.png?n={{p.name}}"></td></tr>{% endfor %}</table></body></html>
SEEN
echo "as stated"
