#!/usr/bin/env bash
# liquidjs 10.30.1: a date without a time is taken for midnight in UTC and printed in the time zone of the machine, so
# that 2026-03-05 is the fourth of March on a server in New York, and a date with slashes or with a time is the fifth on
# the same one. python-liquid 2.3.6 prints the fifth everywhere.
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
const template = "{{ born | date: '%-d %B' }}";
for (const zone of ["America/New_York", "Europe/Berlin"])
  for (const born of ["2026-03-05", "2026/03/05", "2026-03-05T00:00:00"]) {
    process.env.TZ = zone;
    const python = "import sys, liquid; print(liquid.render(sys.argv[1], born=sys.argv[2]))";
    const other = execFileSync(".venv/bin/python", ["-c", python, template, born]).toString().trim();
    console.log(zone, born, "liquidjs:", await new Liquid().parseAndRender(template, { born }), "python-liquid:", other);
  }
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
America/New_York 2026-03-05 liquidjs: 4 March python-liquid: 5 March
America/New_York 2026/03/05 liquidjs: 5 March python-liquid: 5 March
America/New_York 2026-03-05T00:00:00 liquidjs: 5 March python-liquid: 5 March
Europe/Berlin 2026-03-05 liquidjs: 5 March python-liquid: 5 March
Europe/Berlin 2026/03/05 liquidjs: 5 March python-liquid: 5 March
Europe/Berlin 2026-03-05T00:00:00 liquidjs: 5 March python-liquid: 5 March
SEEN
echo "as stated"
