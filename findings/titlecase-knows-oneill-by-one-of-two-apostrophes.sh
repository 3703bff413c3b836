#!/usr/bin/env bash
# titlecase 2.4.1: o'neill with the apostrophe of the keyboard becomes O'Neill, with the typographic one, which
# telephones and word processors put in, O’neill; McDonald is known, MacDonald is not; and the name of a merge tag gets
# a capital, by which the platform does not find it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check titlecase==2.4.1 2> /dev/null
cat > probe.py <<'PROBE'
from titlecase import titlecase
for text in ("o'neill", "o\u2019neill", "d'arc", "d\u2019arc", "mcdonald", "macdonald", "happy birthday, {{first_name}}"):
    print(ascii(text), ascii(titlecase(text)))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
"o'neill" "O'Neill"
'o\u2019neill' 'O\u2019neill'
"d'arc" "d'Arc"
'd\u2019arc' 'D\u2019arc'
'mcdonald' 'McDonald'
'macdonald' 'Macdonald'
'happy birthday, {{first_name}}' 'Happy Birthday, {{First_name}}'
SEEN
echo "as stated"
