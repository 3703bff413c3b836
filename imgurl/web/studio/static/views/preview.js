/** One design, as its recipients see it: typed values, the awkward eight, how each text was fitted. */
import { icon } from "../core/icons.js";
import { save, say } from "../core/page.js";
import { Addresses, blobOf, Latest } from "../core/pictures.js";
import { designAddress, setQuery } from "../core/router.js";
import { call, isAbort } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { askSheet, keep, needsLook, savedLine, tryingOf, verdictOf } from "../core/trying.js";
import { t, weight } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { eight, fitted, verdictChip } from "./preview_parts.js";
import { bones, failure } from "./states.js";
import { copyLink } from "./trap.js";
import { valuesPanel } from "./values.js";

/**
 * @typedef {import("../core/trying.js").Look} Look
 * @typedef {{kind: string, values: Record<string, string>, look: Look, url: string}} Awkward
 *
 * @typedef {object} Page
 * @property {import("../core/trying.js").Sheet | null} design
 * @property {string} saved
 * @property {import("../core/trying.js").Trying | null} trying
 * @property {Look | null} look
 * @property {string} url of the picture
 * @property {boolean} isSlow whether the picture has been drawn for two seconds
 * @property {readonly Awkward[]} eight
 * @property {Readonly<Record<string, number>>} weights by format
 * @property {string} problem
 */

const FORMATS = ["jpg", "gif", "png"];

/** Milliseconds after the last key until the eight are drawn. */
const EIGHT_AFTER = 250;

/** @type {Pages<Page> | null} */
let page = null;
let latest = new Latest();
let addresses = new Addresses();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
/** Ends what is drawn for values that are not those any more. */
let drawing = new AbortController();

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => page?.design?.title ?? route.params.design,
  frame: "design",
  open(route) {
    page = new Pages(/** @type {Page} */ ({ design: null, saved: "", trying: null, look: null, url: "", isSlow: false, eight: [], weights: {}, problem: "" }));
    latest = new Latest();
    addresses = new Addresses();
    load(page, route.params.design ?? "");
    const [opened, urls] = [page, addresses];
    return {
      close() {
        clearTimeout(waiting);
        opened.close();
        urls.close();
      },
    };
  },
  draw: ({ page, route }) => draw(page, route.query),
  next: ({ route }) => html`<a class="btn go" href=${designAddress(route.params.design ?? "", "embed")}>${t("preview.next")} ${icon("next")}</a>`,
};

/** @param {Pages<Page>} page @param {string} id */
async function load(page, id) {
  try {
    const design = await askSheet(id, page.signal);
    page.set({ design, saved: savedLine(design), trying: tryingOf(design) });
    redraw();
  } catch (error) {
    complain(page, error);
  }
}

/** @param {Pages<Page>} page @param {unknown} error */
function complain(page, error) {
  if (!isAbort(error)) page.set({ problem: error instanceof Error ? error.message : "" });
}

/** Draw what is typed now, and the eight a moment later. */
function redraw() {
  if (!page) return;
  const opened = page;
  drawing.abort();
  latest.run(() => look(opened));
  clearTimeout(waiting);
  waiting = setTimeout(() => drawEight(opened), EIGHT_AFTER);
}

/** What to send: the values, in the format and resolution of the address. @param {Page} now */
const order = (now) => {
  const { format, dpr } = state().route.query;
  return { data: now.trying?.values ?? {}, format: format ?? now.design?.format, dpr: Number(dpr ?? 1) };
};

