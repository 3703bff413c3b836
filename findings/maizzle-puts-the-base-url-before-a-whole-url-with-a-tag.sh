#!/usr/bin/env bash
# @maizzle/framework 5.5.0: baseURL goes before relative URLs only, and a URL that has {{ }} anywhere is taken for
# relative, also one that begins with https:. Every personalised image of a mail points to
# https://cdn.example/https://...; a URL with another platform's tag, *|FNAME|*, is left alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @maizzle/framework@5.5.0
cat > probe.mjs <<'PROBE'
import { render } from "@maizzle/framework";
for (const tag of ["Ava", "{{ name }}", "*|FNAME|*"])
  console.log((await render(`<img src="https://img.example/i/a.png?n=${tag}">`, { baseURL: "https://cdn.example/" })).html);
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<img src="https://img.example/i/a.png?n=Ava" alt>
<img src="https://cdn.example/https://img.example/i/a.png?n={{ name }}" alt>
<img src="https://img.example/i/a.png?n=*|FNAME|*" alt>
SEEN
echo "as stated"
