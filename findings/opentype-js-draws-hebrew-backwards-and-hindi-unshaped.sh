#!/usr/bin/env bash
# opentype.js 2.0.0: of a word in Hebrew the first letter is drawn at the left, as if it were Latin; of one in
# Devanagari the vowel sign i stays behind the letter it belongs before, and none join. No error and no empty box: a
# name on an image that only those who can read it find wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund opentype.js@2.0.0 @expo-google-fonts/noto-sans-hebrew@0.4.1 @expo-google-fonts/noto-sans-devanagari@0.4.1
cat > probe.mjs <<'PROBE'
import { readFileSync } from "node:fs";
import opentype from "opentype.js";
const load = (path) => { const data = readFileSync(`node_modules/@expo-google-fonts/${path}`); return opentype.parse(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)); };
const words = [["noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf", "\u05e9\u05dc\u05d5\u05dd"], ["noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf", "\u0939\u093f\u0928\u094d\u0926\u0940"]];
for (const [path, word] of words) {
  const drawn = [];
  load(path).forEachGlyph(word, 0, 0, 40, {}, (glyph, x) => drawn.push(`${glyph.name}@${Math.round(x)}`));
  console.log(word, drawn.join(" "));
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
שלום uni05E9@0 uni05DC@29 uni05D5@50 uni05DD@62
हिन्दी uni0939@0 uni093F@21 uni0928@32 uni094D@54 uni0926@54 uni0940@75
SEEN
echo "as stated"
