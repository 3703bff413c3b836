/** The layers as a tree, the fields, the languages. */
import { icon } from "../core/icons.js";
import { openDialog } from "../core/page.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import * as act from "./actions.js";
import { fieldDialog, languageDialog } from "./fields.js";
import { flat, iconOf, sentence } from "./layers.js";
import { kindWord } from "./panel.js";
import { work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./work.js").WorkState} WorkState */

/** What people call a field. @param {any} field @returns {string} */
export const labelOf = (field) => (typeof field.label === "string" && field.label ? field.label : sentence(String(field.name ?? "?")));

/** @param {WorkState} page */
export function sides(page) {
  return html`<aside class="panel l ${page.hasSheet ? "open" : ""}" aria-label=${t("edit.sides")}>
    <section><h2 class="h3">${t("edit.layers")} <button class="icon sm" aria-label=${t("edit.layers.add")} @click=${addText}>${icon("plus")}</button></h2>
      ${work().layers.length ? tree(page) : html`<p class="small quiet">${t("edit.layers.none")}</p>`}</section>
    <section><h2 class="h3">${t("edit.fields")} <button class="icon sm" aria-label=${t("edit.fields.add")} @click=${() => openDialog(fieldDialog(null))}>${icon("plus")}</button></h2>
      <ul class="tree">${(page.document.fields ?? []).map((/** @type {any} */ field, /** @type {number} */ index) => html`<li><button class="row" @click=${() => openDialog(fieldDialog(index))}>${icon(field.openable ? "braces" : "lock")}<span>${labelOf(field)}</span><small class="faint">${fallbackOf(field)}</small></button></li>`)}</ul></section>
    ${languages(page)}
  </aside>`;
}

/** @param {any} field */
function fallbackOf(field) {
  if (field.required) return t("edit.field.required");
  const fallback = typeof field.fallback === "object" && field.fallback ? String(Object.values(field.fallback)[0] ?? "") : String(field.fallback ?? "");
  return fallback.length > 12 ? `${fallback.slice(0, 11)}…` : fallback || t("edit.field.left_out");
}

const addText = () => {
  const { width = 600, height = 200 } = work().now.document.size ?? {};
  work().set({ hasSheet: false });
  act.addLayer(act.layerOf("text", { x: Math.round(width * 0.1), y: Math.round(height * 0.4), width: Math.round(width * 0.8), height: Math.max(20, Math.round(height * 0.2)) }));
};

/** The layers, the topmost first. @param {WorkState} page */
function tree(page) {
  const shown = flat2(work().layers);
  const current = page.selection[0] ?? shown[0]?.pointer;
  return html`<ul class="tree" role="tree" aria-label=${t("edit.layers")} aria-multiselectable="true" @keydown=${treeKeys}>
    ${shown.map((one) => item(page, one, one.pointer === current))}</ul>`;
}

/** Layers and those in them, the topmost first. @param {readonly Layer[]} layers @returns {Layer[]} */
const flat2 = (layers) => layers.toReversed().flatMap((one) => [one, ...flat2(one.children)]);

/** @param {WorkState} page @param {Layer} one @param {boolean} isCurrent */
function item(page, one, isCurrent) {
  const isOn = page.selection.includes(one.pointer);
  const isWrong = page.problems.some(({ pointer }) => pointer === one.pointer || pointer.startsWith(`${one.pointer}/`));
  const isCut = page.eight.some((small) => small.fits.some((fit) => fit.layer === (one.raw.id || one.pointer) && fit.step === "ellipsis"));
  const { x, y, width, height } = one.box;
  const label = t("edit.layer.name", { name: one.name, kind: kindWord(one), x, y, width, height });
  return html`<li class="${isOn ? "on" : ""} ${one.raw.hidden ? "hid" : ""} d${one.depth}" role="treeitem" aria-level=${one.depth + 1} aria-selected=${isOn} aria-expanded=${one.children.length ? "true" : nothing}
    aria-label=${`${label}${isWrong ? `, ${t("edit.layer.wrong")}` : isCut ? `, ${t("edit.layer.cut")}` : ""}`} tabindex=${isCurrent ? 0 : -1} data-pointer=${one.pointer} draggable="true"
    @click=${(/** @type {MouseEvent} */ event) => pick(one, event)} @pointerenter=${() => work().set({ hover: one.pointer })} @pointerleave=${() => work().set({ hover: null })}
    @dragstart=${(/** @type {DragEvent} */ event) => event.dataTransfer?.setData("text/plain", one.pointer)} @dragover=${(/** @type {DragEvent} */ event) => event.preventDefault()}
    @drop=${(/** @type {DragEvent} */ event) => drop(event, one)}>${icon(iconOf(one))}<span>${one.name}</span>${isWrong || isCut ? icon("warn", "s") : nothing}</li>`;
}

/** @param {Layer} one @param {MouseEvent | KeyboardEvent} event */
function pick(one, event) {
  const { selection } = work().now;
  const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
  if (!isMore) work().select([one.pointer]);
  else work().select(selection.includes(one.pointer) ? selection.filter((other) => other !== one.pointer) : [...selection, one.pointer]);
}

/** Put a layer where another one of its list is. @param {DragEvent} event @param {Layer} on */
function drop(event, on) {
  event.preventDefault();
  const from = work().layer(event.dataTransfer?.getData("text/plain") ?? "");
  if (from && from.pointer !== on.pointer && from.path.slice(0, -1).join() === on.path.slice(0, -1).join()) act.moveTo(from, Number(on.path.at(-1)));
}

/** @param {KeyboardEvent} event */
function treeKeys(event) {
  const place = /** @type {HTMLElement} */ (event.target).dataset.pointer;
  const shown = flat2(work().layers);
  const at = shown.findIndex((one) => one.pointer === place);
  const layer = shown[at];
  if (!layer) return;
  const next = { ArrowDown: shown[at + 1], ArrowUp: shown[at - 1], Home: shown[0], End: shown.at(-1), ArrowRight: layer.children.at(-1), ArrowLeft: layer.parent }[event.key];
  const isCtrl = event.ctrlKey || event.metaKey;
  if (event.key.startsWith("Arrow") && event.altKey) {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      act.reorder(event.key === "ArrowUp" ? 1 : -1, false);
      focus("[tabindex='0']");
    }
  } else if (next) {
    if (!isCtrl) work().select(event.shiftKey ? [...work().now.selection, next.pointer] : [next.pointer]);
    focus(`[data-pointer="${next.pointer}"]`);
  } else if (event.key === " ") pick(layer, event);
  else if (event.key === "Enter") document.getElementById("canvas")?.focus();
  else if (event.key === "Delete" || event.key === "Backspace") {
    act.deleteChosen();
    focus("[tabindex='0']");
  } else return;
  event.preventDefault();
}

