#!/usr/bin/env bash
# csv-stringify 6.9.0 writes true as 1 and false as nothing, a date as the number of its milliseconds; fast-csv 5.0.8
# writes true and false, and the date in English words with the time zone of the machine. A customer who is no member
# has no answer in one list and the word false in the other, and a merge tag in an image's URL takes over what stands
# there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund csv-stringify@6.9.0 fast-csv@5.0.8
cat > probe.mjs <<'PROBE'
import { stringify } from "csv-stringify/sync";
import { writeToString } from "fast-csv";
process.env.TZ = "UTC";
const rows = [{ name: "Ava", member: true, born: new Date(86400000) }, { name: "Bo", member: false, born: null }];
console.log(stringify(rows, { header: true }));
console.log(await writeToString(rows, { headers: true }));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
name,member,born
Ava,1,86400000
Bo,,

name,member,born
Ava,true,Fri Jan 02 1970 00:00:00 GMT+0000 (Coordinated Universal Time)
Bo,false,
SEEN
echo "as stated"
