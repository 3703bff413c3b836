/**
 * Edits that are not saved yet, kept in this browser: texts of the design, no recipient's values.
 *
 * Each visit to the editor has a copy of its own, so that two tabs do not overwrite or delete each other's. A copy says
 * what its edits began from: when they are taken up again, what others saved meanwhile is joined with them.
 *
 * @typedef {import("./work.js").Base} Base
 * @typedef {{base: Base, text: string, at: number}} Copy
 */

/** Copies of one design at most. A browser has room for some megabytes in all. */
const MOST = 8;

/** @param {string} design */
const prefix = (design) => `imgurl.edit.${design}.`;

/** A place for the copy of a visit. @param {string} design */
export const placeOf = (design) => `${prefix(design)}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

/** The copies of a design, the newest first. @param {string} design @returns {(Copy & {place: string})[]} */
export function copiesOf(design) {
  return Object.keys(localStorage)
    .filter((place) => place.startsWith(prefix(design)))
    .map((place) => ({ ...JSON.parse(localStorage.getItem(place) ?? "{}"), place }))
    .toSorted((one, other) => other.at - one.at);
}

/** @param {string} design @param {string} place @param {Base} base @param {string} text */
export function keep(design, place, base, text) {
  try {
    localStorage.setItem(place, JSON.stringify({ base, text, at: Date.now() }));
  } catch {
    // No room: the edits are in the page still, and are saved from there.
  }
  copiesOf(design).slice(MOST).forEach((one) => forget(one.place));
}

/** @param {string} place */
export const forget = (place) => localStorage.removeItem(place);
