// Prints documents in which something that others name was taken away or is called otherwise, mended as the editor does.
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { isSame, remove, rewrite, set } from "../../imgurl/web/studio/static/edit/json.js";
import { flat, layersOf } from "../../imgurl/web/studio/static/edit/layers.js";
import { settled } from "../../imgurl/web/studio/static/edit/settling.js";
import { mended, withFieldRenamed, withLayerRenamed } from "../../imgurl/web/studio/static/edit/references.js";

const TYPES = ["text", "name", "number", "money", "date", "choice", "flag", "color"];

/** Everything that can be taken away. */
function* edits(text) {
  const document = JSON.parse(text);
  for (const layer of flat(layersOf(document))) {
    yield [`delete ${layer.pointer}`, remove(text, layer.path)];
    if (layer.raw.id) {
      const renamed = withLayerRenamed(document, layer.path.slice(0, -1), layer.raw.id, "another-name");
      yield [`call ${layer.pointer} otherwise`, rewrite(text, renamed), renamed];
    }
    if (layer.kind === "group") {
      const without = remove(text, layer.path);
      const inner = [...layer.raw.layers];
      const list = layer.path.slice(0, -1);
      const siblings = list.reduce((node, key) => node[key], JSON.parse(without));
      yield [`ungroup ${layer.pointer}`, set(without, list, siblings.toSpliced(layer.path.at(-1), 0, ...inner))];
    }
  }
  for (const [index, field] of (document.fields ?? []).entries()) {
    yield [`delete ${field.name}`, remove(text, ["fields", index])];
    yield [`call ${field.name} otherwise`, rewrite(text, withFieldRenamed(document, field.name, "another_name"))];
    if (field.type !== "language") yield [`seal ${field.name}`, set(text, ["fields", index, "openable"], !field.openable)];
    for (const type of TYPES) {
      if (typeof field.fallback === "object") continue;
      const { choices, format, input, time_zone, casing, pattern, currency, hosts, refuse, missing, max_length, ...rest } = field;
      const more = type === "choice" ? { choices: [...new Set([field.sample, field.fallback].filter(Boolean))] } : {};
      const samples = { number: "12", money: "12", date: "2026-03-01", flag: "true", color: "#123456" };
      const value = samples[type] ?? (type === "choice" ? more.choices[0] : String(field.sample));
      yield [`make ${field.name} a ${type}`, set(text, ["fields", index], { ...rest, type, sample: value, ...(field.required ? {} : { fallback: value }), ...more })];
    }
    for (const choice of (field.choices ?? []).length > 1 && typeof field.fallback !== "object" ? field.choices : []) {
      if (choice === field.fallback && field.type === "language") continue;
      const left = field.choices.filter((one) => one !== choice);
      const more = { ...field, choices: left, sample: left.includes(field.sample) ? field.sample : left[0] };
      if (field.fallback !== undefined && field.fallback !== "" && !left.includes(field.fallback)) more.fallback = left[0];
      yield [`${field.name} without ${choice}`, set(text, ["fields", index], more)];
    }
  }
  for (const name of Object.keys(document.sizes ?? {})) yield [`without size ${name}`, remove(text, ["sizes", name])];
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const document = JSON.parse(text);
  assert.ok(isSame(mended(document), document), `${file}: nothing is to be mended`);
  for (const [what, edited] of edits(text)) {
    const after = mended(JSON.parse(edited), new Map(), document);
    const written = rewrite(edited, after);
    assert.deepEqual(JSON.parse(written), JSON.parse(JSON.stringify(after)), `${file}: ${what}`);
    assert.ok(isSame(mended(after, new Map(), document), after), `${file}: ${what}: mended twice`);
    process.stdout.write(`${JSON.stringify({ file, what, text: settled(edited, new Map(), document).text })}\n`);
  }
}
