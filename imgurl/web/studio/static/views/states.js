/** What pages say when what they show is not there: the shape of what comes, or what went wrong. */
import { icon } from "../core/icons.js";
import { t } from "../core/words.js";
import { html } from "../vendor/lit.js";

/** The shape of what comes; seen after 200 ms only. @param {number} count @param {string} [layout] a class of the grid */
export const bones = (count, layout = "") =>
  html`<div class="bones ${layout}" role="status" aria-label=${t("loading")}>${Array.from({ length: count }, () => html`<span><i></i><b></b><b></b></span>`)}</div>`;

/** What went wrong, at its place. @param {string} sentence */
export const failure = (sentence) => html`<div class="note bad" role="alert">${icon("warn")}<p>${sentence || t("failed")}</p></div>`;
