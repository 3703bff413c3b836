/** A whole list before the send: who sees what, the worst drawn, what would help, and all pictures drawn ahead. */
import { set as setIn, pathOf } from "../edit/json.js";
import { icon } from "../core/icons.js";
import { bodyOf, LISTS, runBatch } from "../core/lists.js";
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
 * @typedef {object} Page
 * @property {import("../core/trying.js").Sheet | null} design
 * @property {string} saved
 * @property {File | null} file
 * @property {Report | null} report
 * @property {string} kind of the worst ones that are shown, "" for all
 * @property {boolean} isJudging
 * @property {boolean} isApplying
 * @property {string | null} whyNot why nothing can be applied; null: it can
 * @property {string} problem
 * @property {import("../core/lists.js").Work | null} work that draws ahead
 */

/** Lists and what was said of them, by design: kept in this tab while its pages are gone through. @type {Map<string, {file: File, report: Report}>} */
const kept = new Map();

/** @type {Pages<Page> | null} */
let pages = null;

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => t("preflight.title", { design: page?.design?.title ?? route.params.design }),
  frame: "design",
  open(route) {
    const id = route.params.design ?? "";
    const before = kept.get(id);
    pages = new Pages(/** @type {Page} */ ({ design: null, saved: "", file: before?.file ?? null, report: before?.report ?? null, kind: "", isJudging: false, isApplying: false, whyNot: "", problem: "", work: null }));
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
  next: ({ page }) => (page?.report ? actions(page) : null),
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
  const { design, report } = page;
  if (!design) return html`<main class="page" id="main" tabindex="-1">${page.problem ? failure(page.problem) : bones(3)}</main>`;
  return html`<main class="page" id="main" tabindex="-1" @dragover=${(/** @type {Event} */ event) => event.preventDefault()} @drop=${drop}>
    ${page.problem ? html`<div class="mb8">${failure(page.problem)}</div>` : nothing}
    ${page.isJudging ? html`<p class="note mb8" role="status">${icon("clock")}<span>${t("preflight.judging", { name: page.file?.name ?? "" })}</span></p>` : nothing}
    ${page.work ? html`<div class="mb8">${progress(page.work)}</div>` : nothing}
    ${report ? told(page, report) : page.isJudging ? bones(3) : beginning()}
  </main>`;
}

const beginning = () => html`<section class="card"><div class="void"><h2 class="big">${t("preflight.begin")}</h2><p>${t("preflight.begin.text")}</p>
  <label class="drop mt12">${icon("upload", "s")}<span>${t("values.choose")}</span>${chooser()}</label><p class="hint">${t("preflight.begin.hint")}</p></div></section>`;

const chooser = () => html`<input type="file" class="hidden" accept=${LISTS} @change=${(/** @type {Event} */ event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  judge(input.files?.[0]);
  input.value = "";
}}>`;

/** @param {Page} page @param {Report} report */
function told(page, report) {
  const design = /** @type {import("../core/trying.js").Sheet} */ (page.design);
  const how = { whyNot: page.whyNot, isBusy: page.isApplying || page.isJudging, apply };
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
  const isBusy = page.isJudging || page.isApplying;
  const isDrawing = page.work !== null && !page.work.problem && page.work.status !== "completed";
  return html`<button class="btn kept" ?disabled=${isBusy} @click=${download}>${icon("download", "s")}${t("preflight.report")}</button>
    <label class="btn kept">${icon("upload", "s")}${t("preflight.other")}${chooser()}</label>
    <button class="btn go" ?disabled=${isBusy || isDrawing} @click=${drawAhead}>${t("preflight.ahead")}</button>`;
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

/** @param {File | undefined} file */
async function judge(file) {
  const page = pages;
  const design = page?.now.design;
  if (!page || !design || !file || page.now.isJudging) return;
  page.set({ file, isJudging: true, problem: "", kind: "", work: null });
  try {
    const report = shown(await call("POST", `/preflight?${optionsOf(design.design_id, file)}`, { body: bodyOf(file), signal: page.signal }));
    for (const { url } of kept.get(design.design_id)?.report.worst ?? []) if (url) URL.revokeObjectURL(url);
    kept.set(design.design_id, { file, report });
    page.set({ report, isJudging: false });
    say(report.sentence);
  } catch (error) {
    fail(page, error, { isJudging: false });
  }
}

async function download() {
  const page = pages;
  const { design, file } = page?.now ?? {};
  if (!page || !design || !file) return;
  page.set({ isJudging: true, problem: "" });
  try {
    const answer = await send("POST", `/preflight/page?${optionsOf(design.design_id, file)}`, { body: bodyOf(file), signal: page.signal });
    save(await answer.blob(), `preflight-${design.design_id}.html`);
    page.set({ isJudging: false });
  } catch (error) {
    fail(page, error, { isJudging: false });
  }
}

/** Set what fixes say in the document, save it, and judge the list again. @param {readonly Fix[]} chosen */
async function apply(chosen) {
  const page = pages;
  const { design, file } = page?.now ?? {};
  if (!page || !design || !file) return;
  page.set({ isApplying: true, problem: "" });
  const id = design.design_id;
  try {
    const written = await call("GET", `/designs/${id}/document`, { signal: page.signal });
    const text = chosen.reduce((before, { change }) => setIn(before, [...pathOf(change.pointer), change.key], change.value), written.text);
    const made = await call("POST", `/designs/${id}/document`, { body: { text, revision: written.revision } });
    const again = await askSheet(id, page.signal);
    page.set({ isApplying: false, design: again, saved: t("edit.saved", { number: made.number }) });
    say(t("edit.saved", { number: made.number }));
    await judge(file);
  } catch (error) {
    fail(page, error, { isApplying: false });
  }
}

async function drawAhead() {
  const page = pages;
  const { design, file } = page?.now ?? {};
  if (!page || !design || !file) return;
  const options = new URLSearchParams({ design_id: design.design_id, warm: "true" });
  page.set({ problem: "" });
  try {
    const work = await runBatch(file, options, (one) => {
      page.set({ work: one.status === "failed" && !one.problem ? { ...one, problem: t("failed") } : one });
      return pages === page && state().view !== null;
    });
    if (work.status === "completed") say(t("column.done", { count: work.done }));
  } catch (error) {
    fail(page, error, { work: null });
  }
}
