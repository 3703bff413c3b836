#!/usr/bin/env bash
# beautifulsoup4 4.15.0: formatter="html5" writes a bare ampersand also where that makes an entity of what follows. A
# parameter named reg_no comes in as reg_no and goes out as the sign for a registered trademark and _no.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check beautifulsoup4==4.15.0 html5lib==1.1 2> /dev/null
cat > probe.py <<'PROBE'
from bs4 import BeautifulSoup
source = '<img src="https://img.example/i/a.png?k=1&amp;reg_no=7">'
written = BeautifulSoup(source, "html.parser").decode(formatter="html5")
print(written)
print(ascii(BeautifulSoup(source, "html.parser").img["src"]))
print(ascii(BeautifulSoup(written, "html5lib").img["src"]))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
<img src="https://img.example/i/a.png?k=1&reg_no=7">
'https://img.example/i/a.png?k=1&reg_no=7'
'https://img.example/i/a.png?k=1\xae_no=7'
SEEN
echo "as stated"
