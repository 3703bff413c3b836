#!/usr/bin/env bash
# mailparser 3.14.2: where the plain text of a mail has a URL with a merge tag in it, textAsHtml ends the link in the
# middle of the tag, after the first of its two closing braces or brackets; *|FNAME|* and %FIRSTNAME% are linked whole.
# Whoever previews a template by it sees broken links to images that are right in the mail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund mailparser@3.14.2
cat > probe.mjs <<'PROBE'
import { simpleParser } from "mailparser";
for (const tag of ["{{first_name}}", "[[FIRSTNAME]]", "*|URL:FNAME|*", "%FIRSTNAME%"]) {
  const mail = await simpleParser(`From: a@x.example\nSubject: s\nContent-Type: text/plain\n\nhttps://img.example/i/a.png?n=${tag}&z=1 end\n`);
  console.log(mail.textAsHtml);
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<p><a href="https://img.example/i/a.png?n={{first_name}">https://img.example/i/a.png?n={{first_name}</a>}&amp;z=1 end</p>
<p><a href="https://img.example/i/a.png?n=[[FIRSTNAME]">https://img.example/i/a.png?n=[[FIRSTNAME]</a>]&amp;z=1 end</p>
<p><a href="https://img.example/i/a.png?n=*|URL:FNAME|*&z=1">https://img.example/i/a.png?n=*|URL:FNAME|*&amp;z=1</a> end</p>
<p><a href="https://img.example/i/a.png?n=%FIRSTNAME%&z=1">https://img.example/i/a.png?n=%FIRSTNAME%&amp;z=1</a> end</p>
SEEN
echo "as stated"
