/**
 * Fields of the inspector: numbers with sums and arrows, choices, colours.
 *
 * The page is drawn again whenever a picture comes, also while somebody types. So what a text field shows is written only
 * when the document's value changes, not whenever it differs from what is typed, as lit's `live` would have it. It is the
 * field's default value, too: what differs from that is not in the document yet.
 */
import { html, live, nothing } from "../vendor/lit.js";
import { sum } from "./geometry.js";

/**
 * A number.
 *
 * @param {string} label
 * @param {number | undefined} value
 * @param {(value: number | undefined) => void} apply undefined for an empty field, where it may be empty
 * @param {{unit?: string, whole?: boolean, least?: number, most?: number, empty?: string, wide?: boolean, name?: string}} [how]
 */
export function number(label, value, apply, how = {}) {
  const shown = value === undefined ? "" : `${round(value)}${how.unit ?? ""}`;
  /** @param {HTMLInputElement} input */
  const take = (input) => {
    const typed = taken(input, shown);
    if (typed === shown) return;
    if (how.empty !== undefined && !typed.trim()) return apply(undefined);
    const found = sum(typed);
    if (found !== null) apply(fitted(found, how));
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const way = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (way) {
      event.preventDefault();
      const step = event.shiftKey ? 10 : event.altKey && !how.whole ? 0.1 : 1;
      apply(fitted((sum(taken(input, shown)) ?? value ?? 0) + way * step, how));
    } else if (event.key === "Enter") take(input);
    else if (event.key === "Escape") {
      input.value = shown;
      input.blur();
    }
  };
  return html`<label class="prop ${how.wide ? "w" : ""}"><i>${label}</i><input inputmode="decimal" autocomplete="off" aria-label=${how.name ?? nothing} placeholder=${how.empty ?? nothing}
    .defaultValue=${shown} .value=${shown} @change=${(/** @type {Event} */ event) => take(/** @type {HTMLInputElement} */ (event.target))} @keydown=${press}></label>`;
}

/**
 * What is typed, as the field goes back to what it shows: what the document makes of it is drawn.
 *
 * @param {HTMLInputElement} input
 * @param {string} shown
 */
function taken(input, shown) {
  const typed = input.value;
  input.value = shown;
  return typed;
}

/** @param {Event} event @param {string} shown */
const takenAt = (event, shown) => taken(/** @type {HTMLInputElement} */ (event.target), shown);

/** @param {number} value */
const round = (value) => Math.round(value * 1000) / 1000;

/** @param {number} value @param {{whole?: boolean, least?: number, most?: number}} how */
const fitted = (value, { whole = false, least = -100_000, most = 100_000 }) =>
  Math.min(most, Math.max(least, whole ? Math.round(value) : round(value)));

/**
 * One of several.
 *
 * @param {string} label
 * @param {string} value
 * @param {readonly (readonly [string, string])[]} options value and word
 * @param {(value: string) => void} apply
 * @param {boolean} [isWide]
 * @param {string} [name] for those who hear it, where no label is seen
 */
export const choice = (label, value, options, apply, isWide = false, name = "") =>
  html`<label class="prop ${isWide ? "w" : ""}"><i>${label}</i><select aria-label=${name || nothing} .value=${live(value)} @change=${(/** @type {Event} */ event) => apply(/** @type {HTMLSelectElement} */ (event.target).value)}>
    ${options.map(([name, word]) => html`<option value=${name} ?selected=${name === value}>${word}</option>`)}</select></label>`;

/**
 * A text on one line.
 *
 * @param {string} label
 * @param {string} value
 * @param {(value: string) => void} apply
 * @param {{wide?: boolean, name?: string, placeholder?: string}} [how]
 */
export const line = (label, value, apply, how = {}) =>
  html`<label class="prop ${how.wide === false ? "" : "w"}">${label ? html`<i>${label}</i>` : nothing}<input aria-label=${how.name ?? nothing} placeholder=${how.placeholder ?? nothing} autocomplete="off" .defaultValue=${value} .value=${value}
    @change=${(/** @type {Event} */ event) => apply(takenAt(event, value))}
    @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && Object.assign(/** @type {any} */ (event.target), { value })}></label>`;

/**
 * A colour: its square, and how it is written.
 *
 * @param {string} label
 * @param {string} value
 * @param {(value: string) => void} apply
 */
export const color = (label, value, apply) =>
  html`<div class="prop w"><input type="color" class="sw" aria-label=${`${label}, #`} .defaultValue=${hex(value)} .value=${hex(value)} @change=${(/** @type {Event} */ event) => apply(takenAt(event, hex(value)))}>
    <input aria-label=${label} .defaultValue=${value} .value=${value} autocomplete="off" @change=${(/** @type {Event} */ event) => apply(takenAt(event, value).trim())}></div>`;

/** A colour as #rrggbb, as far as the browser knows it. @param {string} text */
export function hex(text) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context || !text) return "#000000";
  context.fillStyle = "#000000";
  context.fillStyle = text;
  const found = String(context.fillStyle);
  if (found.startsWith("#")) return found;
  const parts = found.match(/[\d.]+/g) ?? [];
  return `#${parts.slice(0, 3).map((one) => Math.round(Number(one)).toString(16).padStart(2, "0")).join("")}`.padEnd(7, "0").slice(0, 7);
}

/**
 * A yes or no.
 *
 * @param {string} label
 * @param {boolean} value
 * @param {(value: boolean) => void} apply
 */
export const tick = (label, value, apply) =>
  html`<label class="tick"><input type="checkbox" .checked=${live(value)} @change=${(/** @type {Event} */ event) => apply(/** @type {HTMLInputElement} */ (event.target).checked)}>${label}</label>`;
