/** One of several, by condition: layers, or backgrounds. Cases are asked in their order, and the first that holds is shown. */
import { icon } from "../core/icons.js";
import { number as asNumber, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { conditionOf } from "./conditions.js";
import * as json from "./json.js";
import { flat, freeId, layersOf } from "./layers.js";
import { paint } from "./paints.js";
import { choice } from "./prop.js";
import { parsed, work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./work.js").WorkState} WorkState @typedef {import("./json.js").Key} Key */

const MAX_CASES = 20;

/** @param {WorkState} page @param {Layer} layer */
export function choiceSection(page, layer) {
  const { raw, path } = layer;
  const cases = /** @type {any[]} */ (raw.cases ?? []);
  const inner = (/** @type {any} */ layers) => html`<p class="small quiet">${t("edit.choose.layers", { count: asNumber((layers ?? []).length) })}</p>`;
  return html`<section><h2 class="h3">${t("edit.cases")} ${addButton(page, cases, () => addCase(path, raw.else ?? []))}</h2>
    ${cases.map((one, place) => caseOf(page, [...path, "cases"], cases, place, inner(one.layers)))}
    <div class="case"><h3 class="small strong">${t("edit.case.else")}</h3>${inner(raw.else)}</div></section>`;
}

/** The backgrounds of a design that has several. @param {WorkState} page */
export function grounds(page) {
  const ground = page.document.background;
  const path = ["background"];
  const fill = (/** @type {any} */ value, /** @type {Key[]} */ at) => typeof value === "object" && value && "asset" in value
    ? choice(t("edit.ground"), String(value.asset), [...new Set([String(value.asset), ...page.pictures])].map((name) => [name, name]), (name) => work().assign([...at, "asset"], name), true)
    : paint(t("edit.ground"), value, (found, below = []) => work().assign([...at, ...below], found ?? "#ffffff", [...at, ...below].join("/")));
  return html`<h3 class="h3">${t("edit.cases")} ${addButton(page, ground.cases, () => add([...path, "cases"], { when: firstTest(), background: plainOf(ground.else) }))}</h3>
    ${ground.cases.map((/** @type {any} */ one, /** @type {number} */ place) => caseOf(page, [...path, "cases"], ground.cases, place, html`<div class="props">${fill(one.background, [...path, "cases", place, "background"])}</div>`))}
    <div class="case"><h3 class="small strong">${t("edit.case.else")}</h3><div class="props">${fill(ground.else, [...path, "else"])}</div></div>`;
}

/** @param {any} ground */
const plainOf = (ground) => (typeof ground === "string" ? ground : "#ffffff");

/** @param {WorkState} page @param {any[]} cases @param {() => void} does */
const addButton = (page, cases, does) => {
  const can = Boolean(page.document.fields?.length) && cases.length < MAX_CASES;
  return html`<button class="icon sm" aria-label=${t("edit.case.add")} aria-disabled=${!can} @click=${() => can && does()}>${icon("plus")}</button>`;
};

/** @param {WorkState} page @param {Key[]} list @param {any[]} cases @param {number} place @param {unknown} inner */
function caseOf(page, list, cases, place, inner) {
  const number = asNumber(place + 1);
  return html`<div class="case" role="group" aria-label=${t("edit.case", { number })}><h3 class="small strong">${t("edit.case", { number })}<span class="grow"></span>
      ${place ? html`<button class="icon sm" aria-label=${t("edit.case.up", { number })} @click=${() => work().edit((text) => json.move(text, list, place, place - 1), { selection: work().now.selection })}>${icon("up", "s")}</button>` : nothing}
      ${cases.length > 1 ? html`<button class="icon sm" aria-label=${t("edit.case.remove", { number })} @click=${() => work().edit((text) => json.remove(text, [...list, place]))}>${icon("close", "s")}</button>` : nothing}</h3>
    ${conditionOf(page, cases[place].when ?? {}, (when) => work().assign([...list, place, "when"], when, `${list.join("/")}/${place}`), true)}${inner}</div>`;
}

/** A test to begin with. */
function firstTest() {
  const [field] = work().now.document.fields;
  return { field: field.name, is_set: true };
}

/** @param {Key[]} list @param {any} made */
const add = (list, made) => work().edit((text) => json.insert(text, list, MAX_CASES, made));

/** A case more, which begins with copies of what is shown otherwise. @param {Key[]} path of the choice @param {any[]} layers */
function addCase(path, layers) {
  work().edit((text) => json.insert(text, [...path, "cases"], MAX_CASES, { when: firstTest(), layers: copies(layers, parsed(text)) }));
}

/** Copies of layers, whose ids are nobody else's. @param {any[]} layers @param {any} document @returns {any[]} */
function copies(layers, document) {
  /** @type {any[]} */
  const made = [];
  for (const one of layers) {
    const taken = { ...document, layers: [...document.layers, ...made] };
    made.push({ ...structuredClone(one), ...(one.id ? { id: freeId(taken, one.id) } : {}) });
  }
  return made;
}

/** Show the selected layers, or others, by a condition: a case with copies, and they themselves otherwise. */
export function choose() {
  const layers = work().chosen;
  const list = layers[0]?.path.slice(0, -1);
  const fields = work().now.document.fields ?? [];
  // A choice is among the layers of the design, not in a group.
  if (!list || list.length !== 1 || !fields.length || layers.some((one) => one.kind === "choose" || !json.isSame(one.path.slice(0, -1), list))) return;
  const at = Number(layers.at(-1)?.path.at(-1) ?? 0) - layers.length + 1;
  work().edit((text) => {
    const document = parsed(text);
    const own = layers.map((one) => one.raw);
    const made = { id: freeId(document, "choice"), type: "choose", cases: [{ when: firstTest(), layers: copies(own, document) }], else: own };
    const without = layers.toReversed().reduce((before, one) => json.remove(before, one.path), text);
    return json.insert(without, list, at, made);
  }, { selection: [] });
  work().select(flat(layersOf(work().now.document)).filter((one) => one.pointer === json.pointerOf([...list, at])).map((one) => one.pointer));
}
