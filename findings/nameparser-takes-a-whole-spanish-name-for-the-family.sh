#!/usr/bin/env bash
# nameparser 2.6.0: a name in the order of a registry, DE LA CRUZ JUAN, is one family name and has no given name; the
# honorary degree h.c. is a given name; of the Chinese Ma Long the family name is the given one. None of the three is
# marked as ambiguous, Van Johnson is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check nameparser==2.6.0 2> /dev/null
cat > probe.py <<'PROBE'
import nameparser
for text in ("DE LA CRUZ JUAN", "Dr. h.c. Anna Müller", "Ma Long", "Van Johnson"):
    name = nameparser.parse(text)
    print(f"{text}: given={name.given!r} family={name.family!r} ambiguities={len(name.ambiguities)}")
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
DE LA CRUZ JUAN: given='' family='DE LA CRUZ JUAN' ambiguities=0
Dr. h.c. Anna Müller: given='h.c.' family='Müller' ambiguities=0
Ma Long: given='Ma' family='Long' ambiguities=0
Van Johnson: given='Van' family='Johnson' ambiguities=1
SEEN
echo "as stated"
