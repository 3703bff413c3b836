/**
 * Words, numbers and dates in the reader's language. Sentences are in words/en.json and words/de.json: whole, with
 * {placeholders}; where a number decides about the form, an object of the forms of Intl.PluralRules for {count}.
 */
import { html } from "../vendor/lit.js";

export const LANGUAGES = ["en", "de"];

/** @type {Record<string, string | Record<string, string>>} */
let words = {};
let language = "en";
let plurals = new Intl.PluralRules("en");

/** @param {string} name one of LANGUAGES */
export async function loadWords(name) {
  const response = await fetch(new URL(`../words/${name}.json`, import.meta.url));
  words = await response.json();
  language = name;
  plurals = new Intl.PluralRules(name);
  document.documentElement.lang = name;
}

/** @returns {string} the language that this browser's reader chose here, or else prefers */
export function preferredLanguage() {
  const chosen = localStorage.getItem("imgurl.language");
  const wanted = [chosen, ...navigator.languages].map((tag) => (tag ?? "").slice(0, 2));
  return wanted.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

/**
 * @param {string} key
 * @param {Readonly<Record<string, string | number>>} [values] numbers are written in the reader's way
 * @returns {string}
 */
export function t(key, values = {}) {
  return sentence(key, values).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/**
 * The same with values that are templates: names of recipients in <bdi>, parts in bold.
 *
 * @param {string} key
 * @param {Readonly<Record<string, any>>} values
 */
export function rich(key, values) {
  const parts = sentence(key, values).split(/\{(\w+)\}/);
  return html`${parts.map((part, place) => (place % 2 ? shown(values[part]) : part))}`;
}

/**
 * @param {string} key
 * @param {Readonly<Record<string, any>>} values
 */
function sentence(key, values) {
  const found = words[key];
  if (found === undefined) return key;
  return typeof found === "string" ? found : (found[plurals.select(Number(values.count))] ?? found.other ?? key);
}

/** @param {any} value */
const shown = (value) => (typeof value === "number" ? number(value) : value);

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const number = (value, options) => new Intl.NumberFormat(language, options).format(value);

/** @param {number} share 0.963 is 96.3 % */
export const percent = (share) => number(share, { style: "percent", maximumFractionDigits: 1 });

/** @param {number} bytes */
export const weight = (bytes) =>
  bytes < 1e6
    ? number(Math.max(1, Math.round(bytes / 1e3)), { style: "unit", unit: "kilobyte" })
    : number(bytes / 1e6, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

/** @param {string | Date} day @param {Intl.DateTimeFormatOptions} [options] */
export const date = (day, options = { day: "numeric", month: "short" }) =>
  new Intl.DateTimeFormat(language, options).format(new Date(day));

const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]);

/** How long ago a moment was, or its day after ten days. @param {number} seconds Unix time */
export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds;
  if (passed > 10 * 86_400) return date(new Date(seconds * 1000));
  const [unit, size] = STEPS.find(([, size]) => passed >= size) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }).format(
    -Math.floor(passed / size),
    unit,
  );
}

/** A value that somebody's data holds, in its own direction. @param {string} text */
export const value = (text) => html`<bdi dir="auto">${text}</bdi>`;
