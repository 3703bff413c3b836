/** See it arrive: the picture in a mail, on a wide screen and a phone, light and dark, and with pictures blocked. */
import { icon } from "../core/icons.js";
import { Addresses } from "../core/pictures.js";
import { designAddress, setQuery } from "../core/router.js";
import { call, isAbort } from "../core/server.js";
import { Pages, state, together } from "../core/store.js";
import { askSheet, savedLine, tryingOf } from "../core/trying.js";
import { number, t } from "../core/words.js";
import { ROUTES } from "../routes.js";
import { html, nothing, ref } from "../vendor/lit.js";
import { bones, failure } from "./states.js";

/**
 * @typedef {import("../core/trying.js").Look} Look
 * @typedef {{id: string, label: string, values: Readonly<Record<string, string>>}} Recipient
 *
 * @typedef {object} Page
 * @property {import("../core/trying.js").Sheet | null} design
 * @property {string} saved
 * @property {readonly Recipient[]} recipients
 * @property {number} recipient
 * @property {Look | null} look
 * @property {string} url
 * @property {string} source of an own mail
 * @property {{ours: number, others: number} | null} found in it
 * @property {boolean} isBlockedOpen whether somebody has asked to see the blocked pictures
 * @property {string} problem
 */

/** CSS pixels across of a phone's mail, and of a wide one. */
const PHONE = 288;
const WIDE = 600;

/** Own mails, kept in this tab. */
let kept = "";

/** @type {Pages<Page> | null} */
let page = null;
let addresses = new Addresses();

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => t("mailbox.title", { design: page?.design?.title ?? route.params.design }),
  frame: "design",
  open(route) {
    page = new Pages(/** @type {Page} */ ({ design: null, saved: "", recipients: [], recipient: 0, look: null, url: "", source: kept, found: null, isBlockedOpen: false, problem: "" }));
    addresses = new Addresses();
    load(page, route.params.design ?? "");
    return together(page, addresses);
  },
  draw: ({ page, route }) => draw(page, route.query),
  next: ({ route }) =>
    ROUTES.some((entry) => entry.view === "preflight")
      ? html`<a class="btn" href=${designAddress(route.params.design ?? "", "preflight")}>${t("mailbox.next")} ${icon("next")}</a>`
      : html`<a class="btn" href="/studio/campaigns">${t("nav.campaigns")} ${icon("next")}</a>`,
};

/** @param {Pages<Page>} page @param {string} id */
async function load(page, id) {
  try {
    const design = await askSheet(id, page.signal);
    page.set({ design, saved: savedLine(design), recipients: recipientsOf(design) });
    await show(0);
    if (page.now.source) await look(page.now.source);
  } catch (error) {
    if (!isAbort(error)) page.set({ problem: error instanceof Error ? error.message : "" });
  }
}

/** Whoever is tried now, rows of the list that is loaded, and nobody. @param {import("../core/trying.js").Sheet} design */
function recipientsOf(design) {
  const trying = tryingOf(design);
  const label = (/** @type {Readonly<Record<string, string>>} */ values) =>
    design.fields.filter((field) => field.is_openable || field.type === "name").slice(0, 2).map((field) => values[field.name]).filter(Boolean).join(", ");
  const blank = Object.fromEntries(design.fields.map((field) => [field.name, field.is_openable ? "" : (trying.values[field.name] ?? "")]));
  const rows = (trying.list?.rows ?? []).slice(0, 20).map((row, number) => ({ id: `row-${number}`, label: label(row) || t("values.row", { row: number + 1 }), values: { ...trying.values, ...row } }));
  return [
    { id: "now", label: label(trying.values) || design.title, values: trying.values },
    ...rows,
    { id: "nobody", label: t("mailbox.nobody"), values: blank },
  ];
}

/** @param {number} recipient */
async function show(recipient) {
  const design = page?.now.design;
  const data = page?.now.recipients[recipient]?.values;
  if (!page || !design || !data) return;
  const opened = page;
  opened.set({ recipient });
  try {
    const found = await call("POST", `/designs/${design.design_id}/look`, { body: { data }, signal: opened.signal });
    opened.set({ look: found, url: await addresses.put("picture", found), problem: "" });
  } catch (error) {
    if (!isAbort(error)) opened.set({ problem: error instanceof Error ? error.message : "" });
  }
}

