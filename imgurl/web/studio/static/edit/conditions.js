/** When a layer is shown, in words: "Shown when Tier is gold". */
import { icon } from "../core/icons.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { choice, line } from "./prop.js";
import { labelOf } from "./sides.js";

/** @typedef {import("./work.js").WorkState} WorkState */

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

/**
 * A condition as fields that change it, if it is one test; else in words.
 *
 * @param {WorkState} page
 * @param {any} when
 * @param {(when: any) => void} apply undefined takes it away
 * @param {boolean} [isNeeded] whether it has to be there
 */
export function conditionOf(page, when, apply, isNeeded = false) {
  const remove = isNeeded ? nothing : html`<button class="icon sm" aria-label=${t("edit.shown.remove")} @click=${() => apply(undefined)}>${icon("close", "s")}</button>`;
  const found = readTest(when);
  const fields = /** @type {any[]} */ (page.document.fields ?? []);
  const field = fields.find((one) => one.name === when.field);
  if (!found || !field) return html`<div class="condition"><p class="small">${inWords(when, fields)}</p>${remove}</div><p class="small quiet">${t("edit.shown.complex")}</p>`;
  const type = field.type ?? "text";
  const save = (/** @type {string} */ name, /** @type {string} */ test, /** @type {string} */ value) => {
    const kind = fields.find((one) => one.name === name)?.type ?? "text";
    apply(writeTest(name, testsFor(kind).includes(test) && (name === field.name || test !== "is") ? test : "set", value, kind));
  };
  const needsValue = !["set", "unset", "true", "false"].includes(found.test);
  const first = (/** @type {string} */ test) => (test === "before" || test === "after" ? "2026-01-01" : test === "at_least" || test === "at_most" ? "0" : (field.choices?.[0] ?? field.sample ?? ""));
  return html`<div class="condition"><p class="small">${inWords(when, fields)}</p>${remove}</div><div class="props">
    ${choice(t("edit.shown.when"), field.name, fields.map((one) => [one.name, labelOf(one)]), (name) => save(name, found.test, found.value), true)}
    ${choice("", found.test, testsFor(type).map((test) => [test, t(`edit.test.${test}`)]), (test) => save(field.name, test, first(test)), !needsValue, t("edit.shown.test"))}
    ${needsValue
      ? field.choices?.length && found.test === "is"
        ? choice("", found.value, field.choices.map((/** @type {string} */ one) => [one, one]), (value) => save(field.name, found.test, value), false, t("edit.shown.value"))
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
