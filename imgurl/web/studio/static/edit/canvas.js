/** The canvas: the server's picture, and over it the selection, as an SVG in pixels of the design. */
import { t } from "../core/words.js";
import { html, nothing, ref, svg } from "../vendor/lit.js";
import { around, cornersOf, flat } from "./layers.js";
import { keys } from "./keys.js";
import * as pointer from "./pointer.js";
import { work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./layers.js").Box} Box @typedef {import("./work.js").WorkState} WorkState */

/** Sizes on the screen, in CSS pixels. */
const GRIP = 9;
const TURN = 24;
const FIT = 0.86;

export const HANDLES = /** @type {const} */ (["nw", "n", "ne", "e", "se", "s", "sw", "w"]);

/** How large a pixel of the design is on the screen. @param {WorkState} page */
export function zoomOf(page) {
  if (page.zoom !== null) return page.zoom;
  const { width = 1, height = 1 } = page.document?.size ?? {};
  const { room } = page;
  if (!room.width) return 0.5;
  const margin = room.height > 320 ? 150 : 40;
  return Math.min(1, Math.max(0.05, Math.min((room.width * FIT) / width, (room.height - margin) / height)));
}

/** @param {WorkState} page */
export function canvas(page) {
  return html`<div class="canvas" id="canvas" tabindex="0" role="application" aria-label=${t("edit.canvas")} aria-describedby="canvas-keys"
    data-tool=${page.tool} ${ref(observe)} @keydown=${keys} @keyup=${pointer.released} @pointerdown=${pointer.down} @pointermove=${pointer.moved} @pointerup=${pointer.up}
    @pointercancel=${pointer.up} @dblclick=${pointer.doubled} @wheel=${{ handleEvent: pointer.wheel, passive: false }} @pointerleave=${pointer.left}>
    <span id="canvas-keys" class="hidden">${t("edit.canvas.keys")}</span>
    <div class="art" id="art" ${ref((element) => place(element, page))}>${pictures(page)}${overlay(page)}</div>
    ${page.isSlow ? html`<p class="float slow">${t("edit.slow")}</p>` : nothing}
  </div>`;
}

/** @type {ResizeObserver | null} */
let observer = null;

/** @param {Element | undefined} element */
function observe(element) {
  if (!element) {
    observer?.disconnect();
    observer = null;
    return;
  }
  if (observer) return;
  observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    work().set({ room: { width, height } });
  });
  observer.observe(element);
}

/** Where the picture is, and how large. @param {Element | undefined} element @param {WorkState} page */
function place(element, page) {
  if (!(element instanceof HTMLElement)) return;
  const { width = 1, height = 1 } = page.document?.size ?? {};
  const zoom = zoomOf(page);
  element.style.width = `${width * zoom}px`;
  element.style.height = `${height * zoom}px`;
  element.style.translate = `${page.pan.x}px ${page.pan.y}px`;
}

/** @param {WorkState} page */
function pictures(page) {
  const { width = 1, height = 1 } = page.document?.size ?? {};
  const alt = t("edit.picture", { title: page.document?.title ?? "" });
  const isMoving = page.drag?.kind === "move" && page.drag.isMoved && page.drag.partsKey === page.parts?.key;
  const parts = isMoving ? page.parts : page.ghost?.parts;
  if (parts) {
    return html`<img src=${parts.below} width=${width} height=${height} alt=${alt}>
      <img class="over" src=${parts.selection} width=${width} height=${height} alt="" ${ref((element) => shift(element, page))}>
      <img class="over" src=${parts.above} width=${width} height=${height} alt="">`;
  }
  return page.look
    ? html`<img src=${page.look.url} width=${width} height=${height} alt=${alt}>`
    : html`<div class="bone" role="img" aria-label=${alt}></div>`;
}

/** @param {Element | undefined} element @param {WorkState} page */
function shift(element, page) {
  if (!(element instanceof HTMLElement)) return;
  const zoom = zoomOf(page);
  const { dx, dy } = page.drag ?? page.ghost ?? { dx: 0, dy: 0 };
  element.style.translate = `${dx * zoom}px ${dy * zoom}px`;
}

/** @param {WorkState} page */
function overlay(page) {
  const { width = 1, height = 1 } = page.document?.size ?? {};
  const zoom = zoomOf(page);
  const chosen = pointer.shown();
  const hovered = page.hover && !page.selection.includes(page.hover) ? work().layer(page.hover) : null;
  return html`<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${hovered ? outline(hovered, "hov") : nothing}
    ${chosen.map((one) => outline(one, "sel"))}
    ${broken(page).map((one) => outline(one, "wrong"))}
    ${chosen.length ? selection(chosen, zoom, page) : nothing}
    ${marquee(page)} ${guides(page, zoom, width, height)}
  </svg>`;
}