/** Focus a layer once it is drawn, and before another key comes: a timer would be later than quick keys. @param {string} which */
const focus = (which) => queueMicrotask(() => /** @type {HTMLElement | null} */ (document.querySelector(`[role=treeitem]${which}`))?.focus());

/** @param {WorkState} page */
function languages({ document }) {
  const field = (document.fields ?? []).find((/** @type {any} */ one) => one.type === "language");
  const tags = /** @type {string[]} */ (field?.choices ?? []);
  const first = String(field?.fallback ?? tags[0] ?? "");
  const names = new Intl.DisplayNames(undefined, { type: "language" });
  const word = (/** @type {string} */ tag) => { try { return names.of(tag) ?? tag; } catch { return tag; } };
  return html`<section><h2 class="h3">${t("edit.languages")} <button class="icon sm" aria-label=${t("edit.languages.add")} @click=${() => openDialog(languageDialog())}>${icon("plus")}</button></h2>
    ${tags.length ? html`<ul class="tree">${tags.map((tag) => html`<li>${icon("globe")}<span>${word(tag)}</span><small class="faint">${tag === first ? t("edit.languages.first") : missing(document, tag)}</small></li>`)}</ul>` : html`<p class="small quiet">${t("edit.languages.one")}</p>`}</section>`;
}

/** How many texts lack a language. @param {any} document @param {string} tag */
function missing(document, tag) {
  const texts = flat(work().layers).filter((one) => one.kind === "text");
  const count = texts.filter((one) => !(typeof one.raw.text === "object" && tag in one.raw.text)).length;
  return count && texts.some((one) => typeof one.raw.text === "object") ? t("edit.languages.missing", { count }) : "";
}
