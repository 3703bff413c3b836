/**
 * The layers of a document: a tree with absolute boxes, what people call them, where they may go.
 *
 * @typedef {import("./json.js").Key} Key
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 *
 * @typedef {object} Layer
 * @property {string} pointer
 * @property {Key[]} path
 * @property {any} raw what the document says
 * @property {string} name
 * @property {string} kind its type, "choose" for a choice
 * @property {Box} box in pixels of the design
 * @property {Box | null} seen where it is, if its group places it by what others show
 * @property {{x: number, y: number}} origin where the box's own zero is
 * @property {number} angle
 * @property {number} depth
 * @property {Layer | null} parent the group or choice that it is in
 * @property {Layer[]} children
 */
import { pointerOf } from "./json.js";

const ICONS = /** @type {Record<string, string>} */ ({ text: "text", image: "picture", group: "tiles", choose: "next", countdown: "clock", chart: "bars", progress: "pill", qr: "tiles", barcode: "bars" });

/**
 * All layers of a document, back to front.
 *
 * @param {any} document
 * @param {readonly (Box & {layer: string})[]} [places] of layers that a group places, by their pointers
 * @returns {Layer[]} those at the top; the others are their children
 */
export function layersOf(document, places = []) {
  const found = list(document?.layers, ["layers"], { x: 0, y: 0 }, 0, null);
  const seen = new Map(places.map(({ layer: pointer, x, y, width, height }) => [pointer, { x, y, width, height }]));
  return seen.size ? found.map((one) => placed(one, seen)) : found;
}

/** @param {Layer} one @param {Map<string, Box>} places @returns {Layer} */
const placed = (one, places) => ({ ...one, seen: places.get(one.pointer) ?? null, children: one.children.map((inner) => placed(inner, places)) });

/** @param {any} raws @param {Key[]} path @param {{x: number, y: number}} origin @param {number} depth @param {Layer | null} parent @returns {Layer[]} */
function list(raws, path, origin, depth, parent) {
  if (!Array.isArray(raws)) return [];
  return raws.flatMap((raw, index) => (typeof raw === "object" && raw ? [layer(raw, [...path, index], origin, depth, parent)] : []));
}

/** @param {any} raw @param {Key[]} path @param {{x: number, y: number}} origin @param {number} depth @param {Layer | null} parent @returns {Layer} */
function layer(raw, path, origin, depth, parent) {
  const own = boxOf(raw.box);
  const box = { ...own, x: origin.x + own.x, y: origin.y + own.y };
  /** @type {Layer} */
  const made = {
    pointer: pointerOf(path), path, raw, name: nameOf(raw), kind: String(raw.type ?? ""), box, seen: null, origin,
    angle: Number(raw.rotation) || 0, depth, parent, children: [],
  };
  if (raw.type === "group") made.children = list(raw.layers, [...path, "layers"], box, depth + 1, made);
  if (raw.type === "choose") {
    const cases = Array.isArray(raw.cases) ? raw.cases : [];
    made.children = [
      ...cases.flatMap((/** @type {any} */ one, /** @type {number} */ index) => list(one?.layers, [...path, "cases", index, "layers"], origin, depth + 1, made)),
      ...list(raw.else, [...path, "else"], origin, depth + 1, made),
    ];
    made.box = around(made.children.map((one) => one.box)) ?? box;
  }
  return made;
}

/** @param {any} raw @returns {Box} */
const boxOf = (raw) => ({ x: Number(raw?.x) || 0, y: Number(raw?.y) || 0, width: Number(raw?.width) || 0, height: Number(raw?.height) || 0 });

/** What people call a layer: "Offer plate" for offer-plate, else what it shows. @param {any} raw @returns {string} */
export function nameOf(raw) {
  if (raw?.id) return sentence(String(raw.id));
  if (raw?.type === "text") return plain(raw.text).slice(0, 40) || "Text";
  if (raw?.type === "image" && typeof raw.asset === "string") return raw.asset;
  return sentence(String(raw?.shape ?? raw?.type ?? "?"));
}

/** @param {any} text a text, or one by language */
export const plain = (text) => String(typeof text === "object" && text ? (Object.values(text)[0] ?? "") : (text ?? ""));

/** @param {string} id */
export const sentence = (id) => id.slice(0, 1).toUpperCase() + id.slice(1).replace(/[-_]+/g, " ");

/** @param {Layer} one */
export const iconOf = (one) =>
  one.kind === "shape" ? (/** @type {Record<string, string>} */ ({ ellipse: "ellipse", line: "line", rounded: "pill" })[one.raw.shape] ?? "rectangle") : (ICONS[one.kind] ?? "rectangle");

/** Layers and those in them, back to front. @param {readonly Layer[]} layers @returns {Layer[]} */
export const flat = (layers) => layers.flatMap((one) => [one, ...flat(one.children)]);

/** The smallest box around others. @param {readonly Box[]} boxes @returns {Box | null} */
export function around(boxes) {
  if (!boxes.length) return null;
  const [left, top] = [Math.min(...boxes.map((one) => one.x)), Math.min(...boxes.map((one) => one.y))];
  const [right, bottom] = [Math.max(...boxes.map((one) => one.x + one.width)), Math.max(...boxes.map((one) => one.y + one.height))];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The corners of a layer's box, turned. @param {Layer} one @returns {[number, number][]} */
export function cornersOf({ box: own, seen, angle }) {
  const box = seen ?? own;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return /** @type {[number, number][]} */ ([[-1, -1], [1, -1], [1, 1], [-1, 1]]).map(([across, down]) => {
    const [dx, dy] = [(across * box.width) / 2, (down * box.height) / 2];
    return [x + dx * cos - dy * sin, y + dx * sin + dy * cos];
  });
}

/** Whether a point is in a layer's turned box. @param {Layer} one @param {number} x @param {number} y @param {number} [slack] */
export function isIn({ box: own, seen, angle }, x, y, slack = 0) {
  const box = seen ?? own;
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const turn = (-angle * Math.PI) / 180;
  const [dx, dy] = [x - cx, y - cy];
  const [across, down] = [dx * Math.cos(turn) - dy * Math.sin(turn), dx * Math.sin(turn) + dy * Math.cos(turn)];
  return Math.abs(across) <= box.width / 2 + slack && Math.abs(down) <= box.height / 2 + slack;
}

/** The layers under a point, the topmost first. @param {readonly Layer[]} layers @param {number} x @param {number} y @param {number} slack @returns {Layer[]} */
export const under = (layers, x, y, slack) => layers.toReversed().filter((one) => one.raw.hidden !== true && isIn(one, x, y, slack));

/** The layers of a list of pointers without those whose group is among them. @param {readonly Layer[]} layers @param {readonly string[]} selection */
export const chosen = (layers, selection) =>
  flat(layers).filter((one) => selection.includes(one.pointer) && !selection.some((other) => one.pointer.startsWith(`${other}/`)));

/** An id that no layer has yet. @param {any} document @param {string} wanted */
export function freeId(document, wanted) {
  const taken = new Set(flat(layersOf(document)).map((one) => one.raw.id));
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted.replace(/-\d+$/, "")}-${number}`;
  return id;
}
