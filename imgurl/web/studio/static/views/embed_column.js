/** One column per recipient: a list goes in, and comes back with a link for each row. */
import { icon } from "../core/icons.js";
import { LISTS, runBatch } from "../core/lists.js";
import { say } from "../core/page.js";
import { API, isAbort } from "../core/server.js";
import { state } from "../core/store.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { change, now } from "./embed.js";

/** @typedef {import("../core/lists.js").Work} Work */

/** @param {import("./embed.js").Page} page */
export function column(page) {
  const { work } = page;
  return html`<section class="card mt16"><div class="pad">
      <p>${t("column.text")}</p>
      <label class="drop mt12" @dragover=${(/** @type {Event} */ event) => event.preventDefault()} @drop=${drop}>${icon("upload", "s")}<span>${t(work ? "values.other" : "values.choose")}</span>
        <input type="file" class="hidden" accept=${LISTS} @change=${(/** @type {Event} */ event) => begin(/** @type {HTMLInputElement} */ (event.target).files?.[0])}></label>
      ${work ? progress(work) : nothing}
    </div></section>
    <div class="block mt24"><h2>${t("column.then")}</h2><ul class="bullets"><li>${t("column.import")}</li><li>${t("column.use")}</li><li>${t("column.sealed")}</li></ul></div>`;
}

/** @param {Work} work */
export function progress(work) {
  if (work.problem) return html`<div class="note bad mt12" role="alert">${icon("warn")}<p>${work.problem}</p></div>`;
  if (work.status !== "completed")
    return html`<p class="mt12" role="status">${t("column.working", { done: work.done, name: work.name })}</p>
      <svg class="meter mt8" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="f-line" width="100" height="6"/><rect class="f-good" width=${work.total ? (100 * work.done) / work.total : 0} height="6"/></svg>`;
  return html`<div class="note good mt12">${icon("check")}<p class="grow">${t("column.done", { count: work.done })}${work.failed ? ` ${t("column.failed", { count: work.failed })}` : ""}</p>
    <a class="btn go sm" href="${API}/jobs/${work.id}/result?format=csv" download="with-links-${work.name}">${icon("download", "s")}${t("column.download")}</a></div>`;
}

/** @param {DragEvent} event */
function drop(event) {
  event.preventDefault();
  begin(event.dataTransfer?.files[0]);
}

/** @param {File | undefined} file */
async function begin(file) {
  const page = now();
  if (!file || !page?.design) return;
  const { format, until, campaign } = state().route.query;
  const options = new URLSearchParams({ design_id: page.design.design_id, ...(format ? { format } : {}), ...(until ? { expires_in: until } : {}), ...(campaign ? { campaign } : {}) });
  try {
    const work = await runBatch(file, options, (one) => {
      change({ work: one.status === "failed" && !one.problem ? { ...one, problem: t("failed") } : one });
      return now() !== null;
    });
    if (work.status === "completed") say(t("column.done", { count: work.done }));
  } catch (error) {
    if (!isAbort(error)) change({ work: { name: file.name, id: "", status: "failed", done: 0, total: 0, failed: 0, problem: (error instanceof Error && error.message) || t("failed") } });
  }
}
