#!/usr/bin/env bash
# openapi-fetch 0.17.0: an object in the query is written name[member]=value whatever style and explode the OpenAPI
# document gives it (the default of OpenAPI is member=value). The document is there for the types alone; what goes over
# the wire is set by querySerializer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund openapi-fetch@0.17.0
cat > probe.mjs <<'PROBE'
import createClient from "openapi-fetch";
const seen = [];
const fetch = async (request) => { seen.push(new URL(request.url).search); return new Response("{}", { headers: { "content-type": "application/json" } }); };
const params = { query: { columns: { "map.first_name": "Vorname" } } };
await createClient({ baseUrl: "http://api.example", fetch }).GET("/x", { params });
await createClient({ baseUrl: "http://api.example", fetch, querySerializer: { object: { style: "form", explode: true } } }).GET("/x", { params });
console.log(decodeURIComponent(seen.join("\n")));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
?columns[map.first_name]=Vorname
?map.first_name=Vorname
SEEN
echo "as stated"