/** @param {Layer} one @param {string} name */
const outline = (one, name) => svg`<polygon class=${name} points=${cornersOf(one).map(([x, y]) => `${x},${y}`).join(" ")}/>`;

/** Layers with a mistake. @param {WorkState} page @returns {Layer[]} */
const broken = (page) =>
  page.problems.length ? flat(work().layers).filter((one) => page.problems.some(({ pointer: place }) => place === one.pointer || place.startsWith(`${one.pointer}/`))) : [];

/** @param {Layer[]} chosen @param {number} zoom @param {WorkState} page */
function selection(chosen, zoom, page) {
  const [only] = chosen;
  const single = chosen.length === 1 && only ? only : null;
  const box = single ? single.box : around(chosen.map((one) => one.box));
  if (!box || single?.kind === "choose") return nothing;
  // What another layer places is neither dragged nor made larger here.
  if (single?.seen) return tag(`${Math.round(single.seen.width)} × ${Math.round(single.seen.height)}`, single.seen, zoom, page);
  const angle = single?.angle ?? 0;
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const grip = GRIP / zoom;
  const hit = (matchMedia("(pointer: coarse)").matches ? 44 : 24) / zoom;
  const label = `${Math.round(box.width)} × ${Math.round(box.height)}`;
  return svg`<g transform=${angle ? `rotate(${angle} ${cx} ${cy})` : nothing}>
    ${single ? nothing : svg`<rect class="sel" x=${box.x} y=${box.y} width=${box.width} height=${box.height}/>`}
    ${single && !page.drag
      ? svg`<line class="sel" x1=${cx} y1=${box.y} x2=${cx} y2=${box.y - TURN / zoom}/>
        <circle class="knob" cx=${cx} cy=${box.y - TURN / zoom} r=${grip / 2}/>
        <circle class="hit turn" data-handle="turn" cx=${cx} cy=${box.y - TURN / zoom} r=${hit / 2}/>`
      : nothing}
    ${HANDLES.map((name) => {
      const x = name.includes("w") ? box.x : name.includes("e") ? box.x + box.width : cx;
      const y = name.includes("n") ? box.y : name.includes("s") ? box.y + box.height : cy;
      // Narrow boxes keep the room between their corners.
      const isTight = (name === "n" || name === "s" ? box.width : name === "e" || name === "w" ? box.height : Infinity) * zoom < 3 * GRIP;
      return isTight ? nothing : svg`<rect class="knob" x=${x - grip / 2} y=${y - grip / 2} width=${grip} height=${grip} rx=${grip / 6}/>
        <rect class="hit ${name}" data-handle=${name} x=${x - hit / 2} y=${y - hit / 2} width=${hit} height=${hit}/>`;
    })}
    ${tag(label, box, zoom, page)}
  </g>`;
}

/** The size, outside of the box, where there is room. @param {string} label @param {Box} box @param {number} zoom @param {WorkState} page */
function tag(label, box, zoom, page) {
  const [width, height] = [(label.length * 6.6 + 14) / zoom, 20 / zoom];
  const isAbove = (box.y * zoom + page.pan.y) > -40;
  const x = box.x + box.width - width;
  const y = isAbove ? box.y - height - 8 / zoom : box.y + box.height + 8 / zoom;
  return svg`<rect class="tag-bg" x=${x} y=${y} width=${width} height=${height} rx=${4 / zoom}/>
    <text class="tag-n" x=${x + width / 2} y=${y + height * 0.7} font-size=${12 / zoom} text-anchor="middle">${label}</text>`;
}

/** @param {WorkState} page */
function marquee({ drag }) {
  if (drag?.kind !== "marquee" || !drag.isMoved) return nothing;
  const { x, y, width, height } = pointer.marqueeOf(drag);
  return svg`<rect class="marquee" x=${x} y=${y} width=${width} height=${height}/>`;
}

/** @param {WorkState} page @param {number} zoom @param {number} width @param {number} height */
function guides({ drag }, zoom, width, height) {
  const beyond = 20 / zoom;
  return (drag?.guides ?? []).map((/** @type {import("./geometry.js").Guide} */ { axis, at, gap }) => {
    const text = String(Math.round(gap ?? at));
    const [wide, high] = [(text.length * 7 + 12) / zoom, 18 / zoom];
    const [x, y] = axis === "x" ? [at, height / 2] : [width / 2, at];
    return svg`<line class="guide" x1=${axis === "x" ? at : -beyond} y1=${axis === "x" ? -beyond : at} x2=${axis === "x" ? at : width + beyond} y2=${axis === "x" ? height + beyond : at}/>
      <rect class="snap-bg" x=${x - wide / 2} y=${y - high / 2} width=${wide} height=${high} rx=${4 / zoom}/>
      <text class="tag-n" x=${x} y=${y + high * 0.22} font-size=${12 / zoom} text-anchor="middle">${text}</text>`;
  });
}
