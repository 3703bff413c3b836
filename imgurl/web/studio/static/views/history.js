/** The versions of a design as pictures: who, when, what; two of them compared; back to one of them. */
import { icon } from "../core/icons.js";
import { closeDialog, openDialog, say } from "../core/page.js";
import { go, setQuery } from "../core/router.js";
import { API, ServerError, call, isAbort } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { ago, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { closeButton } from "./frame.js";
import { inWords, propertyWord, subject } from "../edit/changed.js";

/**
 * @typedef {import("../edit/changed.js").Changed} Changed
 * @typedef {{number: number, version: string, revision: string, saved: number, by: string, origin: string, detail: string, changes: Changed[], is_kept: boolean}} Version
 * @typedef {object} HistoryState
 * @property {{title: string} | null} design
 * @property {string | null} saved
 * @property {string} id
 * @property {string} revision
 * @property {string} whyNot
 * @property {Version[] | null} versions
 * @property {Changed[] | null} changes between the two that are compared
 * @property {"side" | "slider" | "difference"} how
 * @property {number} share of the slider
 * @property {boolean} isBusy
 * @property {string | null} trouble
 */

/** @type {Pages<HistoryState> | null} */
let pages = null;
const here = () => /** @type {Pages<HistoryState>} */ (pages);

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => page?.design?.title ?? route.params.design ?? "",
  frame: "design",
  open(route) {
    pages = new Pages(/** @type {HistoryState} */ ({ design: null, saved: null, id: route.params.design ?? "", revision: "", whyNot: "", versions: null, changes: null, how: "side", share: 50, isBusy: false, trouble: null }));
    load(route.query);
    return pages;
  },
  next: ({ page, route }) => buttons(page, route.query),
  draw: ({ page, route }) => draw(page, route.query),
};

/** @param {string} rest */
const path = (rest) => `/designs/${encodeURIComponent(here().now.id)}/${rest}`;

/** @param {Readonly<Record<string, string>>} query */
async function load(query) {
  const page = here();
  try {
    const [found, design] = await Promise.all([call("GET", path("history"), { signal: page.signal }), call("GET", `/designs/${encodeURIComponent(page.now.id)}`, { signal: page.signal }).catch(() => null)]);
    const [newest] = found.versions;
    page.set({ versions: found.versions, revision: found.revision, whyNot: found.why_not, design, saved: newest ? t("history.saved", { number: newest.number, ago: ago(newest.saved) }) : "" });
    compare(query);
  } catch (error) {
    if (!isAbort(error)) page.set({ trouble: error instanceof ServerError ? error.message : t("failed") });
  }
}

/** The two versions that are shown: that of the address, and the newest. @param {HistoryState} page @param {Readonly<Record<string, string>>} query */
function pair(page, query) {
  const versions = page.versions ?? [];
  const [newest, before] = versions;
  const old = versions.find((one) => String(one.number) === query.version && one !== newest) ?? before ?? newest;
  return { old, newest };
}

/** @param {Readonly<Record<string, string>>} query */
async function compare(query) {
  const page = here();
  const { old, newest } = pair(page.now, query);
  page.set({ changes: null });
  if (!old?.is_kept || !newest?.is_kept || old === newest) return;
  const found = await call("GET", path(`history/${old.number}/changes/${newest.number}`), { signal: page.signal }).catch(() => null);
  if (found) page.set({ changes: found.changes });
}

/** @param {number} number */
function choose(number) {
  setQuery({ version: String(number) });
  compare({ version: String(number) });
}

/** @param {HistoryState} page @param {Readonly<Record<string, string>>} query */
function buttons(page, query) {
  const { old, newest } = pair(page, query);
  if (!old || !newest) return null;
  const why = page.whyNot ? t(`edit.why.${page.whyNot}`) : "";
  return html`<button class="btn" ?disabled=${Boolean(why)} title=${why || nothing} @click=${() => openDialog(copyDialog(old))}>${t("history.copy", { number: old.number })}</button>
    <button class="btn go" ?disabled=${Boolean(why) || old === newest || !old.is_kept || page.isBusy} title=${why || nothing} @click=${() => back(old)}>${t("history.return", { number: old.number })}</button>`;
}

