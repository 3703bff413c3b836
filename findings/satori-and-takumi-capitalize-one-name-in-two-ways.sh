#!/usr/bin/env bash
# satori 0.63.2 and @takumi-rs/core 2.16.3: text-transform: capitalize makes O'brien and D’artagnan in the one and
# O'Brien and D’Artagnan in the other, by the same font and the same CSS. Whoever moves from one to the other gets other
# names on the images, and other line breaks.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund satori@0.63.2 @takumi-rs/core@2.16.3 @expo-google-fonts/noto-sans@0.4.2
cat > probe.mjs <<'PROBE'
import { readFileSync } from "node:fs";
import { Renderer } from "@takumi-rs/core";
import satori from "satori";
const data = readFileSync("node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf");
const style = { fontSize: 40, textTransform: "capitalize" };
const renderer = new Renderer();
await renderer.registerFont({ data });
const words = (node) => [...node.runs.map((run) => run.text), ...node.children.flatMap(words)];
for (const text of ["o'brien", "d\u2019artagnan", "mary-ann", "\u00e9lodie"]) {
  const svg = await satori({ type: "div", props: { style, children: text } }, { width: 400, height: 60, embedFont: false, fonts: [{ name: "Noto", data, weight: 400, style: "normal" }] });
  const drawn = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map((match) => match[1].replace("&#39;", "'")).join("");
  console.log("satori", drawn, "takumi", words(await renderer.measure({ type: "text", text, style }, { width: 400, height: 60 })).join(""));
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
satori O'brien takumi O'Brien
satori D’artagnan takumi D’Artagnan
satori Mary-Ann takumi Mary-Ann
satori Élodie takumi Élodie
SEEN
echo "as stated"
