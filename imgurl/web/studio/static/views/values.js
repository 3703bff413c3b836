/** Whose picture it is: values from the sample, one pasted contact, or a row of a list, each with where it came from. */
import { icon } from "../core/icons.js";
import { call } from "../core/server.js";
import { set, state } from "../core/store.js";
import { isOfContacts, samples } from "../core/trying.js";
import { t } from "../core/words.js";
import { html, live, nothing } from "../vendor/lit.js";

/**
 * @typedef {import("../core/trying.js").Sheet} Sheet
 * @typedef {import("../core/trying.js").Trying} Trying
 * @typedef {import("../core/trying.js").Look} Look
 * @typedef {(trying: Trying) => void} Try
 */

/** What is wrong with what was pasted or dropped. */
let complaint = "";

/** @param {Sheet} design @param {Trying} trying @param {Look | null} look @param {Try} tryOther */
export const valuesPanel = (design, trying, look, tryOther) => html`
  <section><h2 class="h3">${t("values.whose")}</h2>
    <div class="seg full" role="group" aria-label=${t("values.from")}>
      ${/** @type {const} */ (["sample", "contact", "list"]).map((from) => html`<button aria-pressed=${trying.from === from} @click=${() => choose(design, trying, from, tryOther)}>${t(`values.from.${from}`)}</button>`)}
    </div>
    ${trying.from === "contact" ? contact(design, trying, tryOther) : nothing}
    ${trying.from === "list" ? list(design, trying, tryOther) : nothing}
    ${complaint ? html`<p class="complaint mt8" role="alert">${complaint}</p>` : nothing}
  </section>
  <section>${design.fields.map((field) => entry(field, trying, look, tryOther))}</section>`;

/** @param {Sheet} design @param {Trying} trying @param {Trying["from"]} from @param {Try} tryOther */
function choose(design, trying, from, tryOther) {
  complaint = "";
  if (from === "sample") tryOther(samples(design, trying.list));
  else if (from === "list" && trying.list) tryOther(ofRow(design, trying, trying.list, trying.row));
  else tryOther(Object.freeze({ ...trying, from }));
}

/** @param {Sheet} design @param {Trying} trying @param {Try} tryOther */
const contact = (design, trying, tryOther) => html`<textarea class="input mt12" rows="3" aria-label=${t("values.paste")} placeholder=${t("values.paste.like")}
  @input=${(/** @type {Event} */ event) => paste(design, trying, /** @type {HTMLTextAreaElement} */ (event.target).value, tryOther)}></textarea>
  <p class="hint">${t("values.paste.hint")}</p>`;

/** @param {Sheet} design @param {Trying} trying @param {string} text @param {Try} tryOther */
async function paste(design, trying, text, tryOther) {
  if (!text.trim()) return;
  try {
    const found = await call("POST", `/designs/${design.design_id}/contact`, { body: { text } });
    complaint = Object.keys(found.mapping).length ? "" : t("values.nothing", { columns: found.columns.join(", ") });
    tryOther(taken(design, { ...trying, from: "contact" }, found.rows[0] ?? {}, "contact"));
  } catch (error) {
    fail(error);
  }
}

/** @param {unknown} error */
function fail(error) {
  complaint = error instanceof Error && error.message ? error.message : t("failed");
  set({ page: Object.freeze({ ...state().page }) });
}

/** Values of a contact or row in place of those before; what it lacks is missing. @param {Sheet} design @param {Trying} trying @param {Record<string, string>} row @param {"contact" | "list"} from @returns {Trying} */
function taken(design, trying, row, from) {
  const has = (/** @type {string} */ name) => row[name] !== undefined;
  const origin = (/** @type {string} */ name) => (has(name) ? from : (trying.origins[name] ?? "sample"));
  return Object.freeze({
    ...trying,
    values: Object.fromEntries(design.fields.map(({ name }) => [name, has(name) ? (row[name] ?? "") : (trying.values[name] ?? "")])),
    origins: Object.fromEntries(design.fields.map(({ name }) => [name, origin(name)])),
  });
}

/** @param {Sheet} design @param {Trying} trying @param {import("../core/trying.js").List} list @param {number} row */
const ofRow = (design, trying, list, row) => taken(design, { ...trying, from: "list", list, row }, list.rows[row] ?? {}, "list");

