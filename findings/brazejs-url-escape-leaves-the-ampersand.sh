#!/usr/bin/env bash
# brazejs 1.7.1, an implementation of Braze's Liquid: url_escape leaves & and + as they are, so that "AT&T" as a value
# ends at the ampersand; url_param_escape encodes them. A missing attribute is encoded as the word undefined, not as
# nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund brazejs@1.7.1
cat > probe.mjs <<'PROBE'
import braze from "brazejs";
const engine = new (braze.Liquid ?? braze)();
for (const filter of ["url_escape", "url_param_escape"]) {
  console.log(filter, await engine.parseAndRender(`{{name | ${filter}}}`, { name: "AT&T + Söhne" }));
  console.log(filter, await engine.parseAndRender(`{{name | ${filter}}}`, {}));
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
url_escape AT&T%20+%20S%C3%B6hne
url_escape undefined
url_param_escape AT%26T%20%2B%20S%C3%B6hne
url_param_escape undefined
SEEN
echo "as stated"