/** @param {Page} page @param {Readonly<Record<string, string>>} query */
function draw(page, query) {
  const { design, look } = page;
  if (!design || !look) return html`<main class="page" id="main" tabindex="-1">${page.problem ? failure(page.problem) : bones(3)}</main>`;
  const isOwn = query.mail === "own";
  const size = query.show ?? "";
  return html`<main id="main" tabindex="-1">
    <div class="controls">
      <div class="set"><span id="recipient">${t("mailbox.recipient")}</span><select class="input pick-one" aria-labelledby="recipient" @change=${(/** @type {Event} */ event) => show(Number(/** @type {HTMLSelectElement} */ (event.target).value))}>
        ${page.recipients.map((one, number) => html`<option value=${number} ?selected=${number === page.recipient}>${one.label}</option>`)}</select></div>
      <div class="set"><span>${t("mailbox.mail")}</span><div class="seg" role="group" aria-label=${t("mailbox.mail")}>
        <button aria-pressed=${!isOwn} @click=${() => setQuery({ mail: null })}>${t("mailbox.sample")}</button>
        <button aria-pressed=${isOwn} @click=${() => setQuery({ mail: "own" })}>${t("mailbox.own")}</button></div></div>
      <div class="set"><span>${t("mailbox.show")}</span><div class="seg" role="group" aria-label=${t("mailbox.show")}>
        ${[["", "", "mailbox.all"], ["wide", "screen", "mailbox.wide"], ["phone", "phone", "mailbox.phone"]].map(([name, symbol, word]) => html`<button aria-pressed=${size === name} @click=${() => setQuery({ show: name || null })}>${symbol ? icon(symbol, "s") : nothing}${t(word ?? "")}</button>`)}</div></div>
      <span class="grow"></span>
      ${isOwn ? nothing : chips(design, look)}
    </div>
    ${isOwn ? paste(page) : nothing}
    ${isOwn && !page.source ? nothing : html`<div class="inboxes ${size}">${boxes(page, look, size, isOwn)}</div>`}
  </main>`;
}

/** What is to be known of the picture in a mail. @param {import("../core/trying.js").Sheet} design @param {Look} look */
function chips(design, look) {
  const shown = (/** @type {number} */ size) => (size * PHONE) / design.width;
  const smallest = look.fits.reduce((least, fit) => (fit.size && shown(fit.size) < shown(least.size) ? fit : least), { size: Infinity, layer: "" });
  const isSmall = shown(smallest.size) < 11;
  return html`<span class="chip ${look.alt ? "good" : "warn"}">${icon(look.alt ? "check" : "warn")}${t(look.alt ? "mailbox.alt" : "mailbox.noalt")}</span>
    ${Number.isFinite(smallest.size) ? html`<span class="chip ${isSmall ? "warn" : "good"}">${icon(isSmall ? "warn" : "check")}${t(isSmall ? "mailbox.small" : "mailbox.readable", { layer: smallest.layer, size: number(Math.round(shown(smallest.size))) })}</span>` : nothing}`;
}

/** @param {Page} page @param {Look} look @param {string} size @param {boolean} isOwn */
function boxes(page, look, size, isOwn) {
  const draws = isOwn ? ownMail : sampleMail;
  const wide = size !== "phone";
  const phone = size !== "wide";
  return [
    wide ? box("screen", "mailbox.desktop", "light", draws(page, look, { isPhone: false, isDark: false, isBlocked: false })) : nothing,
    size === "wide" ? box("screen", "mailbox.desktop", "dark", draws(page, look, { isPhone: false, isDark: true, isBlocked: false })) : nothing,
    size === "phone" ? box("phone", "mailbox.phone", "light", draws(page, look, { isPhone: true, isDark: false, isBlocked: false })) : nothing,
    phone ? box("phone", "mailbox.phone", "dark", draws(page, look, { isPhone: true, isDark: true, isBlocked: false })) : nothing,
    phone ? box("blocked", "mailbox.phone", "blocked", draws(page, look, { isPhone: true, isDark: false, isBlocked: !page.isBlockedOpen })) : nothing,
  ];
}

/** @param {string} symbol @param {string} title @param {string} how @param {unknown} mail */
const box = (symbol, title, how, mail) => html`<figure><figcaption>${icon(symbol)}${t(title)} <span class="faint">${t(`mailbox.how.${how}`)}</span></figcaption>${mail}</figure>`;

/** @typedef {{isPhone: boolean, isDark: boolean, isBlocked: boolean}} How */

