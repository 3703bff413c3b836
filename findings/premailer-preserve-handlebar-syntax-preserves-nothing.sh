#!/usr/bin/env bash
# premailer 3.10.0 with lxml 6.1.3: the option preserve_handlebar_syntax makes no difference. Braces come through with
# it and without it, and so do the spaces inside a tag as %20: {{%20first_name%20}} is no tag to a mail platform.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check premailer==3.10.0 lxml==6.1.3 2> /dev/null
cat > probe.py <<'PROBE'
from premailer import Premailer
html = '<img src="https://img.example/i/a.png?n={{ first_name }}&m={{last_name}}">'
for preserve in (False, True):
    print(preserve, Premailer(html, preserve_handlebar_syntax=preserve).transform().splitlines()[2])
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
False <body><img src="https://img.example/i/a.png?n={{%20first_name%20}}&amp;m={{last_name}}"></body>
True <body><img src="https://img.example/i/a.png?n={{%20first_name%20}}&amp;m={{last_name}}"></body>
SEEN
echo "as stated"
