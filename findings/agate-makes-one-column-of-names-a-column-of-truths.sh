#!/usr/bin/env bash
# agate 1.14.2, the reader under csvkit: Null, Na and None are names of people and count as missing values; a column in
# which there is nobody else is one of Booleans. Whoever is called Null gets an image without a name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check agate==1.14.2 2> /dev/null
cat > probe.py <<'PROBE'
import io
import agate
table = agate.Table.from_csv(io.StringIO("email,last_name,first_name\na@x.example,Null,Ava\nb@x.example,Null,Na\nc@x.example,None,Bo\n"))
for column in table.columns:
    print(column.name, type(column.data_type).__name__, list(column.values()))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
email Text ['a@x.example', 'b@x.example', 'c@x.example']
last_name Boolean [None, None, None]
first_name Text ['Ava', None, 'Bo']
SEEN
echo "as stated"
