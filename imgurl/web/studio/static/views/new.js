/** A new design: from nothing, from one that is there, from an SVG. */
import { icon } from "../core/icons.js";
import { go } from "../core/router.js";
import { ServerError, call, isAbort } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";

/**
 * @typedef {object} NewState
 * @property {any[]} designs
 * @property {boolean} isBusy
 * @property {string | null} trouble
 * @property {{design_id: string, layers: number, fields: number, simplified: string[]} | null} made of an SVG
 */

/** @type {Pages<NewState> | null} */
let pages = null;
const here = () => /** @type {Pages<NewState>} */ (pages);

/** @type {import("./view.js").View} */
export default {
  title: () => t("new.title"),
  open() {
    pages = new Pages(/** @type {NewState} */ ({ designs: [], isBusy: false, trouble: null, made: null }));
    const page = pages;
    call("GET", "/designs?limit=100", { signal: page.signal }).then((found) => page.set({ designs: found.designs }), () => {});
    return page;
  },
  draw: ({ page, route }) => (page.made ? imported(page.made) : choices(page, route.query.from ?? "")),
};

/** Ways to begin, by what the address says. @type {Readonly<Record<string, (page: NewState) => import("./view.js").Template>>} */
const WAYS = {
  nothing: (page) => html`<form class="card pad form" @submit=${nothingYet}><h2>${t("new.nothing")}</h2>
    ${title(t("new.nothing.title"))}
    <div class="two"><label class="field"><span>${t("edit.width")}</span><input class="input" name="width" inputmode="numeric" pattern="[0-9]{1,4}" value="1200" required></label>
    <label class="field"><span>${t("edit.height")}</span><input class="input" name="height" inputmode="numeric" pattern="[0-9]{1,4}" value="630" required></label></div>
    <div class="acts"><button class="btn go" ?disabled=${page.isBusy}>${t("new.nothing.do")}</button></div></form>`,
  design: (page) => html`<form class="card pad form" @submit=${ofDesign}><h2>${t("new.copy")}</h2>
    ${title(t("new.copy.title"))}
    <label class="field"><span>${t("new.copy.of")}</span><select class="input" name="design" required>${page.designs.map((one) => html`<option value=${one.design_id}>${one.title}</option>`)}</select></label>
    <div class="acts"><button class="btn go" ?disabled=${page.isBusy || !page.designs.length}>${t("new.copy.do")}</button></div></form>`,
  svg: (page) => html`<form class="card pad form" @submit=${ofSvg} @dragover=${(/** @type {DragEvent} */ event) => event.preventDefault()} @drop=${dropped}><h2>${t("new.svg")}</h2><p class="small quiet">${t("new.svg.text")}</p>
    ${title(t("new.svg.title"))}
    <label class="field"><span>${t("new.svg.file")}</span><input class="input" type="file" name="file" accept=".svg,image/svg+xml" required></label>
    <div class="acts"><button class="btn go" ?disabled=${page.isBusy}>${t("new.svg.do")}</button></div></form>`,
};

/** @param {NewState} page @param {string} from */
function choices(page, from) {
  const whyNot = state().session?.why_no_new_designs;
  const way = WAYS[from];
  return html`<main class="page" id="main" tabindex="-1"><div class="head"><div class="grow"><h1>${t("new.title")}</h1>${way ? nothing : html`<p class="quiet">${t("new.text")}</p>`}</div>
    ${way && !whyNot ? html`<a class="btn" href="/studio/new">${t("new.all")}</a>` : nothing}</div>
  ${page.trouble ? html`<p class="note bad mb8" role="alert">${icon("warn")}<span>${page.trouble}</span></p>` : nothing}
  ${whyNot
    ? html`<p class="note warn">${icon("lock")}<span>${t(`new.may_not.${whyNot}`)}</span></p>`
    : html`<div class="newcards ${way ? "one" : ""}">${way ? way(page) : Object.values(WAYS).map((each) => each(page))}</div>`}</main>`;
}

/** @param {string} value */
const title = (value) => html`<label class="field"><span>${t("edit.title")}</span><input class="input" name="title" required maxlength="120" value=${value}></label>`;

/** @param {SubmitEvent} event */
function dataOf(event) {
  event.preventDefault();
  return new FormData(/** @type {HTMLFormElement} */ (event.target));
}

/** @param {() => Promise<void>} work */
async function busy(work) {
  here().set({ isBusy: true, trouble: null });
  try {
    await work();
  } catch (error) {
    if (!isAbort(error)) here().set({ trouble: error instanceof ServerError && error.message ? error.message : t("failed") });
  }
  here().set({ isBusy: false });
}

/** @param {SubmitEvent} event */
function nothingYet(event) {
  const data = dataOf(event);
  return busy(async () => {
    const body = { title: String(data.get("title")), width: Number(data.get("width")), height: Number(data.get("height")) };
    await open((await call("POST", "/new", { body })).design_id);
  });
}

/** @param {SubmitEvent} event */
function ofDesign(event) {
  const data = dataOf(event);
  return busy(async () => {
    const made = await call("POST", `/designs/${encodeURIComponent(String(data.get("design")))}/copy`, { body: { title: String(data.get("title")) } });
    await open(made.design_id);
  });
}

/** @param {SubmitEvent} event */
function ofSvg(event) {
  const data = dataOf(event);
  const file = data.get("file");
  return file instanceof File ? take(file, String(data.get("title"))) : undefined;
}

/** @param {DragEvent} event */
function dropped(event) {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) take(file, file.name.replace(/\.svg$/i, ""));
}

/** @param {File} file @param {string} name */
const take = (file, name) => busy(async () => {
  const body = new Blob([file], { type: "application/octet-stream" });
  const made = await call("POST", `/new/svg?title=${encodeURIComponent(name)}`, { body });
  if (made.simplified.length) here().set({ made });
  else await open(made.design_id);
});

/** @param {string} design */
const open = (design) => go(`/studio/designs/${design}/edit`);

/** @param {NonNullable<NewState["made"]>} made */
const imported = (made) => html`<main class="page" id="main" tabindex="-1"><div class="head"><div class="grow"><h1>${t("new.made", { layers: made.layers, fields: made.fields })}</h1><p class="quiet">${t("new.simplified", { count: made.simplified.length })}</p></div>
    <a class="btn go" href="/studio/designs/${made.design_id}/edit">${t("new.edit")}</a></div>
  <section class="card"><ul class="rows pad">${made.simplified.map((one) => html`<li><span>${one}</span></li>`)}</ul></section>
  <figure class="pair mt24"><img src="/studio/api/designs/${made.design_id}/preview.png" alt=${t("new.picture")}></figure></main>`;
