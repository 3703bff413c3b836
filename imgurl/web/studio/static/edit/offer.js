/** The fields that are offered while `<<` is typed in a text: with the keyboard, and with a pointer. */
import { say } from "../core/page.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { labelOf } from "./sides.js";
import { work } from "./work.js";

/** @typedef {import("./work.js").WorkState} WorkState */

/** What was typed of a name before the cursor; null if none is begun. @param {string} before the text up to the cursor @returns {string | null} */
export const typedName = (before) => before.match(/(?:^|[^\\<])<<([\p{L}\p{N}_ ]{0,40})$/u)?.[1]?.toLowerCase() ?? null;

/** The fields that go with what was typed. @param {readonly any[]} fields @param {string} typed @returns {any[]} */
export const offered = (fields, typed) => fields.filter((one) => String(one.name).includes(typed.replaceAll(" ", "_")) || labelOf(one).toLowerCase().includes(typed));

/** Look at what was typed. @param {HTMLTextAreaElement} area */
export function look(area) {
  const typed = typedName(area.value.slice(0, area.selectionStart));
  const { offer, document } = work().now;
  const found = typed === null ? [] : offered(document.fields ?? [], typed);
  if (typed === null || !found.length) return close();
  if (offer?.id === area.id && offer.typed === typed) return;
  if (!offer) say(t("edit.offer.count", { count: found.length }));
  work().set({ offer: { id: area.id, typed, at: 0 } });
}

export function close() {
  if (work().now.offer) work().set({ offer: null });
}

/** Keys of the list while it is open. @param {KeyboardEvent} event @param {(name: string) => void} choose */
export function keys(event, choose) {
  const { offer, document } = work().now;
  const area = /** @type {HTMLTextAreaElement} */ (event.target);
  if (!offer || offer.id !== area.id) return;
  const found = offered(document.fields ?? [], offer.typed);
  const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const name = found[offer.at]?.name;
  if (way) work().set({ offer: { ...offer, at: (offer.at + way + found.length) % found.length } });
  else if ((event.key === "Enter" || event.key === "Tab") && name && !event.shiftKey) choose(name);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @param {WorkState} page @param {string} id of the text @param {(name: string) => void} choose */
export function list(page, id, choose) {
  if (page.offer?.id !== id) return nothing;
  const found = offered(page.document.fields ?? [], page.offer.typed);
  return html`<ul class="offer" role="listbox" id=${`${id}-fields`} aria-label=${t("edit.fields")}>${found.map((one, place) => html`<li role="option" id=${`${id}-field-${place}`} aria-selected=${place === page.offer?.at}
    @pointerdown=${(/** @type {Event} */ event) => { event.preventDefault(); choose(one.name); }}><span>${labelOf(one)}</span><small class="faint">${one.sample}</small></li>`)}</ul>`;
}
