#!/usr/bin/env bash
# redmail 0.6.0: the HTML of a mail is always a Jinja2 template, also where no parameter is given. A merge tag that a
# mail platform or relay was to replace later is rendered to nothing; a tag with a filter that Jinja2 does not have is
# an error and no mail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check redmail==0.6.0 2> /dev/null
cat > probe.py <<'PROBE'
from redmail import EmailSender
sender = EmailSender(host="localhost", port=1)
def sent(html):
    try:
        message = sender.get_message(sender="a@x.example", receivers=["b@x.example"], subject="s", html=html)
    except Exception as error:
        return type(error).__name__
    return next(part.get_content().strip() for part in message.walk() if part.get_content_type() == "text/html")
print(sent('<img src="https://img.example/i/a.png?n={{first_name}}&z=1">'))
print(sent('<img src="https://img.example/i/a.png?n={{first_name|url_encode}}&z=1">'))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
<img src="https://img.example/i/a.png?n=&z=1">
TemplateAssertionError
SEEN
echo "as stated"
