/** What can be done to layers: each is one step to undo. */
import { say } from "../core/page.js";
import { t } from "../core/words.js";
import { aligned, distributed } from "./geometry.js";
import * as json from "./json.js";
import { around, flat, freeId } from "./layers.js";
import { parsed, work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./layers.js").Box} Box */

const MAX_DEPTH = 4;
const MAX_LAYERS = 100;

/** @type {any[]} */
let clipboard = [];

/** Layers that have a box of their own. @param {readonly Layer[]} layers */
export const boxed = (layers) => layers.filter((one) => one.kind !== "choose");

/**
 * The text with layers in other boxes.
 *
 * @param {string} text
 * @param {readonly Layer[]} layers
 * @param {readonly Box[]} boxes in pixels of the design
 */
export function withBoxes(text, layers, boxes) {
  return layers.reduce((before, layer, place) => {
    const box = boxes[place];
    if (!box) return before;
    const own = { x: box.x - layer.origin.x, y: box.y - layer.origin.y, width: box.width, height: box.height };
    return /** @type {const} */ (["x", "y", "width", "height"]).reduce(
      (found, side) => (own[side] === layer.raw.box?.[side] ? found : json.set(found, [...layer.path, "box", side], own[side])), before);
  }, text);
}

/** All that move when layers do: of a choice its layers. @param {readonly Layer[]} layers @returns {Layer[]} */
export const moving = (layers) => layers.flatMap((one) => (one.kind === "choose" ? moving(one.children) : [one]));

/** @param {number} dx @param {number} dy @param {string} [key] */
export function moveBy(dx, dy, key = "") {
  const layers = moving(work().chosen);
  work().edit((text) => withBoxes(text, layers, layers.map(({ box }) => ({ ...box, x: box.x + dx, y: box.y + dy }))), { key });
}

/** @param {number} dx @param {number} dy */
export function growBy(dx, dy) {
  const layers = boxed(work().chosen);
  const boxes = layers.map(({ box }) => ({ ...box, width: Math.max(1, box.width + dx), height: Math.max(1, box.height + dy) }));
  work().edit((text) => withBoxes(text, layers, boxes), { key: "grow" });
}

/** @param {import("./geometry.js").Edge} edge to the selection, or to the canvas for one layer */
export function align(edge) {
  const layers = boxed(work().chosen);
  const { width, height } = work().now.document.size ?? { width: 0, height: 0 };
  const parent = layers[0]?.parent;
  const frame = layers.length > 1 ? around(layers.map((one) => one.box)) : parent?.kind === "group" ? parent.box : { x: 0, y: 0, width, height };
  if (frame) work().edit((text) => withBoxes(text, layers, layers.map(({ box }) => aligned(box, frame, edge))));
}

/** @param {"x" | "y"} axis */
export function distribute(axis) {
  const layers = boxed(work().chosen);
  if (layers.length > 2) work().edit((text) => withBoxes(text, layers, distributed(layers.map((one) => one.box), axis)));
}

export function deleteChosen() {
  const layers = work().chosen;
  if (!layers.length) return;
  work().edit((text) => layers.toReversed().reduce((before, one) => json.remove(before, one.path), text), { selection: [] });
  say(t("edit.deleted", { count: layers.length }));
}

/** @param {Layer} layer */
const copyOf = (layer) => structuredClone(layer.raw);

export function copyChosen() {
  clipboard = work().chosen.map((one) => ({ raw: copyOf(one), box: one.box}));
  if (clipboard.length) say(t("edit.copied", { count: clipboard.length }));
}

export function cutChosen() {
  copyChosen();
  deleteChosen();
}

/** @param {number} [offset] */
export const paste = (offset = 10) => place(clipboard, offset);

/** @param {number} [offset] */
export function duplicate(offset = 10) {
  place(work().chosen.map((one) => ({ raw: copyOf(one), box: one.box })), offset);
}

/** Put copies of layers on top. @param {any[]} copies @param {number} offset */
function place(copies, offset) {
  if (!copies.length || work().layers.length + copies.length > MAX_LAYERS) return;
  work().edit((text) => copies.reduce((before, { raw, box }) => {
    const document = parsed(before);
    const made = { ...renamed(raw, document), ...(raw.box ? { box: { ...raw.box, x: box.x + offset, y: box.y + offset } } : {}) };
    return json.insert(before, ["layers"], document?.layers?.length ?? 0, made);
  }, text));
  selectLast(copies.length);
}

/** A copy whose id is nobody else's; in a copied group the ids stay, which its layers know each other by. @param {any} raw @param {any} document @returns {any} */
function renamed(raw, document) {
  const { id, ...rest } = raw;
  return { ...(id ? { id: freeId(document, String(id)) } : {}), ...rest };
}

/** @param {number} count */
function selectLast(count) {
  const all = work().layers;
  work().select(all.slice(-count).map((one) => one.pointer));
}

/** Put a new layer on top and select it. @param {Record<string, unknown>} raw */
export function addLayer(raw) {
  const document = work().now.document;
  if (work().layers.length >= MAX_LAYERS) return;
  const id = freeId(document, String(raw.id ?? raw.type));
  work().edit((text) => json.insert(text, ["layers"], document.layers?.length ?? 0, { ...raw, id }));
  selectLast(1);
}

/** A layer of a kind in a box, as a tool makes it. @param {string} tool @param {Box} box */
export function layerOf(tool, box) {
  const families = work().now.families;
  const family = families.find((one) => one.name === "Inter")?.name ?? families[0]?.name ?? "Inter";
  if (tool === "text") return { id: "text", type: "text", text: t("edit.new.text"), box, font: { family, size: Math.max(8, Math.min(48, Math.round(box.height * 0.6))), min_size: 8 }, color: "#111111", max_lines: 2 };
  if (tool === "ellipse") return { id: "ellipse", type: "shape", shape: "ellipse", box, fill: "#1a73e8" };
  if (tool === "line") return { id: "line", type: "shape", shape: "line", box: { ...box, height: Math.max(2, box.height) }, stroke: { color: "#111111", width: 2 } };
  return { id: "rectangle", type: "shape", shape: "rectangle", box, fill: "#1a73e8" };
}

/** Put the selection one further to the front or back, or all the way. @param {1 | -1} way @param {boolean} isAll */
export function reorder(way, isAll) {
  const [layer] = work().chosen;
  if (!layer) return;
  const list = layer.path.slice(0, -1);
  const from = Number(layer.path.at(-1));
  const count = siblings(list).length;
  const to = isAll ? (way > 0 ? count - 1 : 0) : Math.max(0, Math.min(count - 1, from + way));
  moveTo(layer, to);
}

/** @param {json.Key[]} list */
const siblings = (list) => list.reduce((/** @type {any} */ node, key) => node?.[key], work().now.document) ?? [];

/** @param {Layer} layer @param {number} to its place in its list */
export function moveTo(layer, to) {
  const list = layer.path.slice(0, -1);
  work().edit((text) => json.move(text, list, Number(layer.path.at(-1)), to), { selection: [json.pointerOf([...list, to])] });
}

/** How many groups are in each other below a layer, with itself. @param {Layer} layer @returns {number} */
const deepOf = (layer) => (layer.kind === "group" ? 1 + Math.max(0, ...layer.children.map(deepOf)) : 0);

/** Put the selected layers of one list into a group. */
export function group() {
  const layers = work().chosen.filter((one) => one.kind !== "choose");
  const list = layers[0]?.path.slice(0, -1);
  if (!list || layers.length < 2 || layers.some((one) => !json.isSame(one.path.slice(0, -1), list))) return;
  const frame = around(layers.map((one) => one.box));
  // At most four groups may be in each other.
  if (!frame || (layers[0]?.depth ?? 0) + 1 + Math.max(...layers.map(deepOf)) > MAX_DEPTH) return;
  const origin = layers[0]?.origin ?? { x: 0, y: 0 };
  const own = { x: frame.x - origin.x, y: frame.y - origin.y, width: frame.width, height: frame.height };
  const inner = layers.map((one) => ({ ...one.raw, box: { ...one.raw.box, x: one.box.x - frame.x, y: one.box.y - frame.y } }));
  const made = { id: freeId(work().now.document, "group"), type: "group", box: own, layers: inner };
  const at = Number(layers.at(-1)?.path.at(-1) ?? 0) - layers.length + 1;
  work().edit((text) => {
    const without = layers.toReversed().reduce((before, one) => json.remove(before, one.path), text);
    return json.insert(without, list, at, made);
  }, { selection: [] });
  work().select([json.pointerOf([...list, at])]);
}

/** Put the layers of selected groups beside the others. */
export function ungroup() {
  const [layer] = work().chosen.filter((one) => one.kind === "group");
  if (!layer) return;
  const list = layer.path.slice(0, -1);
  const at = Number(layer.path.at(-1));
  const { x, y } = layer.raw.box;
  const inner = layer.children.map((one) => ({ ...one.raw, box: { ...one.raw.box, x: one.raw.box.x + x, y: one.raw.box.y + y } }));
  work().edit((text) => {
    const without = json.remove(text, layer.path);
    return inner.toReversed().reduce((before, one) => json.insert(before, list, at, one), without);
  }, { selection: [] });
  work().select(inner.map((_, place) => json.pointerOf([...list, at + place])));
}

export const selectAll = () => work().select(work().layers.map((one) => one.pointer));

/** Select the next or the previous layer, in the order of the list. @param {1 | -1} way */
export function selectNext(way) {
  const all = flat(work().layers).toReversed();
  const at = all.findIndex((one) => one.pointer === work().now.selection[0]);
  const next = all[(at + way + all.length) % all.length];
  if (next) work().select([next.pointer]);
}

/** Into a group: its topmost layer; out of it: the group. */
export function enter() {
  const [layer] = work().chosen;
  const inner = layer?.children.at(-1);
  if (inner) work().select([inner.pointer]);
  else if (layer?.kind === "text") document.getElementById("edit-text")?.focus();
}

export function leave() {
  const [layer] = work().chosen;
  work().select(layer?.parent ? [layer.parent.pointer] : []);
}

