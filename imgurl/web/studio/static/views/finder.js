/** Find a design, Ctrl K. */
import { go } from "../core/router.js";
import { call } from "../core/server.js";
import { set } from "../core/store.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";

/** @typedef {{design_id: string, title: string}} Found */

/** @type {readonly Found[]} */
let designs = [];

/** The dialog, which is drawn again with what is found. */
export function finder(text = "") {
  if (!text) load();
  return dialog(text);
}

async function load() {
  designs = (await call("GET", "/designs?limit=100")).designs;
  set({ dialog: dialog("") });
}

/** @param {string} text */
function dialog(text) {
  const found = designs.filter((one) => `${one.title} ${one.design_id}`.toLowerCase().includes(text.toLowerCase()));
  return html`<form @submit=${(/** @type {Event} */ event) => open(event, found)}>
    <h2 id="dialog-title" class="hidden">${t("find.title")}</h2>
    <div class="pad"><input class="input" autofocus autocomplete="off" aria-label=${t("find.title")} placeholder=${t("find.title")}
      @input=${(/** @type {InputEvent} */ event) => set({ dialog: dialog(/** @type {HTMLInputElement} */ (event.target).value) })}></div>
    <ul class="found">${found.map((one) => html`<li><a href="/studio/designs/${one.design_id}">${one.title}<span class="faint">${one.design_id}</span></a></li>`)}</ul>
    ${found.length || !designs.length ? nothing : html`<p class="pad quiet">${t("find.nothing")}</p>`}
  </form>`;
}

/** @param {Event} event @param {readonly Found[]} found */
function open(event, found) {
  event.preventDefault();
  const first = found[0];
  if (first) go(`/studio/designs/${first.design_id}`);
}
