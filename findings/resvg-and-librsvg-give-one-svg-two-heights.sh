#!/usr/bin/env bash
# @resvg/resvg-js 2.6.2 and sharp 0.35.5 (librsvg 2.63.2): an SVG with a width and a viewBox, but no height, is as high
# as the viewBox in the one and has the ratio of the viewBox in the other; 50mm is 189 pixels in the one and 142 in the
# other. The width and height an <img> of a mail has to state depend on what made the PNG.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @resvg/resvg-js@2.6.2 sharp@0.35.5
cat > probe.mjs <<'PROBE'
import { Resvg } from "@resvg/resvg-js";
import sharp from "sharp";
for (const size of ['width="100" viewBox="0 0 300 90"', 'height="45" viewBox="0 0 300 90"', 'viewBox="0 0 300 90"', 'width="50mm" height="20mm"']) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="300" height="90"/></svg>`;
  const one = new Resvg(svg).render();
  const other = await sharp(Buffer.from(svg)).metadata();
  console.log(size, "resvg", one.width, one.height, "sharp", other.width, other.height);
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
width="100" viewBox="0 0 300 90" resvg 100 90 sharp 100 30
height="45" viewBox="0 0 300 90" resvg 300 45 sharp 150 45
viewBox="0 0 300 90" resvg 300 90 sharp 300 90
width="50mm" height="20mm" resvg 189 76 sharp 142 57
SEEN
echo "as stated"
