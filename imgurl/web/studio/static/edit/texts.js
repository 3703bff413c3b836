/** The properties of a text: its words with fields, its font, how long it may be. */
import { icon } from "../core/icons.js";
import { number as asNumber, t } from "../core/words.js";
import { html, live, nothing } from "../vendor/lit.js";
import { needed } from "./contrast.js";
import * as offer from "./offer.js";
import { paint } from "./paints.js";
import { put } from "./panel.js";
import { choice, number } from "./prop.js";
import { labelOf } from "./sides.js";
import { anotherFont } from "./upload.js";
import { work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./work.js").WorkState} WorkState */

const WEIGHTS = [100, 200, 300, 400, 500, 600, 700, 800, 900];

/** @param {WorkState} page @param {Layer} layer */
export function textSection(page, layer) {
  const { raw } = layer;
  const font = raw.font ?? {};
  const family = page.families.find((one) => one.name === font.family);
  const weights = WEIGHTS.filter((one) => !family || (one >= family.lightest && one <= family.boldest));
  const weight = String(font.weight ?? 400);
  const families = [...new Set([font.family ?? "", ...page.families.map((one) => one.name)])];
  return html`<section><h2 class="h3">${t("edit.kind.text")}</h2>
    ${typeof raw.text === "object" ? Object.keys(raw.text).map((tag) => words(page, layer, ["text", tag], String(raw.text[tag] ?? ""), tag)) : words(page, layer, ["text"], String(raw.text ?? ""), "")}
    <div class="props mt8">
      ${choice(t("edit.font"), font.family ?? "", families.map((name) => [name, name]), (value) => put(layer, ["font", "family"], value), true)}
      ${choice("", weight, [...new Set([weight, ...weights.map(String)])].map((one) => [one, weightWord(one)]), (value) => put(layer, ["font", "weight"], Number(value)), false, t("edit.weight"))}
      ${number(t("edit.line"), raw.line_height ?? 1.2, (value) => put(layer, ["line_height"], value), { least: 0.5, most: 4 })}
      ${number(t("edit.size"), font.size, (value) => put(layer, ["font", "size"], value), { least: 4, most: 1000 })}
      ${number(t("edit.smallest"), font.min_size, (value) => put(layer, ["font", "min_size"], value), { least: 4, most: 1000, empty: t("edit.smallest.none") })}
      ${number(t("edit.lines"), raw.max_lines ?? 1, (value) => put(layer, ["max_lines"], value), { whole: true, least: 1, most: 20 })}
      ${number(t("edit.spacing"), raw.letter_spacing ?? 0, (value) => put(layer, ["letter_spacing"], value), { least: -0.5, most: 2 })}
    </div>
    <div class="iconrow mt8">
      ${switchOf(layer, "align", raw.align ?? "start", [["start", "text-start"], ["center", "text-centre"], ["end", "text-end"]])}<span class="grow"></span>
      ${switchOf(layer, "valign", raw.valign ?? "top", [["top", "align-top"], ["middle", "align-middle"], ["bottom", "align-bottom"]])}
    </div>
    <div class="acts"><button class="btn sm" aria-pressed=${font.style === "italic"} @click=${() => put(layer, ["font", "style"], font.style === "italic" ? undefined : "italic")}>${t("edit.italic")}</button>
      <button class="btn sm" @click=${() => anotherFont().then((name) => name && put(layer, ["font", "family"], name))}>${icon("upload", "s")}${t("edit.font.upload")}</button></div>
    ${fitting(page, layer)}</section>
    <section><h2 class="h3">${t("edit.color")}</h2><div class="props">${paint(t("edit.color"), raw.color ?? "#000000", (value, path = []) => put(layer, ["color", ...path], value))}</div>${contrast(page, layer)}</section>`;
}

/** How well it can be read on what is below it. @param {WorkState} page @param {Layer} layer */
function contrast(page, layer) {
  if (page.contrast?.pointer !== layer.pointer) return nothing;
  const { ratio } = page.contrast;
  const size = page.look?.fits.find((fit) => fit.layer === (layer.raw.id || layer.pointer))?.size ?? layer.raw.font?.size ?? 16;
  const least = needed(size, layer.raw.font?.weight ?? 400);
  // Cut, not rounded: 4.46 is not 4.5.
  const shown = asNumber(Math.floor(ratio * 10) / 10);
  return ratio < least
    ? html`<div class="note warn mt8">${icon("warn")}<p>${t("edit.contrast.low", { ratio: shown, least: asNumber(least) })}</p></div>`
    : html`<p class="small quiet mt8">${t("edit.contrast", { ratio: shown })}</p>`;
}

/** @param {string} weight */
const weightWord = (weight) => (WEIGHTS.includes(Number(weight)) ? t(`edit.weight.${weight}`) : weight);

/** @param {Layer} layer @param {string} key @param {string} value @param {[string, string][]} options */
const switchOf = (layer, key, value, options) =>
  options.map(([name, symbol]) => html`<button class="icon ${name === value ? "on" : ""}" aria-pressed=${name === value} aria-label=${t(`edit.${key}.${name}`)} @click=${() => put(layer, [key], name)}>${icon(symbol)}</button>`);

/**
 * A text as it is written, with its fields below it: a click puts one in, and so does typing `<<`.
 *
 * @param {WorkState} page
 * @param {Layer} layer
 * @param {string[]} path
 * @param {string} value
 * @param {string} tag the language, "" for the only one
 */
function words(page, layer, path, value, tag) {
  const fields = /** @type {any[]} */ (page.document.fields ?? []);
  const id = tag ? `edit-text-${tag}` : "edit-text";
  const choose = (/** @type {string} */ name) => putField(layer, path, id, name);
  const isOpen = page.offer?.id === id;
  return html`<div class="words"><textarea class="rich" id=${id} rows="2" dir="auto" spellcheck="false" aria-label=${tag ? t("edit.text.in", { language: tag }) : t("edit.kind.text")} .value=${live(value)}
      aria-autocomplete="list" aria-haspopup="listbox" aria-controls=${isOpen ? `${id}-fields` : nothing} aria-activedescendant=${isOpen ? `${id}-field-${page.offer?.at}` : nothing}
      @input=${(/** @type {Event} */ event) => {
        const area = /** @type {HTMLTextAreaElement} */ (event.target);
        offer.look(area);
        put(layer, path, area.value);
      }} @keydown=${(/** @type {KeyboardEvent} */ event) => offer.keys(event, choose)} @blur=${offer.close}></textarea>${offer.list(page, id, choose)}
    ${fields.length ? html`<div class="toks" role="group" aria-label=${t("edit.fields.put")}>${fields.map((field) => html`<button class="tok ${value.includes(`<<${field.name}>>`) ? "" : "off"}" @click=${() => choose(field.name)}>${labelOf(field)}</button>`)}</div>` : nothing}
    ${optional(value, fields).map((sentence) => html`<p class="small quiet">${sentence}</p>`)}</div>`;
}

/** @param {Layer} layer @param {string[]} path @param {string} id @param {string} name */
function putField(layer, path, id, name) {
  const area = document.getElementById(id);
  if (!(area instanceof HTMLTextAreaElement)) return;
  const [start, end] = [area.selectionStart, area.selectionEnd];
  const typed = offer.typedName(area.value.slice(0, start));
  const before = typed === null ? area.value.slice(0, start).replace(/<$/, "") : area.value.slice(0, start - typed.length - 2);
  offer.close();
  put(layer, path, `${before}<<${name}>>${area.value.slice(end)}`);
  queueMicrotask(() => {
    area.focus();
    const at = before.length + name.length + 4;
    area.setSelectionRange(at, at);
  });
}

/** What becomes of the parts in brackets. @param {string} text @param {any[]} fields @returns {string[]} */
const optional = (text, fields) =>
  [...text.matchAll(/\[\[(.*?)\]\]/gs)].map(([, part = ""]) => {
    const names = [...part.matchAll(/<<([a-z0-9_]+)>>/g)].map(([, name]) => labelOf(fields.find((one) => one.name === name) ?? { name }));
    return t("edit.optional", { part: part.replace(/<<[a-z0-9_]+>>/g, "…").trim(), fields: names.join(", ") });
  });

/** How the longest of the eight was fitted, with what to do about it. @param {WorkState} page @param {Layer} layer */
function fitting(page, layer) {
  const name = layer.raw.id || layer.pointer;
  const longest = page.eight.find((one) => one.kind === "longest")?.fits.find((fit) => fit.layer === name);
  const own = page.look?.fits.find((fit) => fit.layer === name);
  if (longest && longest.step === "ellipsis") {
    const smaller = Math.max(4, Math.floor((layer.raw.font?.min_size ?? layer.raw.font?.size ?? 16) * 0.88));
    const lines = Math.min(20, (layer.raw.max_lines ?? 1) + 1);
    return html`<div class="note warn mt8">${icon("warn")}<p><b>${t("edit.fit.cut")}</b> ${t("edit.fit.cut.how", { size: asNumber(longest.size), count: longest.lines })}
      <button class="link" @click=${() => put(layer, ["font", "min_size"], smaller)}>${t("edit.fit.allow.size", { size: smaller })}</button> ${t("edit.or")}
      <button class="link" @click=${() => put(layer, ["max_lines"], lines)}>${t("edit.fit.allow.lines", { count: lines })}</button>.</p></div>`;
  }
  return own && own.size < own.full_size ? html`<p class="small quiet mt8">${t("edit.fit.smaller", { size: asNumber(own.size), count: own.lines })}</p>` : nothing;
}