/** @param {Version} old */
async function back(old) {
  const page = here();
  page.set({ isBusy: true });
  try {
    const made = await call("POST", path(`history/${old.number}/return`), { body: { revision: page.now.revision } });
    say(t("history.returned", { number: old.number, now: made.number }));
    setQuery({ version: null });
    await load({});
  } catch (error) {
    const sentence = error instanceof ServerError && error.message ? error.message : t("failed");
    page.set({ trouble: sentence });
    say(sentence, "assertive");
  }
  page.set({ isBusy: false });
}

/** @param {Version} old */
const copyDialog = (old) => html`<form @submit=${(/** @type {SubmitEvent} */ event) => copy(event, old)}><header><h2 id="dialog-title" class="grow">${t("history.copy", { number: old.number })}</h2>${closeButton()}</header>
  <div class="pad form"><label class="field"><span>${t("edit.title")}</span><input class="input" name="title" required maxlength="120" .value=${t("edit.copy.title", { title: here().now.design?.title ?? here().now.id })}></label>
  <div class="acts"><span class="grow"></span><button class="btn go">${t("history.copy.do")}</button></div></div></form>`;

/** @param {SubmitEvent} event @param {Version} old */
async function copy(event, old) {
  event.preventDefault();
  const title = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("title"));
  closeDialog();
  try {
    const made = await call("POST", path("copy"), { body: { title, number: old.number } });
    await go(`/studio/designs/${made.design_id}/edit`);
  } catch (error) {
    here().set({ trouble: error instanceof ServerError && error.message ? error.message : t("failed") });
  }
}

/** @param {Version} one */
const address = (one, width = 1_200) => `${API}${path(`history/${one.number}/picture?width=${width}`)}`;

/** @param {HistoryState} page @param {Readonly<Record<string, string>>} query */
function draw(page, query) {
  const { old, newest } = pair(page, query);
  return html`<main class="hist" id="main" tabindex="-1"><aside class="versions" aria-label=${t("history.versions")}><ul>
      ${(page.versions ?? []).map((one) => html`<li><button class="ver ${one === newest ? "on" : ""} ${one === old && old !== newest ? "cmp" : ""}" aria-pressed=${one === old || one === newest} @click=${() => choose(one.number)}>
        ${one.is_kept ? html`<img src=${address(one, 224)} width="224" height="118" alt="" loading="lazy">` : html`<div class="bone"></div>`}
        <span><b class="strong">${t("history.version", { number: one.number })}</b> ${one === newest ? html`<span class="chip">${t("history.now")}</span>` : nothing}<br>
        <span class="small quiet">${who(one)}</span><br><span class="small">${one.is_kept ? what(one) : t("history.gone")}</span></span></button></li>`)}
    </ul></aside><div class="stage">${page.trouble ? html`<p class="note bad" role="alert">${icon("warn")}${page.trouble}</p>` : nothing}${old && newest ? compared(page, old, newest) : nothing}</div></main>`;
}

/** @param {Version} one */
const who = (one) => [nameOf(one.by), ago(one.saved)].join(", ");

/** Keys of one-time links have no name of anybody's. @param {string} by */
const nameOf = (by) => (by === state().session?.name ? t("history.you") : by.startsWith("studio-") ? t("history.link") : by || t("history.nobody"));

/** What a version was made for, in a few words. @param {Version} one */
function what(one) {
  if (one.origin) return t(`history.origin.${one.origin}`, { detail: one.detail });
  if (!one.changes.length) return t("history.first");
  const parts = [...new Set(one.changes.map(subject))];
  const [only] = one.changes;
  if (one.changes.length === 1 && only) return inWords(only);
  const named = parts.slice(0, 3).join(", ");
  return t("history.changes", { parts: named + (parts.length > 3 ? " …" : ""), count: one.changes.length });
}

