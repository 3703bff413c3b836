#!/usr/bin/env bash
# @takumi-rs/core 2.16.3: devicePixelRatio 2 draws everything twice as large on an image that stays as wide and as high
# as it was, unlike a screenshot by a browser at that ratio. An image for screens of double density needs its width and
# height doubled too, or half of it is missing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @takumi-rs/core@2.16.3 @expo-google-fonts/noto-sans@0.4.2
cat > probe.mjs <<'PROBE'
import { readFileSync } from "node:fs";
import { Renderer } from "@takumi-rs/core";
const renderer = new Renderer();
await renderer.registerFont({ data: readFileSync("node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf") });
const text = { type: "text", text: "Ava", style: { fontSize: 40 } };
for (const options of [{}, { devicePixelRatio: 2 }, { devicePixelRatio: 2, width: 300, height: 120 }]) {
  const size = { width: 150, height: 60, ...options };
  const png = await renderer.render(text, { ...size, format: "png" });
  const raw = await renderer.render(text, { ...size, format: "raw" });
  let last = 0;
  for (let i = 3; i < raw.length; i += 4) if (raw[i] > 127) last = Math.max(last, ((i - 3) / 4) % size.width);
  console.log(JSON.stringify(options), "image", png.readUInt32BE(16), png.readUInt32BE(20), "text up to column", last);
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
{} image 150 60 text up to column 64
{"devicePixelRatio":2} image 150 60 text up to column 129
{"devicePixelRatio":2,"width":300,"height":120} image 300 120 text up to column 129
SEEN
echo "as stated"
