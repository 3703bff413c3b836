#!/usr/bin/env bash
# csvkit 2.2.0 (agate 1.14.2): where all first names of a list are names of months too, or parts of dates, the column is
# one of dates, in the year 1. csvsort, which was only to sort, writes 0001-05-01 for May. The column with postcodes
# loses its zeros by the way. The option -I turns the guessing off.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 2> /dev/null
cat > probe.py <<'PROBE'
import pathlib, subprocess
pathlib.Path("list.csv").write_text("email,first_name,zip\nb@x.example,May,01099\na@x.example,June,00501\n")
for option in ((), ("-I",)):
    print(subprocess.run([".venv/bin/csvsort", "-c", "email", *option, "list.csv"], check=True, capture_output=True, text=True).stdout.replace("\n", " "))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
email,first_name,zip a@x.example,0001-06-01,501 b@x.example,0001-05-01,1099 
email,first_name,zip a@x.example,June,00501 b@x.example,May,01099 
SEEN
echo "as stated"
