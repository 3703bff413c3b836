#!/usr/bin/env bash
# chardet 7.7.0: a list of recipients is mostly addresses in ASCII, and with them a French, Norwegian, Hebrew or Arabic
# list in its Windows code page is taken for Windows-1257, Baltic; the names alone are better recognised. Decoded that
# way the first name on the image is another one, and it is made of letters, so nothing looks broken.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check chardet==7.7.0 2> /dev/null
cat > probe.py <<'PROBE'
import chardet
lists = {
    "cp1252 French": "No\u00ebl \u00c9lo\u00efse Fran\u00e7ois H\u00e9l\u00e8ne Zo\u00eb Chlo\u00e9",
    "cp1252 Norwegian": "Bj\u00f8rn \u00c5se \u00d8ystein H\u00e5kon S\u00f8ren",
    "cp1255 Hebrew": "\u05d3\u05d5\u05d3 \u05e9\u05e8\u05d4 \u05de\u05e9\u05d4 \u05e8\u05d7\u05dc",
    "cp1256 Arabic": "\u0645\u062d\u0645\u062f \u0641\u0627\u0637\u0645\u0629 \u0639\u0644\u064a",
}
for name, names in lists.items():
    names, code_page = names.split() * 20, name.split()[0]
    rows = "".join(f"user{i}@mail.example,{first},Town\n" for i, first in enumerate(names))
    whole = chardet.detect(("email,first_name,city\n" + rows).encode(code_page))["encoding"]
    alone = chardet.detect("\n".join(names).encode(code_page))["encoding"]
    print(f"{name}: the list {whole}, the names alone {alone}, {ascii(names[0])} read as {ascii(names[0].encode(code_page).decode(whole))}")
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
cp1252 French: the list Windows-1257, the names alone Windows-1250, 'No\xebl' read as 'No\u0117l'
cp1252 Norwegian: the list Windows-1257, the names alone Windows-1252, 'Bj\xf8rn' read as 'Bj\u0173rn'
cp1255 Hebrew: the list Windows-1257, the names alone ISO-8859-8, '\u05d3\u05d5\u05d3' read as '\u0107\xe5\u0107'
cp1256 Arabic: the list Windows-1257, the names alone Windows-1256, '\u0645\u062d\u0645\u062f' read as '\u0107\u0136\u0107\u013b'
SEEN
echo "as stated"
