/** A design on a canvas. */
import { icon } from "../core/icons.js";
import { commitField, openDialog } from "../core/page.js";
import { ago, percent, t } from "../core/words.js";
import { canvas, zoomOf } from "../edit/canvas.js";
import * as json from "../edit/json.js";
import { pageKeys, tool, zoomKey } from "../edit/keys.js";
import { mendButton, panel } from "../edit/panel.js";
import { zoomTo } from "../edit/pointer.js";
import { sides } from "../edit/sides.js";
import { Work, parsed, work } from "../edit/work.js";
import { html, live, nothing } from "../vendor/lit.js";
import { closeButton } from "./frame.js";

/** @typedef {import("../edit/work.js").WorkState} WorkState */

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => page?.design?.title ?? route.params.design ?? "",
  frame: "design",
  open(route) {
    const opened = new Work(route.params.design ?? "");
    addEventListener("keydown", pageKeys, { signal: opened.signal });
    addEventListener("beforeunload", () => {
      commitField();
      opened.keep();
    }, { signal: opened.signal });
    return opened;
  },
  next: ({ page }) => (page?.base ? buttons(page) : null),
  draw: ({ page }) => (page.base ? editor(page) : loading(page)),
};

/** @param {WorkState} page */
const loading = (page) => html`<main class="edit" id="main" tabindex="-1"><div class="canvas">${page.trouble ? html`<p class="note bad" role="alert">${page.trouble}</p>` : nothing}</div></main>`;

/** @param {WorkState} page */
function buttons(page) {
  const isDirty = page.text !== page.base?.text;
  const why = page.whyNot ? t(`edit.why.${page.whyNot}`) : "";
  const number = (page.base?.number ?? 0) + 1;
  return html`<button class="icon sm" aria-label=${t("edit.undo")} aria-disabled=${!page.undo.length} @click=${() => work().undo()}>${icon("undo")}</button>
    <button class="icon sm" aria-label=${t("edit.redo")} aria-disabled=${!page.redo.length} @click=${() => work().redo()}>${icon("redo")}</button>
    <button class="btn" aria-pressed=${page.hasJson} @click=${() => work().set({ hasJson: !page.hasJson })}>${icon("braces", "s")}JSON</button>
    <button class="btn go" id="save" ?disabled=${Boolean(why) || !isDirty || page.isSaving} title=${why || nothing} aria-describedby=${why ? "why-not" : nothing} @click=${() => work().save()}>${t("edit.save", { number })}</button>
    ${why ? html`<span id="why-not" class="hidden">${why}</span>` : nothing}`;
}

/** @param {WorkState} page */
function editor(page) {
  return html`${strips(page)}<main class="edit ${page.hasJson ? "with-json" : ""}" id="main" tabindex="-1">
    ${sides(page)}<div class="middle">${toolbar(page)}${canvas(page)}${zoom(page)}</div>${eight(page)}${page.hasJson ? jsonPane(page) : panel(page)}</main>`;
}

/** @param {WorkState} page */
function strips(page) {
  const why = page.whyNot ? html`<div class="strap calm">${icon("lock")}<span class="grow">${t(`edit.why.${page.whyNot}`)}</span></div>` : nothing;
  const left = page.left
    ? html`<div class="strap calm" role="status">${icon("clock")}<span class="grow">${t("edit.left", { count: page.left.count })}</span>
      <button class="btn sm" @click=${() => work().takeLeft()}>${t("edit.left.continue")}</button><button class="btn sm" @click=${() => work().discardLeft()}>${t("edit.left.discard")}</button></div>`
    : nothing;
  const newer = page.newer
    ? html`<div class="strap warn" role="status">${icon("warn")}<span class="grow">${t("edit.stale", { name: page.newer.by || t("edit.somebody"), number: page.newer.number ?? 0, ago: ago(page.newer.saved) })}</span>
      <a class="btn sm" href="/studio/designs/${page.id}/history">${t("edit.stale.show")}</a><button class="btn sm" @click=${takeNewer}>${t("edit.stale.load", { number: page.newer.number ?? 0 })}</button></div>`
    : nothing;
  return html`${why}${left}${newer}`;
}

function takeNewer() {
  const here = work();
  // What is not saved stays in this browser, and is offered again.
  here.keep();
  here.load();
}

const TOOLS = /** @type {const} */ ([["select", "select"], ["hand", "hand"], null, ["text", "text"], ["picture", "picture"], ["rectangle", "rectangle"], ["ellipse", "ellipse"], ["line", "line"], null]);

/** @param {WorkState} page */
const toolbar = (page) => html`<div class="float t" role="toolbar" aria-label=${t("edit.tools")}>
  ${TOOLS.map((one) => one ? html`<button class="icon sm ${page.tool === one[0] ? "on" : ""}" aria-pressed=${page.tool === one[0]} aria-label=${t(`edit.tool.${one[0]}`)} @click=${() => tool(one[0])}>${icon(one[1])}</button>` : html`<hr>`)}
  <button class="btn sm mid" aria-expanded=${page.hasSheet} @click=${() => work().set({ hasSheet: !page.hasSheet })}>${t("edit.layers")}</button>
  <button class="btn sm" @click=${() => openDialog(valuesDialog(work().now))}><bdi>${Object.values(page.values).slice(0, 2).filter(Boolean).join(", ").slice(0, 24) || t("edit.values")}</bdi> ${icon("down", "s")}</button></div>`;

