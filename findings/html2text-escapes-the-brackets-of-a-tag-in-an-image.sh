#!/usr/bin/env bash
# html2text 2025.4.15: in the URL and the alternative text of an image, but not in other text, square and round brackets
# get a backslash. [[FIRSTNAME]] and %%=v(@name)=%% are no merge tags any more there, in the plain-text part made of a
# mail; the same tags in the greeting above still are, and the mail looks right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check html2text==2025.4.15 2> /dev/null
cat > probe.py <<'PROBE'
import html2text
for tag in ("[[FIRSTNAME]]", "%%=v(@name)=%%", "*|URL:FNAME|*"):
    print(html2text.html2text(f'<p>Hi {tag}</p><img src="https://img.example/i/a.png?n={tag}&z=1" alt="For {tag}">', bodywidth=0).strip().replace("\n\n", "\n"))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
Hi [[FIRSTNAME]]
![For \[\[FIRSTNAME\]\]](https://img.example/i/a.png?n=\[\[FIRSTNAME\]\]&z=1)
Hi %%=v(@name)=%%
![For %%=v\(@name\)=%%](https://img.example/i/a.png?n=%%=v\(@name\)=%%&z=1)
Hi *|URL:FNAME|*
![For *|URL:FNAME|*](https://img.example/i/a.png?n=*|URL:FNAME|*&z=1)
SEEN
echo "as stated"