const WAYS = /** @type {const} */ (["side", "slider", "difference"]);

/** @param {HistoryState} page @param {Version} old @param {Version} newest */
function compared(page, old, newest) {
  const alone = old === newest;
  return html`<div class="controls flat"><h2 class="grow">${alone ? t("history.version", { number: newest.number }) : t("history.both", { old: old.number, now: newest.number })} <span class="quiet">${t("history.sample")}</span></h2>
      ${alone ? nothing : html`<div class="seg" role="group" aria-label=${t("history.compare")}>${WAYS.map((way) => html`<button aria-pressed=${page.how === way} @click=${() => here().set({ how: way })}>${t(`history.how.${way}`)}</button>`)}</div>`}</div>
    ${alone ? html`<div class="pair"><figure>${picture(newest)}</figure></div>` : page.how === "side" ? html`<div class="pair">${figure(old)}${figure(newest)}</div>` : over(page, old, newest)}
    ${alone ? nothing : html`<section class="card mt24"><header><h2 class="grow">${t("history.changed")}</h2></header>${table(page, old, newest)}</section>`}
    <div class="note mt16">${icon("lock")}<p><b>${t("history.keep")}</b> ${t("history.keep.how")}</p></div>`;
}

/** @param {Version} one */
const picture = (one) => one.is_kept ? html`<img src=${address(one)} width="1200" height="630" alt=${t("history.version", { number: one.number })}>` : html`<p class="note">${t("history.gone")}</p>`;

/** @param {Version} one */
const figure = (one) => html`<figure>${picture(one)}<figcaption><b class="strong">${t("history.version", { number: one.number })}</b> <span class="quiet">${who(one)}</span></figcaption></figure>`;

/** Both on each other: what differs is light, or one is seen up to the slider. @param {HistoryState} page @param {Version} old @param {Version} newest */
function over(page, old, newest) {
  const isSlider = page.how === "slider";
  return html`<figure class="both ${page.how}">${picture(newest)}<div class="upper" .style=${isSlider ? `clip-path: inset(0 ${100 - page.share}% 0 0)` : ""}>${picture(old)}</div>
    ${isSlider ? html`<input type="range" min="0" max="100" .value=${String(page.share)} aria-label=${t("history.slider", { old: old.number, now: newest.number })} @input=${(/** @type {Event} */ event) => here().set({ share: Number(/** @type {HTMLInputElement} */ (event.target).value) })}>` : nothing}
    <figcaption class="small quiet">${t(`history.how.${page.how}.what`, { old: old.number, now: newest.number })}</figcaption></figure>`;
}

/** @param {HistoryState} page @param {Version} old @param {Version} newest */
function table(page, old, newest) {
  if (page.changes === null) return html`<p class="pad quiet">${t("history.comparing")}</p>`;
  if (!page.changes.length) return html`<p class="pad quiet">${t("history.same")}</p>`;
  const [before, after] = [old, newest].map((one) => t("history.version", { number: one.number }));
  return html`<table class="stack"><thead><tr><th>${t("history.layer")}</th><th>${t("history.property")}</th><th>${before}</th><th>${after}</th></tr></thead>
    <tbody>${page.changes.map((one) => html`<tr><td class="strong">${subject(one)}</td><td data-label=${t("history.property")}>${propertyWord(one)}</td><td data-label=${before}><bdi>${shown(one.before)}</bdi></td><td data-label=${after}><bdi>${shown(one.after)}</bdi></td></tr>`)}</tbody></table>`;
}

/** @param {any} value */
function shown(value) {
  if (value === null || value === undefined) return t("history.none");
  if (Array.isArray(value)) return value.map((one) => (typeof one === "object" ? JSON.stringify(one) : one)).join(", ").slice(0, 120);
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 120);
}
