#!/usr/bin/env bash
# phonenumberslite 9.0.42: the matcher at leniency POSSIBLE takes opening hours, prices, years and house numbers for
# phone numbers of Germany, cut out of the middle of the text. At VALID it finds the one that is a phone number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check phonenumberslite==9.0.42 2> /dev/null
cat > probe.py <<'PROBE'
from phonenumbers import Leniency, PhoneNumberMatcher
for text in ("Open 10:30-18:00", "from 1.299,00", "Winter School 2024-2025", "Haus 12, 0171 1234567"):
    found = {
        name: [match.raw_string for match in PhoneNumberMatcher(text, "DE", leniency=leniency)]
        for name, leniency in (("possible", Leniency.POSSIBLE), ("valid", Leniency.VALID))
    }
    print(text, found)
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
Open 10:30-18:00 {'possible': ['10', '30-18'], 'valid': []}
from 1.299,00 {'possible': ['1.299'], 'valid': []}
Winter School 2024-2025 {'possible': ['2024-2025'], 'valid': []}
Haus 12, 0171 1234567 {'possible': ['12', '0171 1234567'], 'valid': ['0171 1234567']}
SEEN
echo "as stated"
