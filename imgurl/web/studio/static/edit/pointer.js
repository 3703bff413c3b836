/**
 * What a pointer does on the canvas: select, marquee, move, resize, turn, draw, pan, zoom.
 *
 * @typedef {import("./layers.js").Layer} Layer
 * @typedef {import("./layers.js").Box} Box
 */
import { addLayer, boxed, duplicate, layerOf, moving, withBoxes } from "./actions.js";
import { zoomOf } from "./canvas.js";
import { resized, snap, turned } from "./geometry.js";
import * as json from "./json.js";
import { around, flat, under } from "./layers.js";
import { choosePicture } from "./upload.js";
import { work } from "./work.js";

const BEGINS = 3;
const SNAPS = 6;
const LEAST = 0.1;
const MOST = 8;

/** Pointers that are down, by their number: two of them pinch. @type {Map<number, {x: number, y: number}>} */
const fingers = new Map();
let isSpace = false;

/** Where an event is, in pixels of the design. @param {{clientX: number, clientY: number}} event */
function placeOf(event) {
  const art = document.getElementById("art")?.getBoundingClientRect();
  const zoom = zoomOf(work().now);
  return { x: (event.clientX - (art?.left ?? 0)) / zoom, y: (event.clientY - (art?.top ?? 0)) / zoom };
}

/** @param {PointerEvent} event */
export function down(event) {
  const target = /** @type {Element} */ (event.target);
  if (target.closest(".float") || !(event.currentTarget instanceof HTMLElement)) return;
  event.currentTarget.focus({ preventScroll: true });
  event.currentTarget.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const page = work().now;
  const at = placeOf(event);
  const first = { x: event.clientX, y: event.clientY };
  if (event.button === 1 || isSpace || page.tool === "hand") return begin({ kind: "pan", first, pan: page.pan });
  if (event.button !== 0) return;
  if (page.tool !== "select") return begin({ kind: "draw", first, at, to: at });
  const handle = /** @type {HTMLElement} */ (target).dataset?.handle;
  if (handle) return begin({ kind: handle === "turn" ? "turn" : "size", handle, first, at });
  const hit = hits(at)[0];
  if (!hit) return begin({ kind: "marquee", first, at, to: at, isAdding: event.shiftKey, before: page.selection });
  const isChosen = page.selection.some((one) => hit.pointer === one || hit.pointer.startsWith(`${one}/`));
  if (event.shiftKey) work().select(isChosen ? page.selection.filter((one) => one !== hit.pointer) : [...page.selection, hit.pointer]);
  else if (!isChosen) work().select([hit.pointer]);
  begin({ kind: "move", first, at, wasChosen: isChosen });
}

/** @param {any} drag */
function begin(drag) {
  work().set({ drag: { dx: 0, dy: 0, isMoved: false, guides: [], layers: boxed(moving(work().chosen)), partsKey: work().partsKey, ...drag } });
}

/** The layers that a click may take, the topmost first: those of the group that was entered, else whole groups. @param {{x: number, y: number}} at */
function hits(at) {
  const { inside, now } = { inside: work().now.inside, now: work().now };
  const slack = 3 / zoomOf(now);
  const group = inside ? flat(work().layers).find((one) => one.pointer === inside) : null;
  const found = group ? under(group.children, at.x, at.y, slack) : [];
  const top = work().layers.flatMap((one) => (one.kind === "choose" ? one.children : [one]));
  return found.length ? found : under(top, at.x, at.y, slack);
}

