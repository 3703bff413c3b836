#!/usr/bin/env bash
# liquidjs 10.30.1 and python-liquid 2.3.6: the filter first makes the first letter of a name in the one and nothing in
# the other; of a Japanese name with a rare character first and split: '' give half a character in the one. slice: 0 is
# the same in both, and the one to use for an initial on an image.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check python-liquid==2.3.6 2> /dev/null
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund liquidjs@10.30.1
cat > probe.mjs <<'PROBE'
import { execFileSync } from "node:child_process";
import { Liquid } from "liquidjs";
const python = "import sys, liquid; print(ascii(liquid.render(sys.argv[1], name=sys.argv[2])))";
const ascii = (text) => `'${text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)}'`;
for (const filter of ["first", "split: '' | first", "slice: 0", "size"])
  for (const name of ["Ava", "\u{20bb7}\u91ce"]) {
    const template = `{{ name | ${filter} }}`;
    const other = execFileSync(".venv/bin/python", ["-c", python, template, name]).toString().trim();
    console.log(filter, ascii(name), "liquidjs:", ascii(await new Liquid().parseAndRender(template, { name })), "python-liquid:", other);
  }
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
first 'Ava' liquidjs: 'A' python-liquid: ''
first '\ud842\udfb7\u91ce' liquidjs: '\ud842' python-liquid: ''
split: '' | first 'Ava' liquidjs: 'A' python-liquid: 'A'
split: '' | first '\ud842\udfb7\u91ce' liquidjs: '\ud842' python-liquid: '\U00020bb7'
slice: 0 'Ava' liquidjs: 'A' python-liquid: 'A'
slice: 0 '\ud842\udfb7\u91ce' liquidjs: '\ud842\udfb7' python-liquid: '\U00020bb7'
size 'Ava' liquidjs: '3' python-liquid: '3'
size '\ud842\udfb7\u91ce' liquidjs: '3' python-liquid: '2'
SEEN
echo "as stated"
