#!/usr/bin/env bash
# icu4py 1.2.0 (ICU 78): {n,number} puts a separator into every number of four digits, {n,number,::...} does not in
# Spanish, Italian, Polish and Portuguese; in the French of Switzerland money has another decimal sign than numbers. The
# two stand side by side in one sentence on an image and look like a mistake.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check icu4py==1.2.0 2> /dev/null
cat > probe.py <<'PROBE'
from icu4py.messageformat import MessageFormat
for locale in ("es-ES", "it-IT", "pl-PL", "pt-PT", "de-DE", "fr-CH"):
    print(locale, ascii(MessageFormat("{n,number} {n,number,::} {n,number,::currency/CHF}", locale).format({"n": 1234.5})))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
es-ES '1.234,5 1234,5 1234,50\xa0CHF'
it-IT '1.234,5 1234,5 1234,50\xa0CHF'
pl-PL '1\xa0234,5 1234,5 1234,50\xa0CHF'
pt-PT '1\xa0234,5 1234,5 1234,50\xa0CHF'
de-DE '1.234,5 1.234,5 1.234,50\xa0CHF'
fr-CH "1'234,5 1'234,5 1'234.50\xa0CHF"
SEEN
echo "as stated"