/** @param {PointerEvent} event */
export function moved(event) {
  const page = work().now;
  if (fingers.has(event.pointerId) && fingers.size === 2) return pinch(event);
  const drag = page.drag;
  if (!drag) {
    const hover = page.tool === "select" ? (hits(placeOf(event))[0]?.pointer ?? null) : null;
    if (hover !== page.hover) work().set({ hover });
    return;
  }
  const far = Math.hypot(event.clientX - drag.first.x, event.clientY - drag.first.y);
  if (!drag.isMoved && far < BEGINS) return;
  const zoom = zoomOf(page);
  const raw = { dx: (event.clientX - drag.first.x) / zoom, dy: (event.clientY - drag.first.y) / zoom };
  if (drag.kind === "pan") return work().set({ pan: { x: drag.pan.x + event.clientX - drag.first.x, y: drag.pan.y + event.clientY - drag.first.y } });
  if (drag.kind === "marquee") return sweep({ ...drag, isMoved: true, to: placeOf(event) }, event.altKey);
  if (drag.kind === "draw") return work().set({ drag: { ...drag, isMoved: true, to: placeOf(event) } });
  const more = { move: slide, size: stretch, turn }[/** @type {"move" | "size" | "turn"} */ (drag.kind)](drag, raw, event);
  work().set({ drag: { ...drag, isMoved: true, ...more } });
}

/** @param {any} drag @param {{dx: number, dy: number}} raw @param {PointerEvent} event */
function slide(drag, raw, event) {
  let { dx, dy } = raw;
  if (event.shiftKey) [dx, dy] = Math.abs(dx) > Math.abs(dy) ? [dx, 0] : [0, dy];
  [dx, dy] = [Math.round(dx), Math.round(dy)];
  const frame = around(drag.layers.map((/** @type {Layer} */ one) => one.box));
  if (!frame || isFree(event)) return { dx, dy, guides: [], isCopy: event.altKey };
  const found = snap({ ...frame, x: frame.x + dx, y: frame.y + dy }, neighbours(drag.layers), SNAPS / zoomOf(work().now));
  return { dx: dx + (event.shiftKey && !dx ? 0 : found.dx), dy: dy + (event.shiftKey && !dy ? 0 : found.dy), guides: found.guides, isCopy: event.altKey };
}

/** @param {any} drag @param {{dx: number, dy: number}} raw @param {PointerEvent} event */
function stretch(drag, raw, event) {
  const [only] = drag.layers;
  const before = around(drag.layers.map((/** @type {Layer} */ one) => one.box));
  if (!before) return {};
  const angle = drag.layers.length === 1 ? (-(only?.angle ?? 0) * Math.PI) / 180 : 0;
  const [dx, dy] = [raw.dx * Math.cos(angle) - raw.dy * Math.sin(angle), raw.dx * Math.sin(angle) + raw.dy * Math.cos(angle)];
  const isPicture = drag.layers.length === 1 && only?.kind === "image";
  const how = { ratio: isPicture !== event.shiftKey, centre: event.altKey };
  let after = resized(before, drag.handle, dx, dy, how);
  /** @type {any[]} */
  let guides = [];
  if (!isFree(event) && !angle && !how.ratio && !how.centre) {
    const found = snap(edgesOf(after, drag.handle), neighbours(drag.layers), SNAPS / zoomOf(work().now));
    after = resized(before, drag.handle, Math.round(dx) + found.dx, Math.round(dy) + found.dy, how);
    guides = found.guides.filter((one) => (one.axis === "x" ? /[ew]/ : /[ns]/).test(drag.handle));
  }
  return { frame: { before, after }, guides };
}

/** The edge that a handle moves, as a box without a size. @param {Box} box @param {string} handle @returns {Box} */
const edgesOf = (box, handle) => ({
  x: handle.includes("e") ? box.x + box.width : box.x, y: handle.includes("s") ? box.y + box.height : box.y, width: 0, height: 0,
});

/** @param {any} drag @param {{dx: number, dy: number}} raw @param {PointerEvent} event */
function turn(drag, raw, event) {
  const box = drag.layers[0]?.box;
  if (!box) return {};
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const at = { x: drag.at.x + raw.dx, y: drag.at.y + raw.dy };
  return { angle: turned((Math.atan2(at.y - cy, at.x - cx) * 180) / Math.PI + 90, event.shiftKey) };
}

/** @param {PointerEvent} event */
const isFree = (event) => event.ctrlKey || event.metaKey;