/** @param {Sheet} design @param {Trying} trying @param {Try} tryOther */
function list(design, trying, tryOther) {
  const loaded = trying.list;
  const go = (/** @type {number} */ row) => loaded && tryOther(ofRow(design, trying, loaded, row));
  const stepper = loaded
    ? html`<div class="stepper mt12">
        <button class="icon sm" aria-label=${t("values.previous")} ?disabled=${trying.row === 0} @click=${() => go(trying.row - 1)}>${icon("left")}</button>
        <span class="grow"><b class="strong num">${t("values.row", { row: trying.row + 1 })}</b> <span class="faint num">${t("values.of", { count: loaded.count, name: loaded.name })}</span></span>
        <button class="icon sm" aria-label=${t("values.next")} ?disabled=${trying.row >= loaded.rows.length - 1} @click=${() => go(trying.row + 1)}>${icon("right")}</button>
      </div>`
    : nothing;
  return html`${stepper}<label class="drop mt12" @dragover=${(/** @type {Event} */ event) => event.preventDefault()} @drop=${(/** @type {DragEvent} */ event) => drop(event, design, trying, tryOther)}>
    ${icon("upload", "s")}<span>${t(loaded ? "values.other" : "values.choose")}</span>
    <input type="file" class="hidden" accept=".csv,.tsv,.txt,.ndjson,.jsonl" @change=${(/** @type {Event} */ event) => read(/** @type {HTMLInputElement} */ (event.target).files?.[0], design, trying, tryOther)}></label>
    <p class="hint">${t("values.list.hint")}</p>`;
}

/** @param {DragEvent} event @param {Sheet} design @param {Trying} trying @param {Try} tryOther */
function drop(event, design, trying, tryOther) {
  event.preventDefault();
  read(event.dataTransfer?.files[0], design, trying, tryOther);
}

/** @param {File | undefined} file @param {Sheet} design @param {Trying} trying @param {Try} tryOther */
async function read(file, design, trying, tryOther) {
  if (!file) return;
  try {
    const body = new Blob([file], { type: "application/octet-stream" });
    const found = await call("POST", `/designs/${design.design_id}/list`, { body });
    complaint = Object.keys(found.mapping).length ? "" : t("values.nothing", { columns: found.columns.join(", ") });
    tryOther(ofRow(design, trying, { ...found, name: file.name }, 0));
  } catch (error) {
    fail(error);
  }
}

/** @param {import("../core/trying.js").Field} field @param {Trying} trying @param {Look | null} look @param {Try} tryOther */
function entry(field, trying, look, tryOther) {
  const text = trying.values[field.name] ?? "";
  const id = `value-${field.name}`;
  const type = (/** @type {Event} */ event) => {
    const typed = /** @type {HTMLInputElement} */ (event.target).value;
    const origins = { ...trying.origins, [field.name]: /** @type {const} */ ("typed") };
    tryOther(Object.freeze({ ...trying, values: { ...trying.values, [field.name]: typed }, origins }));
  };
  return html`<div class="field">
    <label class="label" for=${id}>${field.label} ${field.choices.length ? nothing : html`<em class="num">${t("values.length", { length: [...text].length, longest: field.longest })}</em>`}</label>
    ${field.choices.length
      ? html`<select class="input" id=${id} aria-describedby="${id}-from" @change=${type}>
          <option value="" ?selected=${!text}></option>
          ${[...new Set([...field.choices, ...(text ? [text] : [])])].map((choice) => html`<option ?selected=${choice === text}>${choice}</option>`)}</select>`
      : html`<input class="input" id=${id} dir="auto" autocomplete="off" aria-describedby="${id}-from" .value=${live(text)} @input=${type}>`}
    <p class="from" id="${id}-from">${origin(field, trying)}</p>
    ${judged(field, look)}</div>`;
}

/** Where a value came from. @param {import("../core/trying.js").Field} field @param {Trying} trying */
function origin(field, trying) {
  const from = trying.origins[field.name] ?? "sample";
  const column = from === "list" ? (trying.list?.mapping[field.name] ?? "") : "";
  const here = from === "list" ? t("values.here.list", { column }) : t(`values.here.${from}`);
  return isOfContacts(field)
    ? html`${icon("braces")}<span>${t("values.filled")} ${here}</span>`
    : html`${icon("lock")}<span>${t("values.sealed")} ${here}</span>`;
}

/** What became of a value, if it is not shown as it is. @param {import("../core/trying.js").Field} field @param {Look | null} look */
function judged(field, look) {
  const shown = look?.fields[field.name];
  if (!shown) return nothing;
  if (shown.from.endsWith("fallback")) {
    const reason = shown.flags[0] ? t(`flag.${shown.flags[0]}`) : "";
    const what = shown.text ? t("values.fallback", { text: shown.text }) : t("values.without");
    return html`<p class="from warned">${icon("warn")}<span>${reason} ${what}</span></p>`;
  }
  return shown.flags.includes("cleaned") ? html`<p class="from"><span>${t("values.cleaned", { text: shown.text })}</span></p>` : nothing;
}