/** Values to draw with, which are kept nowhere. @param {WorkState} page */
const valuesDialog = (page) => html`<header><h2 id="dialog-title" class="grow">${t("edit.values")}</h2>${closeButton()}</header><div class="pad form">
  ${Object.entries(page.values).map(([name, value]) => html`<label class="field"><span>${name}</span><input class="input" dir="auto" .value=${value} @input=${(/** @type {Event} */ event) => {
    work().set({ values: { ...work().now.values, [name]: /** @type {HTMLInputElement} */ (event.target).value } });
    work().redraw();
  }}></label>`)}</div>`;

/** @param {WorkState} page */
const zoom = (page) => html`<div class="float b"><button class="icon sm" id="zoom-out" aria-label=${t("edit.zoom.out")} @click=${() => zoomTo(zoomOf(page) / 1.25)}>${icon("minus")}</button>
  <button class="btn sm num" aria-label=${t("edit.zoom.fit", { zoom: percent(Math.round(zoomOf(page) * 100) / 100) })} @click=${() => zoomKey("Digit1")}>${percent(Math.round(zoomOf(page) * 100) / 100)}</button>
  <button class="icon sm" aria-label=${t("edit.zoom.in")} @click=${() => zoomTo(zoomOf(page) * 1.25)}>${icon("plus")}</button></div>`;

const KINDS = ["longest", "shortest", "missing", "unresolved", "right-to-left", "chinese", "emoji", "capitals"];

/** @param {WorkState} page */
function eight(page) {
  const isCut = (/** @type {import("../edit/work.js").Small} */ one) => one.fits.some((fit) => fit.step === "ellipsis");
  const cut = page.eight.filter(isCut).length;
  const { width = 2, height = 1 } = page.document?.size ?? {};
  return html`<section class="strip" aria-label=${t("edit.eight")}><header><b class="strong small">${t("edit.eight")}</b><span class="small quiet more">${t("edit.eight.when")}</span><span class="grow"></span>
    ${cut ? html`<span class="chip warn">${icon("warn")}${t("edit.eight.cut", { count: cut })}</span>` : nothing}</header>
    <ul tabindex="0" aria-label=${t("edit.eight")}>${KINDS.map((kind) => {
      const one = page.eight.find((small) => small.kind === kind);
      const word = t(`edit.eight.${kind}`);
      return html`<li class=${one && isCut(one) ? "bad" : ""}>${one ? html`<img src=${one.url} width=${width} height=${height} alt="">` : html`<div class="bone"></div>`}${one && isCut(one) ? t("edit.eight.is_cut", { kind: word }) : word}</li>`;
    })}</ul></section>`;
}

/** The document as its text: the same thing, edited in either. @param {WorkState} page */
const jsonPane = (page) => html`<aside class="panel rt json" aria-label="JSON">
  ${page.isJson ? nothing : html`<div class="note bad" role="status">${icon("warn")}<p>${t("edit.json.broken")}</p></div>`}
  ${page.isJson && page.problems.length ? html`<div class="note bad">${icon("warn")}<div><ul>${page.problems.slice(0, 6).map(({ pointer, sentence }) => html`<li><button class="link" @click=${() => show(pointer)}>${pointer || "/"}</button> ${sentence}</li>`)}</ul>${mendButton(page)}</div></div>` : nothing}
  <textarea class="code" id="json" spellcheck="false" autocapitalize="off" aria-label=${t("edit.json")} .value=${live(page.text)}
    @input=${(/** @type {Event} */ event) => work().change(/** @type {HTMLTextAreaElement} */ (event.target).value, { key: "json" })}
    @keyup=${follow} @click=${follow}></textarea></aside>`;

/** Select the layer in which the cursor is. */
function follow() {
  const area = document.getElementById("json");
  if (!(area instanceof HTMLTextAreaElement) || parsed(area.value) === null) return;
  const path = json.pathAt(area.value, area.selectionStart);
  for (let count = path.length; count > 1; count -= 1) {
    const layer = work().layer(json.pointerOf(path.slice(0, count)));
    if (layer) return work().select([layer.pointer]);
  }
}

/** Show a place of the text. @param {string} pointer */
function show(pointer) {
  const area = document.getElementById("json");
  const { text } = work().now;
  if (!(area instanceof HTMLTextAreaElement) || parsed(text) === null) return;
  const path = json.pathOf(pointer);
  const root = json.read(text);
  let node = root;
  for (let count = path.length; count >= 0; count -= 1) {
    const found = json.find(root, path.slice(0, count));
    if (found) { node = found; break; }
  }
  area.focus();
  area.setSelectionRange(node.start, node.end);
}