/** What a moving selection snaps to. @param {readonly Layer[]} layers */
function neighbours(layers) {
  const { width = 0, height = 0 } = work().now.document.size ?? {};
  const own = new Set(layers.map((one) => one.pointer));
  const others = work().layers.flatMap((one) => (own.has(one.pointer) || one.raw.hidden || one.children.some((inner) => own.has(inner.pointer)) || one.angle % 90 ? [] : [one.box]));
  return [{ x: 0, y: 0, width, height }, ...others];
}

/** @param {any} drag @returns {Box} */
export function marqueeOf({ at, to }) {
  return { x: Math.min(at.x, to.x), y: Math.min(at.y, to.y), width: Math.abs(to.x - at.x), height: Math.abs(to.y - at.y) };
}

/** @param {any} drag @param {boolean} isEnclosing */
function sweep(drag, isEnclosing) {
  const frame = marqueeOf(drag);
  const found = work().layers.filter(({ box, raw }) => {
    if (raw.hidden) return false;
    if (isEnclosing) return box.x >= frame.x && box.y >= frame.y && box.x + box.width <= frame.x + frame.width && box.y + box.height <= frame.y + frame.height;
    return box.x < frame.x + frame.width && frame.x < box.x + box.width && box.y < frame.y + frame.height && frame.y < box.y + box.height;
  });
  const pointers = found.map((one) => one.pointer);
  work().set({ drag, selection: drag.isAdding ? [...new Set([...drag.before, ...pointers])] : pointers });
}

/** @param {PointerEvent} event */
export function up(event) {
  fingers.delete(event.pointerId);
  const drag = work().now.drag;
  if (!drag) return;
  work().set({ drag: null });
  if (event.type === "pointercancel") return;
  if (drag.kind === "marquee" && !drag.isMoved && !drag.isAdding) work().select([]);
  if (drag.kind === "marquee") return work().fetchParts();
  if (drag.kind === "draw") return drawn(drag);
  if (drag.kind === "pan") return;
  if (!drag.isMoved) return drag.kind === "move" && drag.wasChosen && !event.shiftKey ? below(placeOf(event)) : undefined;
  finish(drag);
}

/** A click on what is selected takes the next one below it. @param {{x: number, y: number}} at */
function below(at) {
  const found = hits(at);
  const place = found.findIndex((one) => work().now.selection.includes(one.pointer));
  const next = found[(place + 1) % found.length];
  if (next && work().now.selection.length === 1) work().select([next.pointer]);
}

/** @param {any} drag */
function finish(drag) {
  if (drag.kind === "move") {
    if (!drag.dx && !drag.dy && !drag.isCopy) return;
    const { parts } = work().now;
    // It stays where it was dropped until the whole is drawn there.
    if (parts?.key === drag.partsKey && parts) work().set({ ghost: { dx: drag.dx, dy: drag.dy, parts } });
    if (drag.isCopy) {
      duplicate(0);
      drag = { ...drag, layers: boxed(moving(work().chosen)) };
    }
    work().edit((text) => withBoxes(text, drag.layers, drag.layers.map((/** @type {Layer} */ { box }) => ({ ...box, x: box.x + drag.dx, y: box.y + drag.dy }))), { key: drag.isCopy ? "copy" : "" });
  } else if (drag.kind === "size" && drag.frame) {
    work().edit((text) => withBoxes(text, drag.layers, scaled(drag)));
  } else if (drag.kind === "turn" && drag.angle !== undefined) {
    const [layer] = drag.layers;
    work().edit((text) => (drag.angle ? json.set(text, [...layer.path, "rotation"], drag.angle) : json.remove(text, [...layer.path, "rotation"])));
  }
}

/** The boxes of a selection whose frame was dragged. @param {any} drag @returns {Box[]} */
function scaled({ layers, frame: { before, after } }) {
  const [across, down] = [after.width / before.width, after.height / before.height];
  return layers.map((/** @type {Layer} */ { box }) => ({
    x: Math.round(after.x + (box.x - before.x) * across), y: Math.round(after.y + (box.y - before.y) * down),
    width: Math.max(1, Math.round(box.width * across)), height: Math.max(1, Math.round(box.height * down)),
  }));
}

