#!/usr/bin/env bash
# num2words 0.5.14: in Arabic an amount is written out in riyals and halalas whatever currency is asked for; in other
# languages the euro is a euro. A voucher on an image is worth a quarter of what it should be, and no error says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check num2words==0.5.14 2> /dev/null
cat > probe.py <<'PROBE'
from num2words import num2words
for currency in ("SAR", "EUR", "GBP", "USD"):
    print(currency, ascii(num2words(1.5, lang="ar", to="currency", currency=currency)), num2words(1.5, lang="en", to="currency", currency=currency))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
SAR '\u0648\u0627\u062d\u062f \u0631\u064a\u0627\u0644 \u0648 \u062e\u0645\u0633\u0648\u0646 \u0647\u0644\u0644\u0629' one saudi riyal, fifty halalas
EUR '\u0648\u0627\u062d\u062f \u0631\u064a\u0627\u0644 \u0648 \u062e\u0645\u0633\u0648\u0646 \u0647\u0644\u0644\u0629' one euro, fifty cents
GBP '\u0648\u0627\u062d\u062f \u0631\u064a\u0627\u0644 \u0648 \u062e\u0645\u0633\u0648\u0646 \u0647\u0644\u0644\u0629' one pound sterling, fifty pence
USD '\u0648\u0627\u062d\u062f \u0631\u064a\u0627\u0644 \u0648 \u062e\u0645\u0633\u0648\u0646 \u0647\u0644\u0644\u0629' one dollar, fifty cents
SEEN
echo "as stated"
