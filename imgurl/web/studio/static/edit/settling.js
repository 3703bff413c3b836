/** What an edit by hand has to keep, so that it leaves a design: a text has room for one line, a code stays upright. */
import * as json from "./json.js";
import { flat, layersOf } from "./layers.js";

const LINE_HEIGHT = 1.2;
const CODES = ["qr", "barcode"];

/**
 * The text with boxes that are high enough, and codes that scanners can read.
 *
 * @param {string} text
 * @returns {string}
 */
export function settled(text) {
  const layers = flat(layersOf(JSON.parse(text)));
  return layers.reduce((before, layer) => {
    if (layer.kind === "text") return withLine(before, layer);
    return CODES.includes(layer.kind) ? upright(before, layer) : before;
  }, text);
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
