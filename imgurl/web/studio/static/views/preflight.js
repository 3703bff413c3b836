/** A whole list before the send: who sees what, the worst drawn, what would help, and all pictures drawn ahead. */
import { icon } from "../core/icons.js";
import { bodyOf, inTurn, LISTS, runBatch } from "../core/lists.js";
import { save, say } from "../core/page.js";
import { blobOf } from "../core/pictures.js";
import { call, isAbort, send, ServerError } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { askSheet, savedLine } from "../core/trying.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { progress } from "./embed_column.js";
import { also, fixes, summary, suspicious, worst } from "./preflight_parts.js";
import { bones, failure } from "./states.js";

/**
 * @typedef {import("./preflight_parts.js").Report} Report
 * @typedef {import("./preflight_parts.js").Fix} Fix
 *
 * @typedef {object} Told a list, and what was said of it
 * @property {File} file
 * @property {Report} report
 *
 * @typedef {object} Asking a list that the server is asked about
 * @property {File} file
 * @property {number} pause seconds until it is sent again; 0: it is on its way
 *
 * @typedef {object} Page
 * @property {import("../core/trying.js").Sheet | null} design
 * @property {string} saved
 * @property {Told | null} told what is shown, and what every button acts on
 * @property {Asking | null} judging
 * @property {Asking | null} saving the list whose report becomes a file
 * @property {string} kind of the worst ones that are shown, "" for all
 * @property {boolean} isApplying
 * @property {string | null} whyNot why nothing can be applied; null: it can
 * @property {string} problem
 * @property {import("../core/lists.js").Work | null} work that draws ahead
 */

/** What was said of a list, by design: kept in this tab while its pages are gone through. @type {Map<string, Told>} */
const kept = new Map();

/** Aborted when another list is chosen: the newest is judged. */
let judging = new AbortController();

/** @type {Pages<Page> | null} */
let pages = null;

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => t("preflight.title", { design: page?.design?.title ?? route.params.design }),
  frame: "design",
  open(route) {
    const id = route.params.design ?? "";
    pages = new Pages(/** @type {Page} */ ({ design: null, saved: "", told: kept.get(id) ?? null, judging: null, saving: null, kind: "", isApplying: false, whyNot: "", problem: "", work: null }));
    const opened = pages;
    load(opened, id);
    return {
      close() {
        opened.close();
        if (pages === opened) pages = null;
      },
    };
  },
  draw: ({ page }) => draw(page),
  next: ({ page }) => (page?.told || page?.judging ? actions(page) : null),
};

/** @param {Pages<Page>} page @param {string} id */
async function load(page, id) {
  try {
    const design = await askSheet(id, page.signal);
    page.set({ design, saved: savedLine(design) });
    page.set({ whyNot: await whyNot(id, page.signal) });
  } catch (error) {
    fail(page, error);
  }
}

/** Why a fix can't be applied here, null if it can. @param {string} id @param {AbortSignal} signal */
async function whyNot(id, signal) {
  try {
    return (await call("GET", `/designs/${id}/document`, { signal })).why_not || null;
  } catch (error) {
    // A server that keeps no versions has no editor.
    if (error instanceof ServerError && error.status === 404) return "folder";
    throw error;
  }
}

/** @param {Pages<Page>} page @param {unknown} error @param {Partial<Page>} [more] */
function fail(page, error, more = {}) {
  if (!isAbort(error)) page.set({ ...more, problem: (error instanceof Error && error.message) || t("failed") });
}

/** @param {Page} page */
function draw(page) {
  const { design, judging, saving, told } = page;
  if (!design) return html`<main class="page" id="main" tabindex="-1">${page.problem ? failure(page.problem) : bones(3)}</main>`;
  return html`<main class="page" id="main" tabindex="-1" @dragover=${(/** @type {Event} */ event) => event.preventDefault()} @drop=${drop}>
    ${page.problem ? html`<div class="mb8">${failure(page.problem)}</div>` : nothing}
    ${judging ? asking(judging) : nothing}
    ${saving ? asking(saving) : nothing}
    ${page.work ? html`<div class="mb8">${progress(page.work)}</div>` : nothing}
    ${told ? whole(page, told.report) : judging ? bones(3) : beginning()}
  </main>`;
}

/** @param {Asking} list */
const asking = ({ file: { name }, pause }) => html`<p class="note mb8" role="status">${icon("clock")}<span>${pause ? t("preflight.waiting", { name, seconds: pause }) : t("preflight.judging", { name })}</span></p>`;

/** @param {Page} page */
const isBusy = (page) => page.isApplying || page.judging !== null || page.saving !== null;

const beginning = () => html`<section class="card"><div class="void"><h2 class="big">${t("preflight.begin")}</h2><p>${t("preflight.begin.text")}</p>
  <label class="drop mt12">${icon("upload", "s")}<span>${t("values.choose")}</span>${chooser()}</label><p class="hint">${t("preflight.begin.hint")}</p></div></section>`;

const chooser = () => html`<input type="file" class="hidden" accept=${LISTS} @change=${(/** @type {Event} */ event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  judge(input.files?.[0]);
  input.value = "";
}}>`;

