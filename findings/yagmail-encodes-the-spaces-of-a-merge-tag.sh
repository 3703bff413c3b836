#!/usr/bin/env bash
# yagmail 0.16.0 with premailer 3.10.0: HTML goes through premailer where that is installed, without being asked, and
# the spaces of a merge tag in an image's URL become %20.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check yagmail==0.16.0 premailer==3.10.0 2> /dev/null
cat > probe.py <<'PROBE'
import email
import yagmail
html = '<html><body><img src="https://img.example/i/a.png?n={{ first_name }}"></body></html>'
_, text = yagmail.SMTP("a@x.example", "secret").prepare_send(to="b@x.example", subject="s", contents=[html])
part = next(part for part in email.message_from_string(text).walk() if part.get_content_type() == "text/html")
print(next(line for line in part.get_payload(decode=True).decode().splitlines() if "img" in line))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
<html><head></head><body><div><img src="https://img.example/i/a.png?n={{%20first_name%20}}"></div></body></html>
SEEN
echo "as stated"
