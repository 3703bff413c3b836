/**
 * The values that a design is tried with, kept in this tab while its pages are gone through: never in an address, never
 * in the storage of the browser.
 *
 * @typedef {"sample" | "contact" | "list"} From
 * @typedef {object} Trying
 * @property {From} from
 * @property {Readonly<Record<string, string>>} values by field
 * @property {Readonly<Record<string, "sample" | "typed" | "contact" | "list">>} origins
 * @property {List | null} list
 * @property {number} row from 0
 *
 * @typedef {object} List
 * @property {string} name
 * @property {string[]} columns
 * @property {Record<string, string>} mapping field to column
 * @property {Record<string, string>[]} rows
 * @property {number} count
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} type
 * @property {string} sample
 * @property {string | null} fallback
 * @property {boolean} is_required
 * @property {boolean} is_openable
 * @property {number} longest
 * @property {string[]} choices
 *
 * @typedef {object} Sheet
 * @property {string} design_id
 * @property {string} title
 * @property {string} version
 * @property {number} width
 * @property {number} height
 * @property {number} max_dpr
 * @property {string} format
 * @property {string} alt
 * @property {Field[]} fields
 * @property {string[]} languages
 * @property {number | null} changed
 *
 * @typedef {object} Fit
 * @property {string} layer
 * @property {string} step
 * @property {number} size
 * @property {number} full_size
 * @property {number} lines
 *
 * @typedef {object} Look
 * @property {string} image
 * @property {string} media_type
 * @property {number} width
 * @property {number} height
 * @property {number} weight
 * @property {string} outcome
 * @property {string} reason
 * @property {string} alt
 * @property {Record<string, {text: string, from: string, flags: string[]}>} fields
 * @property {string[]} warnings
 * @property {Fit[]} fits
 */
import { call } from "./server.js";
import { ago, t } from "./words.js";

/** @type {Map<string, Trying>} */
const tried = new Map();

/** @param {Sheet} sheet @returns {Trying} */
export function tryingOf(sheet) {
  const kept = tried.get(sheet.design_id);
  if (kept) return kept;
  return samples(sheet, null);
}

/** @param {Sheet} sheet @param {List | null} list @returns {Trying} */
export const samples = (sheet, list) =>
  Object.freeze({
    from: "sample",
    values: Object.fromEntries(sheet.fields.map((field) => [field.name, field.sample])),
    origins: Object.fromEntries(sheet.fields.map((field) => [field.name, /** @type {const} */ ("sample")])),
    list,
    row: 0,
  });

/** @param {string} design @param {Trying} trying */
export const keep = (design, trying) => void tried.set(design, trying);

/** Fields of contacts that platforms know; others are the same for everyone until somebody says otherwise. */
const OF_CONTACTS = /^(first_?name|last_?name|full_?name|name|e?mail|city|town|country|state|region|zip|company(_name)?|birthday|phone|language|locale)$/;

/** Whether a mail platform would fill a field, by guess. @param {Field} field */
export const isOfContacts = (field) => field.is_openable && (field.type === "name" || OF_CONTACTS.test(field.name));

/** Ask for what a design's pages know of it. @param {string} design @param {AbortSignal} signal @returns {Promise<Sheet>} */
export const askSheet = (design, signal) => call("GET", `/designs/${design}/sheet`, { signal });

/** The line beside the title. @param {Sheet} sheet */
export const savedLine = (sheet) => (sheet.changed === null ? "" : t("saved", { when: ago(sheet.changed) }));

/** What a text went through, from good to bad. */
const TINY = 0.4;
const BAD_STEPS = ["ellipsis", "nothing", "broken"];

/**
 * One word for how a recipient fares.
 *
 * @param {Look} look
 * @returns {"fine" | "smaller" | "tiny" | "shortened" | "fallback" | "cut" | "default"}
 */
export function verdictOf(look) {
  if (look.outcome === "default") return "default";
  if (look.fits.some((fit) => BAD_STEPS.includes(fit.step))) return "cut";
  if (look.fits.some((fit) => fit.size < fit.full_size * TINY)) return "tiny";
  if (Object.values(look.fields).some((field) => field.from.endsWith("fallback"))) return "fallback";
  if (look.fits.some((fit) => fit.step === "shortened")) return "shortened";
  return look.fits.some((fit) => fit.size < fit.full_size) ? "smaller" : "fine";
}

/** Whether somebody should look at it. @param {string} verdict */
export const needsLook = (verdict) => ["cut", "tiny", "default"].includes(verdict);
