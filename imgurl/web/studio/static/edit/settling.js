/** What an edit by hand has to keep, so that it leaves a design: room for one line of a text, and for a stack; upright codes; no name of what is gone. */
import * as json from "./json.js";
import { flat, layersOf } from "./layers.js";
import { mended } from "./references.js";

const LINE_HEIGHT = 1.2;
const CODES = ["qr", "barcode"];

/**
 * The text with boxes that are high enough, and codes that scanners can read; what named a layer or a field that is
 * gone shows what it did.
 *
 * @param {string} text
 * @param {import("./references.js").Places} places where layers stand now
 * @param {any} before the document as it was
 * @returns {{text: string, isMended: boolean}} whether something had named what is gone
 */
export function settled(text, places, before) {
  const document = JSON.parse(text);
  const after = mended(document, places, before);
  const whole = json.rewrite(text, after, [], document);
  const high = flat(layersOf(JSON.parse(whole))).reduce((found, layer) => {
    if (layer.kind === "text") return withLine(found, layer);
    return CODES.includes(layer.kind) ? upright(found, layer) : found;
  }, whole);
  // Those in a group first: a stack in a stack may have to grow.
  const roomy = flat(layersOf(JSON.parse(high))).reverse().reduce((found, layer) => (layer.raw.stack ? withRoom(found, layer) : found), high);
  return { text: roomy, isMended: after !== document };
}

/** A stack is made as large as its layers may become. @param {string} text @param {import("./layers.js").Layer} layer */
function withRoom(text, { path }) {
  const { box, layers, stack } = path.reduce((/** @type {any} */ node, key) => node?.[key], JSON.parse(text)) ?? {};
  if (!Array.isArray(layers) || !box) return text;
  const side = stack.direction === "horizontal" ? "width" : "height";
  const needed = layers.reduce((sum, one) => sum + (one?.box?.[side] ?? 0), 0) + (stack.gap ?? 0) * (layers.length - 1);
  return needed > box[side] ? json.set(text, [...path, "box", side], needed) : text;
}

/** A box is made higher rather than a text smaller: its size is somebody's choice. @param {string} text @param {import("./layers.js").Layer} layer */
function withLine(text, { path, raw }) {
  const { size, min_size: smallest } = raw.font ?? {};
  if (typeof size !== "number") return text;
  const least = typeof smallest === "number" ? Math.min(smallest, size) : size;
  const fixed = typeof smallest === "number" && smallest > size ? json.set(text, [...path, "font", "min_size"], size) : text;
  const needed = Math.ceil((raw.arc ? size : least) * (raw.line_height ?? LINE_HEIGHT) - 1e-9);
  return (raw.box?.height ?? 0) < needed ? json.set(fixed, [...path, "box", "height"], needed) : fixed;
}

/** @param {string} text @param {import("./layers.js").Layer} layer */
function upright(text, { path, raw }) {
  const turn = Math.round((Number(raw.rotation) || 0) / 90) * 90;
  const turned = raw.rotation === undefined || raw.rotation === turn ? text : json.set(text, [...path, "rotation"], turn);
  return raw.opacity === undefined ? turned : json.remove(turned, [...path, "opacity"]);
}
