#!/usr/bin/env bash
# premailer 3.10.0 and toronado 0.1.0 (with lxml 6.1.3): a letter outside ASCII in an image's src or a link is percent-
# encoded in UTF-8, and <<NAME>> becomes character references, also in alt; css-inline 0.24.0 leaves both. A URL signed
# as it stood has another spelling afterwards, and a platform whose tags are << >> finds none of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check premailer==3.10.0 lxml==6.1.3 toronado==0.1.0 css-inline==0.24.0 2> /dev/null
cat > probe.py <<'PROBE'
import css_inline
import premailer
import toronado
html = '<html><head></head><body><img src="https://img.example/i/a.png?n=Jos\u00e9&amp;c=<<CITY>>" alt="Jos\u00e9, <<CITY>>"></body></html>'
for name, made in (("premailer", premailer.transform(html)), ("toronado", toronado.from_string(html).decode()), ("css-inline", css_inline.inline(html))):
    print(name, ascii(made[made.index("<img") : made.index("</body")]))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
premailer '<img src="https://img.example/i/a.png?n=Jos%C3%A9&amp;c=&lt;&lt;CITY&gt;&gt;" alt="Jos\xe9, &lt;&lt;CITY&gt;&gt;">'
toronado '<img src="https://img.example/i/a.png?n=Jos%C3%A9&amp;c=&lt;&lt;CITY&gt;&gt;" alt="Jos&#233;, &lt;&lt;CITY&gt;&gt;">'
css-inline '<img src="https://img.example/i/a.png?n=Jos\xe9&amp;c=<<CITY>>" alt="Jos\xe9, <<CITY>>">'
SEEN
echo "as stated"
