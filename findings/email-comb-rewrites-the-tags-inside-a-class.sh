#!/usr/bin/env bash
# email-comb 7.4.4: unless its option backend names the signs of the template language, a merge tag in a class is taken
# for names of classes and letters are cut out of it: {% if vip %} becomes { vip}, which no platform reads, and a class
# with {{ }} is removed. With the option the tags stay, and the styles of the classes beside them are removed, an
# image's width among them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund email-comb@7.4.4
cat > probe.mjs <<'PROBE'
import { comb } from "email-comb";
const html = '<html><head><style>.vip{color:red} .big{width:600px}</style></head><body><img class="{% if vip %}vip{% endif %} big" src="a.png"><img class="{{ tier }}-card" src="b.png"></body></html>';
console.log(comb(html).result);
console.log(comb(html, { backend: [{ heads: "{%", tails: "%}" }, { heads: "{{", tails: "}}" }] }).result);
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<html><head><style>.vip{color:red} .big{width:600px}</style></head><body><img class="{ vip}vip{} big" src="a.png"><img src="b.png"></body></html>
<html><head>
</head><body><img class="{% if vip %}vip{% endif %} big" src="a.png"><img class="{{ tier }} " src="b.png"></body></html>
SEEN
echo "as stated"