/** @param {How} how */
const mailClass = ({ isPhone, isDark }) => `mail ${isDark ? "night" : "light"} ${isPhone ? "phone" : ""}`;

/** @param {Page} page @param {boolean} isPhone */
const envelope = (page, isPhone) => html`${isPhone ? html`<div class="clock" aria-hidden="true"><span>9:41</span><span>82 %</span></div>` : nothing}
  <div class="env">${isPhone ? nothing : html`<p class="subject">${t("mailbox.subject", { design: page.design?.title ?? "" })}</p>`}
    <span class="av" aria-hidden="true">N</span><span class="strong">Northwind Traders</span><small>9:41</small><small>${t("mailbox.to")}</small></div>`;

/** @param {Page} page @param {Look} look @param {How} how */
function sampleMail(page, look, how) {
  const height = page.design?.height ?? 1;
  const width = page.design?.width ?? 1;
  const picture = how.isBlocked
    ? html`<svg class="ratio" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg><div class="blocked over">${icon("picture")}<span><bdi dir="auto">${look.alt}</bdi></span></div>`
    : html`<img class="full" src=${page.url} width=${look.width} height=${look.height} alt=${look.alt}>`;
  const copy = html`<div class="pic">${picture}</div><div class="copy"><p>${t("mailbox.hello")}</p><p>${t("mailbox.body")}</p><span class="cta">${t("mailbox.cta")}</span></div><p class="legal">${t("mailbox.legal")}</p>`;
  return html`<div class=${mailClass(how)}>${envelope(page, how.isPhone)} ${how.isBlocked ? hidden() : nothing}
    <div class="out">${how.isPhone ? copy : html`<div class="body ${width < WIDE ? "narrow" : ""}">${copy}</div>`}</div></div>`;
}

const hidden = () => html`<p class="shut"><span>${t("mailbox.hidden")}</span><button @click=${() => page?.set({ isBlockedOpen: true })}>${t("mailbox.open")}</button></p>`;

/** @param {Page} page @param {Look} _look @param {How} how */
function ownMail(page, _look, how) {
  const name = `mail-${how.isPhone ? "phone" : "wide"}-${how.isDark ? "dark" : "light"}-${how.isBlocked ? "blocked" : "open"}`;
  return html`<div class=${mailClass(how)}>${how.isBlocked ? hidden() : nothing}
    <iframe name=${name} sandbox title=${t("mailbox.frame")} ${ref((frame) => fill(frame, page, how.isBlocked))}></iframe></div>`;
}

/** @type {WeakMap<Element, string>} */
const filled = new WeakMap();

/**
 * Have the server answer with the mail into a frame: by a form, so that it is a response with a policy of its own, and
 * in no address.
 *
 * @param {Element | undefined} frame @param {Page} page @param {boolean} isBlocked
 */
function fill(frame, page, isBlocked) {
  if (!(frame instanceof HTMLIFrameElement)) return;
  const values = JSON.stringify(page.recipients[page.recipient]?.values ?? {});
  const content = `${frame.name} ${values} ${page.source}`;
  if (filled.get(frame) === content) return;
  filled.set(frame, content);
  queueMicrotask(() => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/studio/mail";
    form.target = frame.name;
    form.hidden = true;
    const fields = { token: state().session?.change_token ?? "", source: page.source, values, blocked: isBlocked ? "yes" : "no" };
    for (const [name, text] of Object.entries(fields)) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = text;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  });
}

/** @param {Page} page */
const paste = (page) => html`<div class="controls"><div class="grow"><label class="label" for="source">${t("mailbox.paste")}</label>
  <textarea class="input mono" id="source" rows="4" spellcheck="false" .value=${page.source} @change=${(/** @type {Event} */ event) => look(/** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
  <p class="hint">${page.found ? `${t("mailbox.found", { count: page.found.ours })} ${t("mailbox.others", { count: page.found.others })}` : t("mailbox.paste.hint")}</p></div></div>`;

/** @param {string} source */
async function look(source) {
  kept = source;
  page?.set({ source, found: null });
  if (!page || !source.trim()) return;
  const opened = page;
  try {
    const body = new Blob([source], { type: "application/octet-stream" });
    const found = await call("POST", "/letters", { body, signal: opened.signal });
    opened.set({ found: { ours: found.links.length, others: found.others } });
  } catch (error) {
    if (!isAbort(error)) opened.set({ problem: error instanceof Error ? error.message : "" });
  }
}
