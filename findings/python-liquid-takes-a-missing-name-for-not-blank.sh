#!/usr/bin/env bash
# python-liquid 2.3.6: an empty text is blank, a missing value (or null) is not, where it is in liquidjs 10.30.1. {% if
# first_name != blank %}, the usual guard before a personalised image, sends those who have no name at all an image with
# none, and holds back those whose name is empty.
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
const template = "{% if name != blank %}image{% else %}none{% endif %}";
for (const value of ["Ava", "", "  ", null]) {
  const python = `import json, sys, liquid; print(liquid.render(sys.argv[1], name=json.loads(sys.argv[2])))`;
  const other = execFileSync(".venv/bin/python", ["-c", python, template, JSON.stringify(value)]).toString().trim();
  console.log(JSON.stringify(value), "liquidjs:", await new Liquid().parseAndRender(template, { name: value }), "python-liquid:", other);
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
"Ava" liquidjs: image python-liquid: image
"" liquidjs: none python-liquid: none
"  " liquidjs: none python-liquid: none
null liquidjs: none python-liquid: image
SEEN
echo "as stated"