/** @param {Page} page @param {Report} report */
function whole(page, report) {
  const design = /** @type {import("../core/trying.js").Sheet} */ (page.design);
  const how = { whyNot: page.whyNot, isBusy: isBusy(page), apply };
  return html`${summary(design, report)}
    <div class="pf"><div>
      ${report.worst.length ? worst(report, page.kind, (kind) => pages?.set({ kind })) : nothing}
      ${report.suspicious.length ? suspicious(design, report) : nothing}
    </div><div>
      ${report.fixes.length ? fixes(design, report, how) : nothing}
      ${also(design, report)}
    </div></div>`;
}

/** @param {Page} page */
function actions(page) {
  const isDrawing = page.work !== null && !page.work.problem && page.work.status !== "completed";
  const other = html`<label class="btn kept">${icon("upload", "s")}${t("preflight.other")}${chooser()}</label>`;
  if (!page.told) return other;
  return html`<button class="btn kept" ?disabled=${isBusy(page)} @click=${download}>${icon("download", "s")}${t("preflight.report")}</button>
    ${other}
    <button class="btn go" ?disabled=${isBusy(page) || isDrawing} @click=${drawAhead}>${t("preflight.ahead")}</button>`;
}

/** @param {DragEvent} event */
function drop(event) {
  event.preventDefault();
  judge(event.dataTransfer?.files[0]);
}

/** @param {string} design @param {File} file */
const optionsOf = (design, file) => new URLSearchParams({ design_id: design, name: file.name.slice(0, 120) });

/** A report with an address for each picture: the page's policy allows none that is all data. @param {Report} report @returns {Report} */
const shown = (report) => ({
  ...report,
  worst: report.worst.map((one) => ({ ...one, picture: one.picture && { ...one.picture, webp: "" }, url: one.picture ? URL.createObjectURL(blobOf({ image: one.picture.webp, media_type: "image/webp" })) : "" })),
});

/** Keep nothing of the list before. @param {string} id */
function forget(id) {
  for (const { url } of kept.get(id)?.report.worst ?? []) if (url) URL.revokeObjectURL(url);
  kept.delete(id);
}

/** @param {File | undefined} file */
async function judge(file) {
  const page = pages;
  const design = page?.now.design;
  if (!page || !design || !file) return;
  const id = design.design_id;
  judging.abort();
  judging = new AbortController();
  const signal = AbortSignal.any([page.signal, judging.signal]);
  // Of a list that is judged again, because of a fix, the report stays meanwhile.
  const before = page.now.told?.file === file ? page.now.told : null;
  if (!before) forget(id);
  page.set({ told: before, judging: { file, pause: 0 }, problem: "", kind: "", work: null });
  try {
    const ask = () => call("POST", `/preflight?${optionsOf(id, file)}`, { body: bodyOf(file), signal });
    const told = { file, report: shown(await inTurn(ask, (pause) => page.set({ judging: { file, pause } }), signal)) };
    forget(id);
    kept.set(id, told);
    page.set({ told, judging: null });
    say(told.report.sentence);
  } catch (error) {
    if (isAbort(error)) return;
    forget(id);
    fail(page, error, { told: null, judging: null });
  }
}

async function download() {
  const page = pages;
  const { design, told } = page?.now ?? {};
  if (!page || !design || !told) return;
  const { file } = told;
  page.set({ saving: { file, pause: 0 }, problem: "" });
  try {
    const ask = () => send("POST", `/preflight/page?${optionsOf(design.design_id, file)}`, { body: bodyOf(file), signal: page.signal });
    const answer = await inTurn(ask, (pause) => page.set({ saving: { file, pause } }), page.signal);
    save(await answer.blob(), `preflight-${design.design_id}.html`);
    page.set({ saving: null });
  } catch (error) {
    fail(page, error, { saving: null });
  }
}

/** Set what fixes say in the document, save it, and judge the list again. @param {readonly Fix[]} chosen */
async function apply(chosen) {
  const page = pages;
  const { design } = page?.now ?? {};
  if (!page || !design) return;
  page.set({ isApplying: true, problem: "" });
  const id = design.design_id;
  try {
    const written = await call("GET", `/designs/${id}/document`, { signal: page.signal });
    // Only now: few lists need it, and the page is lighter without.
    const json = await import("../edit/json.js");
    const text = chosen.reduce((before, { change }) => json.set(before, [...json.pathOf(change.pointer), change.key], change.value), written.text);
    const made = await call("POST", `/designs/${id}/document`, { body: { text, revision: written.revision } });
    const again = await askSheet(id, page.signal);
    page.set({ isApplying: false, design: again, saved: t("edit.saved", { number: made.number }) });
    say(t("edit.saved", { number: made.number }));
    // Another one may have been chosen meanwhile.
    await judge(page.now.judging?.file ?? page.now.told?.file);
  } catch (error) {
    fail(page, error, { isApplying: false });
  }
}

async function drawAhead() {
  const page = pages;
  const { design, told } = page?.now ?? {};
  if (!page || !design || !told) return;
  const isShown = () => pages === page && page.now.told?.file === told.file;
  const options = new URLSearchParams({ design_id: design.design_id, warm: "true" });
  page.set({ problem: "" });
  try {
    const work = await runBatch(told.file, options, (one) => {
      if (isShown()) page.set({ work: one.status === "failed" && !one.problem ? { ...one, problem: t("failed") } : one });
      return isShown() && state().view !== null;
    });
    if (work.status === "completed") say(t("column.done", { count: work.done }));
  } catch (error) {
    if (isShown()) fail(page, error, { work: null });
  }
}
