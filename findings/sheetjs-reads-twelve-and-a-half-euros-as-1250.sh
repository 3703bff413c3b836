#!/usr/bin/env bash
# xlsx (SheetJS) 0.18.5: a CSV file with the semicolons, decimal commas and dates of a German Excel is read by American
# rules, without a word. 12,50 is 1250, but 1.299,00 is 1.299; 05.03.2026 is the third of May, while 25.03.2026 stays
# text; of a phone number the plus is gone. On an image all of it looks plausible.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund xlsx@0.18.5
cat > probe.mjs <<'PROBE'
import * as XLSX from "xlsx";
const text = "name;amount;phone;born\nAva;1.299,00;+4915112345678;05.03.2026\nBo;12,50;004915112345678;25.03.2026\n";
const sheet = XLSX.read(text, { type: "string", FS: ";" }).Sheets.Sheet1;
for (const row of XLSX.utils.sheet_to_json(sheet)) console.log(JSON.stringify(row));
console.log(new Date(Date.UTC(1899, 11, 30) + sheet.D2.v * 86400000).toISOString());
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
{"name":"Ava","amount":1.299,"phone":4915112345678,"born":46145}
{"name":"Bo","amount":1250,"phone":4915112345678,"born":"25.03.2026"}
2026-05-03T00:00:00.000Z
SEEN
echo "as stated"
