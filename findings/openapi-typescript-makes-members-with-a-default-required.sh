#!/usr/bin/env bash
# openapi-typescript 7.13.0: a member of a request's schema that has a default, and is not required, is required in the
# generated type, because the same rule serves requests and responses. The option --default-non-nullable=false turns it
# off for both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund openapi-typescript@7.13.0 typescript@5.9.3
cat > probe.mjs <<'PROBE'
import openapiTS, { astToString } from "openapi-typescript";
const schema = { type: "object", required: ["id"], properties: { id: { type: "string" }, dpr: { type: "integer", default: 1 } } };
const document = { openapi: "3.1.0", info: { title: "t", version: "1" }, paths: {}, components: { schemas: { Request: schema } } };
const text = astToString(await openapiTS(document));
console.log(text.split("\n").filter((line) => /^\s+(id|dpr)\??:/.test(line)).map((line) => line.trim()).join("\n"));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
id: string;
dpr: number;
SEEN
echo "as stated"
