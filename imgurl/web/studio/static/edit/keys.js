/** Keys of the canvas, by where they are on the keyboard. */
import { commitField, isTyped } from "../core/page.js";
import * as act from "./actions.js";
import { zoomOf } from "./canvas.js";
import { around } from "./layers.js";
import { cancel, space, zoomTo } from "./pointer.js";
import { choosePicture } from "./upload.js";
import { work } from "./work.js";

const ARROWS = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });
const TOOLS = /** @type {Record<string, string>} */ ({ KeyV: "select", KeyH: "hand", KeyT: "text", KeyI: "picture", KeyR: "rectangle", KeyO: "ellipse", KeyL: "line" });
const ALIGN = /** @type {Record<string, import("./geometry.js").Edge>} */ ({ KeyA: "left", KeyD: "right", KeyH: "centre", KeyW: "top", KeyS: "bottom", KeyV: "middle" });

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const WITH_CTRL = {
  KeyC: act.copyChosen, KeyX: act.cutChosen, KeyV: () => act.paste(), KeyD: () => act.duplicate(), KeyA: act.selectAll,
  KeyG: (event) => (event.shiftKey ? act.ungroup() : act.group()),
  BracketLeft: () => act.reorder(-1, true), BracketRight: () => act.reorder(1, true),
};

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const ALONE = {
  Delete: act.deleteChosen, Backspace: act.deleteChosen,
  BracketLeft: () => act.reorder(-1, false), BracketRight: () => act.reorder(1, false),
  Equal: () => zoomTo(zoomOf(work().now) * 1.25), NumpadAdd: () => zoomTo(zoomOf(work().now) * 1.25),
  Minus: () => zoomTo(zoomOf(work().now) / 1.25), NumpadSubtract: () => zoomTo(zoomOf(work().now) / 1.25),
  Enter: (event) => (event.shiftKey ? act.leave() : act.enter()),
  Space: () => space(true),
};

/** Keys of the whole page: undo, save, the JSON. @param {KeyboardEvent} event */
export function pageKeys(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const does = { KeyS: save, KeyJ: () => work().set({ hasJson: !work().now.hasJson }) }[event.code];
  const isUndo = event.code === "KeyZ" || event.code === "KeyY";
  if (!does && !isUndo) return;
  // What is typed and not in the document yet is undone by the browser itself.
  if (isUndo && isTyped(event.target)) return;
  event.preventDefault();
  if (does) does();
  else if (event.code === "KeyY" || event.shiftKey) work().redo();
  else work().undo();
}

function save() {
  commitField();
  work().save();
}

/** @param {KeyboardEvent} event */
export function keys(event) {
  if (event.target !== event.currentTarget) return;
  const isCtrl = event.ctrlKey || event.metaKey;
  const does = isCtrl ? WITH_CTRL[event.code] : event.altKey ? null : ALONE[event.code];
  const arrow = ARROWS[event.code];
  if (arrow && !event.altKey) nudge(arrow, event, isCtrl);
  else if (event.altKey && event.shiftKey && (event.code === "KeyH" || event.code === "KeyV")) act.distribute(event.code === "KeyH" ? "x" : "y");
  else if (event.altKey && ALIGN[event.code] && !isCtrl) act.align(ALIGN[event.code] ?? "left");
  else if (does) does(event);
  else if (event.code === "Tab") {
    tab(event);
    return;
  } else if (event.code === "Escape") escape(event);
  else if (!isCtrl && !event.altKey && event.shiftKey && /^Digit[012]$/.test(event.code)) zoomKey(event.code);
  else if (!isCtrl && !event.altKey && !event.shiftKey && TOOLS[event.code]) tool(TOOLS[event.code] ?? "select");
  else return;
  event.preventDefault();
}

/** @param {string} name */
export function tool(name) {
  if (name === "picture") choosePicture(null);
  else work().set({ tool: name });
}

/** @param {[number, number]} arrow @param {KeyboardEvent} event @param {boolean} isGrowing */
function nudge([x, y], event, isGrowing) {
  const step = event.shiftKey ? 10 : 1;
  if (isGrowing) act.growBy(x * step, y * step);
  else act.moveBy(x * step, y * step, "nudge");
}

/** The next layer, while there is one; otherwise the next thing of the page. @param {KeyboardEvent} event */
function tab(event) {
  if (!work().now.selection.length) return;
  event.preventDefault();
  act.selectNext(event.shiftKey ? -1 : 1);
}

/** Nothing dragged, then no tool, then nothing selected, then out of the canvas. @param {KeyboardEvent} event */
function escape(event) {
  event.preventDefault();
  if (cancel()) return;
  const page = work().now;
  if (page.tool !== "select") work().set({ tool: "select" });
  else if (page.inside) work().set({ inside: null, selection: [page.inside] });
  else if (page.selection.length) work().select([]);
  else /** @type {HTMLElement | null} */ (document.querySelector("#zoom-out"))?.focus();
}

/** @param {string} code */
export function zoomKey(code) {
  if (code === "Digit0") return zoomTo(1);
  if (code === "Digit1") return work().set({ zoom: null, pan: { x: 0, y: 0 } });
  const frame = around(work().chosen.map((one) => one.box));
  const { room, document } = work().now;
  if (!frame || !room.width) return;
  const zoom = Math.min(8, Math.max(0.1, Math.min((room.width * 0.8) / frame.width, (room.height * 0.6) / frame.height)));
  const { width, height } = document.size;
  work().set({ zoom, pan: { x: -(frame.x + frame.width / 2 - width / 2) * zoom, y: -(frame.y + frame.height / 2 - height / 2) * zoom } });
}
