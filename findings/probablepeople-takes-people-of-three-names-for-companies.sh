#!/usr/bin/env bash
# probablepeople 0.5.6: people with Spanish or Vietnamese names are corporations, Sr. for a Spanish gentleman is the
# suffix Senior, and of Lotte van Houten the given name is Lotte van, where Pieter van Dorn has his van in the family
# name. What greets by given name on an image greets nobody or the wrong one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check probablepeople==0.5.6 2> /dev/null
cat > probe.py <<'PROBE'
import probablepeople
for name in ("Mar\u00eda Jos\u00e9 Garc\u00eda L\u00f3pez", "Nguy\u1ec5n V\u0103n \u0110\u1ee9c", "Sr. Juan P\u00e9rez", "Lotte van Houten", "Pieter van Dorn", "Mary O'Brien"):
    parts, kind = probablepeople.tag(name)
    print(ascii(name), kind, ascii(dict(parts)))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
'Mar\xeda Jos\xe9 Garc\xeda L\xf3pez' Corporation {'CorporationName': 'Mar\xeda Jos\xe9 Garc\xeda L\xf3pez'}
'Nguy\u1ec5n V\u0103n \u0110\u1ee9c' Corporation {'CorporationName': 'Nguy\u1ec5n V\u0103n \u0110\u1ee9c'}
'Sr. Juan P\xe9rez' Person {'SuffixGenerational': 'Sr.', 'GivenName': 'Juan', 'Surname': 'P\xe9rez'}
'Lotte van Houten' Person {'GivenName': 'Lotte van', 'Surname': 'Houten'}
'Pieter van Dorn' Person {'GivenName': 'Pieter', 'Surname': 'van Dorn'}
"Mary O'Brien" Person {'GivenName': 'Mary', 'Surname': "O'Brien"}
SEEN
echo "as stated"
