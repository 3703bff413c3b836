#!/usr/bin/env bash
# jimp 1.6.1: a letter that its bundled fonts do not have is drawn as a question mark and measured as nothing. A name in
# Cyrillic has no width and five question marks; with one Polish letter in it the text that was centred by its width is
# not; a name in the decomposed spelling of a telephone gets a question mark behind the letter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund jimp@1.6.1
cat > probe.mjs <<'PROBE'
import { Jimp, loadFont, measureText } from "jimp";
import { SANS_32_BLACK } from "jimp/fonts";
const font = await loadFont(SANS_32_BLACK);
const dark = (text) => {
  const image = new Jimp({ width: 300, height: 50, color: 0xffffffff });
  image.print({ font, x: 0, y: 0, text });
  return image.bitmap.data.filter((value, i) => i % 4 === 0 && value < 128).length;
};
const rows = [["\u041e\u043b\u044c\u0433\u0430", "?????"], ["\u0141ukasz", "?ukasz"], ["Jose\u0301", "Jose?"], ["Jos\u00e9", "Jos\u00e9"]];
for (const [name, like] of rows)
  console.log(name, "is wide", measureText(font, name), "and drawn like", like, dark(name) === dark(like), measureText(font, like));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
Ольга is wide 0 and drawn like ????? true 90
Łukasz is wide 84 and drawn like ?ukasz true 102
José is wide 68 and drawn like Jose? true 86
José is wide 68 and drawn like José true 68
SEEN
echo "as stated"
