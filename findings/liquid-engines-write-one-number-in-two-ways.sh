#!/usr/bin/env bash
# python-liquid 2.3.6 and liquidjs 10.30.1: 40 divided by 16 is 2 in one engine and 2.5 in the other, 1200 times 0.01 is
# 12.0 or 12, and a half is rounded to the even number or up. What a personalised image says of points or prices depends
# on the platform that fills in its URL.
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
const templates = ["{{ 40 | divided_by: 16 }}", "{{ 1200 | times: 0.01 }}", "{{ 2.5 | round }}", "{{ 3.5 | round }}", "{{ 19.99 | times: 3 }}", "{{ 3.14159 | round: 2 }}"];
const python = "import sys, liquid; [print(liquid.render(t)) for t in sys.argv[1:]]";
const others = execFileSync(".venv/bin/python", ["-c", python, ...templates]).toString().split("\n");
for (const [i, t] of templates.entries()) console.log(t, "liquidjs:", await new Liquid().parseAndRender(t), "python-liquid:", others[i]);
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
{{ 40 | divided_by: 16 }} liquidjs: 2.5 python-liquid: 2
{{ 1200 | times: 0.01 }} liquidjs: 12 python-liquid: 12.0
{{ 2.5 | round }} liquidjs: 3 python-liquid: 2
{{ 3.5 | round }} liquidjs: 4 python-liquid: 4
{{ 19.99 | times: 3 }} liquidjs: 59.97 python-liquid: 59.97
{{ 3.14159 | round: 2 }} liquidjs: 3.14 python-liquid: 3.14
SEEN
echo "as stated"
