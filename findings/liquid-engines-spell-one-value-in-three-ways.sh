#!/usr/bin/env bash
# One Liquid filter, url_encode, of three engines behind mail platforms: python-liquid 2.3.6 encodes the apostrophe,
# liquidjs 10.30.1 leaves it; both write a space as a plus, where brazejs 1.7.1 (url_param_escape, its counterpart)
# writes %20. A missing value is nothing in two of them and the word undefined in the third. One recipient's image URL
# is another cache key on each platform.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check python-liquid==2.3.6 2> /dev/null
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund liquidjs@10.30.1 brazejs@1.7.1
cat > probe.mjs <<'PROBE'
import { execFileSync } from "node:child_process";
import { Liquid } from "liquidjs";
import braze from "brazejs";
const name = "Mary O'Brien";
const python = "import liquid; print(liquid.render('{{ name | url_encode }} [{{ x | url_encode }}]', name=\"Mary O'Brien\"))";
console.log("python-liquid", execFileSync(".venv/bin/python", ["-c", python]).toString().trim());
console.log("liquidjs", await new Liquid().parseAndRender("{{ name | url_encode }} [{{ x | url_encode }}]", { name }));
console.log("brazejs", await new (braze.Liquid ?? braze)().parseAndRender("{{name | url_param_escape}} [{{x | url_param_escape}}]", { name }));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
python-liquid Mary+O%27Brien []
liquidjs Mary+O'Brien []
brazejs Mary%20O'Brien [undefined]
SEEN
echo "as stated"
