#!/usr/bin/env bash
# vobject 0.9.9: in a vCard a URL is written as it is, commas and semicolons with it; vobject takes the value of PHOTO
# for text, reads the URL up to its first comma, and writes backslashes into it, which others read as a part of the URL.
# The picture in a contact that goes out with a mail is missing or has a wrong signature.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9 2> /dev/null
cat > probe.py <<'PROBE'
import vobject
card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ava\nN:M;Ava;;;\nPHOTO;VALUE=URI:https://img.example/i/a.png?at=1,2;n=Ava\nEND:VCARD\n"
print(vobject.readOne(card).photo.value)
card = vobject.vCard()
card.add("fn").value = "Ava"
card.add("n").value = vobject.vcard.Name(given="Ava")
photo = card.add("photo")
photo.value, photo.value_param = "https://img.example/i/a.png?at=1,2;n=Ava", "URI"
print(next(line for line in card.serialize().splitlines() if line.startswith("PHOTO")))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
https://img.example/i/a.png?at=1
PHOTO;VALUE=URI:https://img.example/i/a.png?at=1\,2\;n=Ava
SEEN
echo "as stated"
