#!/usr/bin/env bash
# python-liquid 2.3.6 with python-dateutil 2.9.0: the date filter reads 05.03.2026 as the third of May and 25.03.2026 as
# the 25th of March. In one list of birthdays in the German spelling the first twelve days of each month come out
# swapped, the others right, and nothing is refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check python-liquid==2.3.6 python-dateutil==2.9.0 2> /dev/null
cat > probe.py <<'PROBE'
import liquid
for born in ("05.03.2026", "12.03.2026", "13.03.2026", "25.03.2026"):
    print(born, liquid.render("{{ born | date: '%-d %B' }}", born=born))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
05.03.2026 3 May
12.03.2026 3 December
13.03.2026 13 March
25.03.2026 25 March
SEEN
echo "as stated"