/** @param {Pages<Page>} page */
async function look(page) {
  const slow = setTimeout(() => page.set({ isSlow: true }), 2_000);
  try {
    const body = order(page.now);
    const found = /** @type {Look} */ (await call("POST", `/designs/${page.now.design?.design_id}/look`, { body, signal: page.signal }));
    const url = await addresses.put("picture", found);
    page.set({ look: found, url, problem: "", weights: { ...page.now.weights, [body.format ?? ""]: found.weight } });
    if (document.activeElement?.matches("input, textarea")) announce(found);
  } catch (error) {
    complain(page, error);
  } finally {
    clearTimeout(slow);
    page.set({ isSlow: false });
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let announcing;

/** Say how it fits once somebody has stopped typing. @param {Look} look */
function announce(look) {
  clearTimeout(announcing);
  announcing = setTimeout(() => say(t(`verdict.${verdictOf(look)}`)), 500);
}

/** @param {Pages<Page>} page */
async function drawEight(page) {
  const now = page.now;
  const body = { ...order(now), dpr: 1, width: 520, ...extremes(now) };
  drawing = new AbortController();
  const signal = AbortSignal.any([page.signal, drawing.signal]);
  try {
    const path = `/designs/${now.design?.design_id}`;
    const found = await call("POST", `${path}/eight`, { body, signal });
    const drawn = found.pictures.map(async (/** @type {Awkward} */ one) => ({ ...one, url: await addresses.put(one.kind, one.look) }));
    page.set({ eight: await Promise.all(drawn) });
    const { data, dpr } = order(now);
    page.set({ weights: (await call("POST", `${path}/weights`, { body: { data, dpr }, signal })).weights });
  } catch (error) {
    complain(page, error);
  }
}

/** The longest and the shortest of a list that is loaded. @param {Page} page */
function extremes(page) {
  const rows = page.trying?.list?.rows ?? [];
  const mapping = page.trying?.list?.mapping ?? {};
  const names = (page.design?.fields ?? []).filter((field) => field.name in mapping && (field.is_openable || field.type === "name")).map((field) => field.name);
  if (!rows.length || !names.length) return {};
  const filled = rows.filter((row) => names.every((name) => row[name]));
  const length = (/** @type {Record<string, string>} */ row) => names.reduce((sum, name) => sum + (row[name] ?? "").length, 0);
  const byLength = [...filled].sort((a, b) => length(a) - length(b));
  return { longest: byLength.at(-1) ?? {}, shortest: byLength[0] ?? {} };
}

/** @param {import("../core/trying.js").Trying} trying */
function tryOther(trying) {
  if (!page?.now.design) return;
  keep(page.now.design.design_id, trying);
  page.set({ trying });
  redraw();
}

/** @param {Page} page @param {Readonly<Record<string, string>>} query */
function draw(page, query) {
  const { design, trying, look } = page;
  if (!design || !trying) return html`<main class="work" id="main" tabindex="-1"><div class="stage">${page.problem ? failure(page.problem) : bones(1)}</div></main>`;
  const format = query.format ?? design.format;
  const isFull = query.zoom === "100";
  return html`<main class="work" id="main" tabindex="-1">
    <div class="stage" role="region" aria-label=${t("preview.picture")}>
      <figure class="hero ${isFull ? "full-size" : ""}">${page.url && look
        ? html`<img src=${page.url} width=${look.width} height=${look.height} alt=${look.alt}>`
        : html`<svg class="placeholder" viewBox="0 0 ${design.width} ${design.height}" aria-hidden="true"><rect width="100%" height="100%"/></svg>`}
      </figure>
      ${page.problem ? html`<div class="deck">${failure(page.problem)}</div>` : nothing}
      ${page.isSlow ? html`<p class="deck quiet" role="status">${t("preview.slow")}</p>` : nothing}
      ${deck(page, format, query)} ${eight(page.eight)}
    </div>
    <aside class="side" aria-label=${t("values.title")}>
      ${valuesPanel(design, trying, look, tryOther)}
      ${look ? [fitted(look), alt(look), onePicture(page, look)] : nothing}
    </aside>
  </main>`;
}

/** @param {Page} page @param {string} format @param {Readonly<Record<string, string>>} query */
function deck(page, format, query) {
  const dpr = Number(query.dpr ?? 1);
  const bytes = page.weights[format];
  const set = (/** @type {Record<string, string | null>} */ patch) => {
    setQuery(patch);
    redraw();
  };
  return html`<div class="deck">
    <div class="seg" role="group" aria-label=${t("preview.format")}>${FORMATS.map((name) => html`<button aria-pressed=${name === format} @click=${() => set({ format: name === page.design?.format ? null : name })}>${name.toUpperCase().replace("JPG", "JPEG")} <span class="faint num">${page.weights[name] === undefined ? "" : weight(page.weights[name] ?? 0)}</span></button>`)}</div>
    ${bytes === undefined ? nothing : bytes > 200_000
      ? html`<span class="chip warn">${icon("warn")}${t("preview.heavy", { weight: weight(bytes) })}</span>`
      : html`<span class="chip good">${icon("check")}${t("preview.light")}</span>`}
    <span class="grow"></span>
    <div class="seg" role="group" aria-label=${t("preview.pixels")}>${[1, 2].filter((one) => one <= (page.design?.max_dpr ?? 1)).map((one) => html`<button aria-pressed=${one === dpr} @click=${() => set({ dpr: one === 1 ? null : String(one) })}>${one}×</button>`)}</div>
    <div class="seg" role="group" aria-label=${t("preview.zoom")}>
      <button aria-pressed=${query.zoom !== "100"} @click=${() => setQuery({ zoom: null })}>${t("preview.fit")}</button>
      <button aria-pressed=${query.zoom === "100"} @click=${() => setQuery({ zoom: "100" })}>${t("preview.full")}</button>
    </div>
  </div>`;
}

/** @param {Look} look */
const alt = (look) => html`<section><h2 class="h3">${t("preview.alt")}</h2><p class="quiet"><bdi dir="auto">${look.alt}</bdi></p></section>`;

/** @param {Page} page @param {Look} look */
const onePicture = (page, look) => html`<section><h2 class="h3">${t("preview.one")} ${needsLook(verdictOf(look)) ? verdictChip(look) : nothing}</h2>
  <div class="acts">
    <button class="btn sm" @click=${() => link(page)}>${icon("copy", "s")}${t("preview.link")}</button>
    <button class="btn sm" @click=${() => save(blobOf(look), `${page.design?.design_id}.${ending(look)}`)}>${icon("download", "s")}${t("preview.download")}</button>
  </div><p class="hint mt8">${t("preview.one.hint")}</p></section>`;

/** @param {Look} look */
const ending = (look) => look.media_type.replace("image/", "").replace("jpeg", "jpg");

/** @param {Page} page */
function link(page) {
  const { data, format } = order(page);
  const fields = Object.fromEntries(Object.entries(data).map(([name, text]) => [name, { text }]));
  return copyLink(async (base) => (await call("POST", `/designs/${page.design?.design_id}/embed`, { body: { fields, format, base_url: base } })).url);
}
