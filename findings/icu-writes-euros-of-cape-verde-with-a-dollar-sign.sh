#!/usr/bin/env bash
# icu4py 1.2.0 (ICU 78): in the locales of Cape Verde the sign between escudos and centavos, $, is the decimal sign of
# every currency, so that euros and francs have a dollar sign in the middle; a plain number has a comma. The sign of the
# escudo itself is a zero width space, which a font for images need not have.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check icu4py==1.2.0 2> /dev/null
cat > probe.py <<'PROBE'
from icu4py.messageformat import MessageFormat
for locale in ("pt-CV", "kea-CV", "pt-PT"):
    for currency in ("EUR", "CVE"):
        text = MessageFormat("{n,number,::currency/%s} {n,number}" % currency, locale).format({"n": 1234.5})
        print(locale, currency, ascii(text))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
pt-CV EUR '1234$50\xa0\u20ac 1\xa0234,5'
pt-CV CVE '1234$50\xa0\u200b 1\xa0234,5'
kea-CV EUR '1\xa0234$50\xa0\u20ac 1\xa0234,5'
kea-CV CVE '1\xa0234$50\xa0\u200b 1\xa0234,5'
pt-PT EUR '1234,50\xa0\u20ac 1\xa0234,5'
pt-PT CVE '1234,50\xa0CVE 1\xa0234,5'
SEEN
echo "as stated"
