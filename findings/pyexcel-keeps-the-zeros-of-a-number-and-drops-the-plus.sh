#!/usr/bin/env bash
# pyexcel 0.7.6: of a CSV file a postcode keeps its leading zero, as text, and a phone number loses its leading plus, as
# a number; a voucher code 1E5 is 100000.0, and ISO dates are dates where others are text. Four kinds in one list, and a
# merge tag prints each in its own way.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check pyexcel==0.7.6 pyexcel-io==0.6.8 2> /dev/null
cat > probe.py <<'PROBE'
import pathlib
import pyexcel
pathlib.Path("list.csv").write_text("email,zip,phone,code,born\na@x.example,01099,+4915112345678,1E5,2026-03-05\nb@x.example,1099,004915112345678,1F5,05.03.2026\n")
for record in pyexcel.get_records(file_name="list.csv"):
    print(dict(record))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
{'email': 'a@x.example', 'zip': '01099', 'phone': 4915112345678, 'code': 100000.0, 'born': datetime.date(2026, 3, 5)}
{'email': 'b@x.example', 'zip': 1099, 'phone': '004915112345678', 'code': '1F5', 'born': '05.03.2026'}
SEEN
echo "as stated"
