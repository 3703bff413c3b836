/** When a layer is shown, in words: "Shown when Tier is gold". */
import { icon } from "../core/icons.js";
import { t } from "../core/words.js";
import { html } from "../vendor/lit.js";
import { choice, line } from "./prop.js";
import { put } from "./panel.js";
import { labelOf } from "./sides.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./work.js").WorkState} WorkState */

const NUMBERS = ["number", "money"];
const DATES = ["date", "datetime"];

/** The tests that a field of a type can have. @param {string} type */
const testsFor = (type) =>
  /** @type {readonly string[]} */ (["set", "unset", ...(type === "flag" ? ["true", "false"] : ["is"]), ...(NUMBERS.includes(type) ? ["at_least", "at_most"] : []), ...(DATES.includes(type) ? ["before", "after"] : []), ...(["text", "name"].includes(type) ? ["matches"] : [])]);

/** Which test a condition is, and its value; null for one that words can't say here. @param {any} when @returns {{test: string, value: string} | null} */
export function readTest(when) {
  const { field, ...rest } = when ?? {};
  const keys = Object.keys(rest);
  const [key] = keys;
  if (typeof field !== "string" || keys.length !== 1 || !key) return null;
  const value = rest[key];
  if (key === "is_set") return { test: value ? "set" : "unset", value: "" };
  if (key === "is" && typeof value === "boolean") return { test: String(value), value: "" };
  return typeof value === "string" || typeof value === "number" ? { test: key, value: String(value) } : null;
}

/** @param {string} field @param {string} test @param {string} value @param {string} type */
export function writeTest(field, test, value, type) {
  if (test === "set" || test === "unset") return { field, is_set: test === "set" };
  if (test === "true" || test === "false") return { field, is: test === "true" };
  const isNumber = test === "at_least" || test === "at_most" || (test === "is" && NUMBERS.includes(type));
  return { field, [test]: isNumber ? Number(value) || 0 : value };
}

/** @param {WorkState} page @param {Layer} layer */
export function conditionOf(page, layer) {
  const when = layer.raw.when;
  const remove = html`<button class="icon sm" aria-label=${t("edit.shown.remove")} @click=${() => put(layer, ["when"], undefined)}>${icon("close", "s")}</button>`;
  const found = readTest(when);
  const fields = /** @type {any[]} */ (page.document.fields ?? []);
  const field = fields.find((one) => one.name === when.field);
  if (!found || !field) return html`<div class="condition"><p class="small">${inWords(when, fields)}</p>${remove}</div><p class="small quiet">${t("edit.shown.complex")}</p>`;
  const type = field.type ?? "text";
  const save = (/** @type {string} */ name, /** @type {string} */ test, /** @type {string} */ value) => {
    const kind = fields.find((one) => one.name === name)?.type ?? "text";
    put(layer, ["when"], writeTest(name, testsFor(kind).includes(test) ? test : "set", value, kind));
  };
  const needsValue = !["set", "unset", "true", "false"].includes(found.test);
  const first = (/** @type {string} */ test) => (test === "before" || test === "after" ? "2026-01-01" : test === "at_least" || test === "at_most" ? "0" : (field.choices?.[0] ?? field.sample ?? ""));
  return html`<div class="condition"><p class="small">${inWords(when, fields)}</p>${remove}</div><div class="props">
    ${choice(t("edit.shown.when"), field.name, fields.map((one) => [one.name, labelOf(one)]), (name) => save(name, found.test, found.value), true)}
    ${choice("", found.test, testsFor(type).map((test) => [test, t(`edit.test.${test}`)]), (test) => save(field.name, test, first(test)), !needsValue)}
    ${needsValue
      ? field.choices?.length && found.test === "is"
        ? choice("", found.value, field.choices.map((/** @type {string} */ one) => [one, one]), (value) => save(field.name, found.test, value))
        : line("", found.value, (value) => save(field.name, found.test, value), { wide: false, name: t("edit.shown.value") })
      : ""}</div>`;
}

/** A condition as a sentence. @param {any} when @param {any[]} fields @returns {string} */
export function inWords(when, fields) {
  const said = (/** @type {any} */ one) => partInWords(one, fields);
  return t("edit.shown.sentence", { condition: said(when) });
}

/** @param {any} when @param {any[]} fields @returns {string} */
function partInWords(when, fields) {
  if (typeof when !== "object" || !when) return "?";
  if (Array.isArray(when.all)) return when.all.map((/** @type {any} */ one) => partInWords(one, fields)).join(` ${t("edit.and")} `);
  if (Array.isArray(when.any)) return when.any.map((/** @type {any} */ one) => partInWords(one, fields)).join(` ${t("edit.or")} `);
  if (when.not) return t("edit.not", { condition: partInWords(when.not, fields) });
  const { field, ...rest } = when;
  const label = labelOf(fields.find((one) => one.name === field) ?? { name: String(field) });
  return Object.entries(rest).map(([key, value]) => {
    const found = readTest({ field, [key]: value });
    return found ? `${label} ${t(`edit.test.${found.test}`)}${found.value ? ` ${found.value}` : ""}` : `${label} ${t("edit.test.in")} ${[value].flat().join(", ")}`;
  }).join(` ${t("edit.and")} `);
}
