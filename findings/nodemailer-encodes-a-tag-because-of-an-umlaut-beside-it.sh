#!/usr/bin/env bash
# nodemailer 10.6.1: a merge tag in a subject of plain letters goes out as it is; one umlaut anywhere in the subject,
# and the braces and the underscore of the tag are encoded too, and the tag may be cut in two. What replaces tags in the
# message as it comes (a relay, a script) finds the one and not the other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund nodemailer@10.6.1
cat > probe.mjs <<'PROBE'
import nodemailer from "nodemailer";
const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "unix" });
for (const subject of ["Greetings, {{first_name}}", "Grüße, {{first_name}}", "Alles Gute zum Geburtstag wünscht dir, {{first_name}}, dein Laden"]) {
  const { message } = await transport.sendMail({ from: "a@x.example", to: "b@x.example", subject, text: "x" });
  console.log(message.toString().match(/Subject: [^]*?(?=\n[^ ])/)[0]);
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
Subject: Greetings, {{first_name}}
Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe=2C_=7B=7Bfirst=5Fname=7D?=
 =?UTF-8?Q?=7D?=
Subject: =?UTF-8?Q?Alles_Gute_zum_Geburtstag_w=C3=BCnscht_d?=
 =?UTF-8?Q?ir=2C_=7B=7Bfirst=5Fname=7D=7D=2C_dein_L?= =?UTF-8?Q?aden?=
SEEN
echo "as stated"