/** The selected layers where the drag has them. @returns {Layer[]} */
export function shown() {
  const { drag } = work().now;
  const chosen = work().chosen;
  if (!drag?.isMoved) return chosen;
  if (drag.kind === "move") return chosen.map((one) => ({ ...one, box: { ...one.box, x: one.box.x + drag.dx, y: one.box.y + drag.dy } }));
  if (drag.kind === "turn" && drag.angle !== undefined) return chosen.map((one) => ({ ...one, angle: drag.angle }));
  if (drag.kind === "size" && drag.frame) {
    const boxes = scaled(drag);
    return drag.layers.map((/** @type {Layer} */ one, /** @type {number} */ place) => ({ ...one, box: boxes[place] ?? one.box }));
  }
  return chosen;
}

/** @param {any} drag */
function drawn(drag) {
  const tool = work().now.tool;
  const frame = marqueeOf(drag);
  const isClick = frame.width < BEGINS && frame.height < BEGINS;
  const box = { x: Math.round(frame.x), y: Math.round(frame.y), width: Math.max(1, Math.round(isClick ? 200 : frame.width)), height: Math.max(1, Math.round(isClick ? 80 : frame.height)) };
  work().set({ tool: "select" });
  if (tool === "picture") choosePicture(isClick ? null : box);
  else addLayer(layerOf(tool, tool === "line" && isClick ? { ...box, height: 2 } : box));
}

/** @param {MouseEvent} event */
export function doubled(event) {
  const [layer] = work().chosen;
  if (layer?.children.length) {
    work().set({ inside: layer.pointer });
    const inner = hits(placeOf(event))[0];
    if (inner) work().select([inner.pointer]);
  } else if (layer?.kind === "text") document.getElementById("edit-text")?.focus();
}

/** Keep the pointer over the same pixel while it zooms. @param {number} zoom @param {{clientX: number, clientY: number}} [event] */
export function zoomTo(zoom, event) {
  const page = work().now;
  const before = zoomOf(page);
  const after = Math.min(MOST, Math.max(LEAST, zoom));
  const room = document.getElementById("canvas")?.getBoundingClientRect();
  if (!room) return;
  const [x, y] = event ? [event.clientX - room.left - room.width / 2, event.clientY - room.top - room.height / 2] : [0, 0];
  const factor = after / before;
  work().set({ zoom: after, pan: { x: x - (x - page.pan.x) * factor, y: y - (y - page.pan.y) * factor } });
}

/** @param {WheelEvent} event */
export function wheel(event) {
  event.preventDefault();
  const page = work().now;
  if (event.ctrlKey || event.metaKey) return zoomTo(zoomOf(page) * Math.exp(-event.deltaY / 300), event);
  const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
  work().set({ pan: { x: page.pan.x - dx, y: page.pan.y - dy } });
}

/** @param {PointerEvent} event */
function pinch(event) {
  const before = [...fingers.values()];
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const after = [...fingers.values()];
  const span = (/** @type {{x: number, y: number}[]} */ [one, other]) => Math.hypot((one?.x ?? 0) - (other?.x ?? 0), (one?.y ?? 0) - (other?.y ?? 0));
  const middle = { clientX: ((after[0]?.x ?? 0) + (after[1]?.x ?? 0)) / 2, clientY: ((after[0]?.y ?? 0) + (after[1]?.y ?? 0)) / 2 };
  work().set({ drag: null });
  if (span(before) > 0) zoomTo((zoomOf(work().now) * span(after)) / span(before), middle);
}

export const left = () => work().now.hover && work().set({ hover: null });

/** @param {boolean} isDown */
export const space = (isDown) => (isSpace = isDown);

/** @param {KeyboardEvent} event */
export const released = (event) => event.code === "Space" && space(false);

/** Stop what the pointer is doing; nothing of it is kept. */
export function cancel() {
  const had = Boolean(work().now.drag);
  if (had) work().set({ drag: null });
  return had;
}
