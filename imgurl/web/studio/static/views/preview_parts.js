/** Parts of the preview that other pages show too: the awkward eight, how texts were fitted. */
import { icon } from "../core/icons.js";
import { needsLook, verdictOf } from "../core/trying.js";
import { number, t } from "../core/words.js";
import { html, nothing, repeat } from "../vendor/lit.js";
import { bones } from "./states.js";

/**
 * @typedef {import("../core/trying.js").Look} Look
 * @typedef {import("./preview.js").Awkward} Awkward
 */

/** @param {readonly Awkward[]} pictures */
export function eight(pictures) {
  const count = pictures.filter((one) => needsLook(verdictOf(one.look))).length;
  return html`<section class="eight" aria-label=${t("eight.title")}>
    <header><h2>${t("eight.title")}</h2><span class="quiet">${t("eight.text")}${pictures.length
      ? html` <b class="strong">${count ? t("eight.some", { fine: pictures.length - count, count }) : t("eight.fine")}</b>`
      : nothing}</span></header>
    ${pictures.length
      ? html`<ul tabindex=${isSwiped() ? "0" : nothing} aria-label=${t("eight.title")}>${repeat(pictures, (one) => one.kind, (one) => html`<li><figure><img src=${one.url} width="520" height=${Math.round((520 * one.look.height) / one.look.width)} alt=${one.look.alt}>
          <figcaption><b>${t(`eight.${one.kind}`)}</b><span class="grow"><bdi dir="auto">${example(one)}</bdi></span>${verdictChip(one.look)}</figcaption></figure></li>`)}</ul>`
      : bones(8, "of-eight")}
  </section>`;
}

/** Whether the eight are a row that is swiped, which keys have to reach too. */
const isSwiped = () => matchMedia("(max-width: 700px)").matches;

/** What was sent for one of the eight. @param {Awkward} one */
const example = (one) => Object.values(one.values).filter(Boolean)[0] ?? (one.kind === "missing" ? t("eight.nothing") : "");

/** @param {Look} look */
export function verdictChip(look) {
  const verdict = verdictOf(look);
  if (verdict === "fine") return html`<span class="ok">${icon("check", "s")}<span class="hidden">${t("verdict.fine")}</span></span>`;
  const kind = { smaller: "fit", tiny: "warn", shortened: "fit", fallback: "", cut: "warn", default: "bad" }[verdict];
  return html`<span class="chip ${kind}">${t(`verdict.short.${verdict}`)}</span>`;
}

/** @param {Look} look */
export const fitted = (look) => html`<section><h2 class="h3">${t("fit.title")} ${look.fits.every((fit) => fit.step === "full-size")
    ? html`<span class="chip good">${icon("check")}${t("fit.all")}</span>`
    : verdictChip(look)}</h2>
  ${look.fits.length
    ? html`<ul class="rows num">${look.fits.map((fit) => html`<li><span>${layerName(fit.layer)}</span><span>${inWords(fit)}</span></li>`)}</ul>`
    : html`<p class="quiet">${t("fit.none")}</p>`}
  ${look.warnings.map((sentence) => html`<p class="hint mt8">${sentence}</p>`)}</section>`;

/** @param {string} layer an id, or the place of a layer without one */
export const layerName = (layer) =>
  layer.startsWith("/") ? t("fit.layer", { number: Number(layer.split("/").pop()) + 1 }) : layer.slice(0, 1).toUpperCase() + layer.slice(1).replaceAll(/[_-]/g, " ");

/** @param {import("../core/trying.js").Fit} fit */
function inWords(fit) {
  if (fit.step === "nothing") return t("fit.nothing");
  const lines = t("fit.lines", { count: fit.lines });
  const size = fit.size < fit.full_size
    ? t("fit.smaller", { size: number(fit.size), full: number(fit.full_size) })
    : t("fit.size", { size: number(fit.size) });
  const what = ["shortened", "broken", "ellipsis"].includes(fit.step) ? `${t(`fit.${fit.step}`)}, ` : "";
  return `${what}${lines}, ${size}`;
}
