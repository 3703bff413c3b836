/** Answer a complaint: what a recipient saw, and why, from a link or the source of a mail. */
import { icon } from "../core/icons.js";
import { Addresses } from "../core/pictures.js";
import { call, isAbort } from "../core/server.js";
import { Pages, state, together } from "../core/store.js";
import { number, percent, rich, t, value, weight } from "../core/words.js";
import { html, live, nothing } from "../vendor/lit.js";
import { bones, failure } from "./states.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string | null} sent
 * @property {boolean} is_open
 * @property {boolean} is_name
 * @property {string} text
 * @property {string} origin
 * @property {string[]} flags
 *
 * @typedef {object} Link
 * @property {string} url
 * @property {number} status
 * @property {string} outcome
 * @property {string} reason
 * @property {string[]} notes
 * @property {string[]} warnings
 * @property {string | null} design
 * @property {string | null} title
 * @property {string | null} key
 * @property {string | null} campaign
 * @property {string | null} platform
 * @property {number | null} max_age
 * @property {string} alt
 * @property {Field[]} fields
 * @property {{kind: string, text: string}[]} pieces
 * @property {string | null} image
 * @property {string} media_type
 * @property {number} width
 * @property {number} height
 * @property {number} weight
 * @property {string} format
 *
 * @typedef {object} Page
 * @property {string} source
 * @property {boolean} isAsking
 * @property {readonly Link[] | null} links
 * @property {readonly string[]} urls of their pictures, "" for none
 * @property {number} others
 * @property {number} chosen
 * @property {Readonly<Record<string, {share: number, label: string}>>} usual by link: how many of its campaign lack the same
 * @property {string} problem
 */

/** @type {Pages<Page> | null} */
let page = null;
let addresses = new Addresses();

/** @type {import("./view.js").View} */
export default {
  title: () => t("nav.explain"),
  open() {
    page = new Pages(/** @type {Page} */ ({ source: "", isAsking: false, links: null, urls: [], others: 0, chosen: 0, usual: {}, problem: "" }));
    addresses = new Addresses();
    return together(page, addresses);
  },
  draw: ({ page }) => draw(page),
};

/** @param {Blob} source */
async function explain(source) {
  if (!page) return;
  const opened = page;
  opened.set({ isAsking: true, problem: "" });
  try {
    const body = new Blob([source], { type: "application/octet-stream" });
    const found = await call("POST", "/letters", { body, signal: opened.signal });
    const urls = await Promise.all(found.links.map((/** @type {Link} */ link, /** @type {number} */ place) =>
      link.image === null ? "" : addresses.put(String(place), { image: link.image, media_type: link.media_type })));
    opened.set({ links: found.links, others: found.others, urls, chosen: 0, usual: {} });
    await compare(opened, found.links);
  } catch (error) {
    if (!isAbort(error)) opened.set({ problem: error instanceof Error ? error.message : "" });
  } finally {
    opened.set({ isAsking: false });
  }
}

/** How usual what is missing is in the campaign. @param {Pages<Page>} page @param {readonly Link[]} links */
async function compare(page, links) {
  if (!state().session?.scopes.includes("campaigns")) return;
  if (!links.some((link) => link.campaign)) return;
  const counted = new Set((await call("GET", "/campaigns?limit=100", { signal: page.signal })).campaigns.map((/** @type {{campaign: string}} */ one) => one.campaign));
  for (const link of links) {
    const missing = link.fields.find((field) => field.is_open && isFallback(field));
    if (!link.campaign || !missing || !counted.has(link.campaign)) continue;
    const stats = await call("GET", `/campaigns/${link.campaign}/stats`, { signal: page.signal }).catch(() => null);
    if (stats?.total.served) {
      const share = (stats.total.fallbacks[missing.name] ?? 0) / stats.total.served;
      page.set({ usual: { ...page.now.usual, [link.url]: { share, label: missing.label } } });
    }
  }
}

/** @param {Field} field */
const isFallback = (field) => field.origin.endsWith("fallback");

/** @param {Page} page */
function draw(page) {
  return html`<main class="page" id="main" tabindex="-1">
    <div class="head"><div class="grow"><h1>${t("nav.explain")}</h1><p>${t("explain.text")}</p></div></div>
    <form class="card pad" @submit=${submit}>
      <label class="hidden" for="source">${t("explain.source")}</label>
      <textarea class="input mono" id="source" name="source" rows="3" spellcheck="false" placeholder="https://…" .value=${live(page.source)} @input=${(/** @type {Event} */ event) => page_({ source: /** @type {HTMLTextAreaElement} */ (event.target).value })}></textarea>
      <div class="acts mt8"><button class="btn go sm" ?disabled=${!page.source.trim()}>${t("explain.do")}</button>
        <label class="btn sm">${icon("upload", "s")}${t("explain.file")}<input class="hidden" type="file" accept=".eml,.html,.htm,.txt,message/rfc822" @change=${file}></label>
        <span class="grow"></span>${page.links ? html`<span class="hint" role="status">${t("explain.found", { count: page.links.length })}${page.others ? ` ${t("explain.others", { count: page.others })}` : ""}</span>` : nothing}</div>
    </form>
    ${page.problem ? html`<div class="mt16">${failure(page.problem)}</div>` : nothing}
    ${page.isAsking && !page.links ? html`<div class="mt24">${bones(2)}</div>` : nothing}
    ${page.links ? results(page, page.links) : nothing}
  </main>`;
}

/** @param {Partial<Page>} patch */
const page_ = (patch) => page?.set(patch);

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  if (page) explain(new Blob([page.now.source]));
}

/** @param {Event} event */
function file(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const chosen = input.files?.[0];
  input.value = "";
  if (chosen) explain(chosen);
}

/** @param {Page} page @param {readonly Link[]} links */
function results(page, links) {
  const link = links[page.chosen];
  if (!link) return html`<div class="card mt24"><div class="void"><h2 class="big">${t("explain.none")}</h2><p>${t("explain.none.text")}</p></div></div>`;
  return html`<div class="ex mt24">
    <ul class="list" aria-label=${t("explain.images")}>${links.map((one, place) => html`<li><button class="hit ${place === page.chosen ? "on" : ""}" aria-pressed=${place === page.chosen} @click=${() => page_({ chosen: place })}>
      ${page.urls[place] ? html`<img src=${page.urls[place]} width="92" height="48" alt="">` : html`<span class="gone">${icon("close")}</span>`}
      <span><b class="strong">${one.title ?? one.design ?? t("explain.unknown")}</b><br><span class="small quiet">${t(`outcome.${one.outcome}`)}</span></span></button></li>`)}</ul>
    ${article(page, link)}</div>`;
}

/** @param {Link} link */
const tone = (link) => (link.status !== 200 || link.outcome === "refused" ? "bad" : link.outcome === "ok" ? "good" : "warn");

/** @param {Page} page @param {Link} link */
function article(page, link) {
  const kind = tone(link);
  const url = page.urls[page.chosen];
  const usual = page.usual[link.url];
  const fallbacks = link.fields.filter(isFallback).length;
  return html`<article class="card"><div class="verdict"><span class="badge ${kind}">${icon(kind === "bad" ? "close" : kind === "good" ? "check" : "warn")}</span>
      <div class="grow"><h2>${verdict(link)}</h2><p class="quiet">${second(link)}</p></div>
      ${fallbacks ? html`<span class="chip warn">${t("explain.fallbacks", { count: fallbacks })}</span>` : nothing}</div>
    ${link.fields.length ? html`<div class="duo">
      ${url ? html`<figure><img src=${url} width=${link.width} height=${link.height} alt=${link.alt}><figcaption class="hint">${number(link.width, { useGrouping: false })} × ${number(link.height, { useGrouping: false })}, ${link.format.toUpperCase().replace("JPG", "JPEG")}, ${weight(link.weight)}</figcaption></figure>` : html`<div></div>`}
      <div><table class="stack"><thead><tr><th>${t("embed.field")}</th><th>${t("explain.sent")}</th><th>${t("explain.drawn")}</th><th>${t("explain.why")}</th></tr></thead>
        <tbody>${link.fields.map(row)}</tbody></table></div></div>` : nothing}
    ${link.notes.length || link.warnings.length ? html`<div class="pad"><ul class="bullets" lang="en">${[...link.notes, ...link.warnings].map((sentence) => html`<li>${sentence}</li>`)}</ul></div>` : nothing}
    <div class="pad"><h3 class="mb8">${t("explain.pieces")}</h3>
      <p class="anatomy">${link.pieces.map(piece)}</p>
      <div class="legend"><span><i></i>${t("explain.sealed")}</span>${link.key ? html`<span><i class="g"></i>${t(kind === "bad" ? "explain.signature.bad" : "explain.signature", { key: link.key })}</span>` : nothing}${link.pieces.some((one) => one.kind === "open") ? html`<span><i class="o"></i>${t("explain.open", { platform: link.platform ?? t("explain.someone") })}</span>` : nothing}</div></div>
    ${usual ? html`<div class="pad"><div class="note">${icon("help")}<p><b>${t("explain.usual", { share: percent(usual.share), field: usual.label })}</b> <a class="link" href="/studio/campaigns?campaign=${link.campaign}">${t("explain.campaign")}</a></p></div></div>` : nothing}
  </article>`;
}

/** Who it was for. @param {Link} link */
const nameOf = (link) => link.fields.find((field) => field.is_name && field.text && !isFallback(field))?.text;

/** What is seen, in a sentence. @param {Link} link */
function verdict(link) {
  if (link.status !== 200) return t("explain.refused");
  const name = nameOf(link);
  const missing = link.fields.filter(isFallback).map((field) => field.label).join(", ");
  const tagged = link.fields.find((field) => field.flags.includes("unresolved"));
  if (tagged) return rich("explain.tag", { field: tagged.label, tag: value(tagged.sent ?? "") });
  if (link.outcome === "ok") return name ? rich("explain.seen", { name: value(name) }) : t("explain.seen.all");
  if (link.outcome === "fallback") return name ? rich("explain.fallback", { name: value(name), fields: missing }) : t("explain.fallback.all", { fields: missing });
  return t(`explain.outcome.${link.outcome}`);
}

/** @param {Link} link */
function second(link) {
  if (link.reason && !["ok", "fallback", "unresolved"].includes(link.outcome)) return html`<span lang="en">${link.reason}</span>`;
  const opened = link.fields.filter((field) => field.is_open);
  const filled = opened.filter((field) => !isFallback(field)).length;
  const who = opened.length ? t("explain.filled", { platform: link.platform ?? t("explain.someone"), filled, count: opened.length }) : t("explain.allsealed");
  return `${who} ${link.max_age === null ? t("explain.nokeep") : t("explain.keep", { hours: Math.max(1, Math.round(link.max_age / 3600)) })}`;
}

/** @param {Field} field */
function row(field) {
  const isSame = field.sent === field.text;
  return html`<tr><td class="strong">${field.label}</td>
    <td class=${field.sent ? "mono" : "faint"} data-label=${t("explain.sent")}>${field.sent ? value(field.sent) : t("explain.empty")}</td>
    <td class=${isSame || !field.text ? "faint" : ""} data-label=${t("explain.drawn")}>${!field.text ? t("explain.leftout") : isSame ? t("explain.same") : value(field.text)}</td>
    <td class="quiet" data-label=${t("explain.why")}>${why(field)}</td></tr>`;
}

/** @param {Field} field */
function why(field) {
  const flags = field.flags.map((flag) => t(`flag.${flag}`)).join(" ");
  if (isFallback(field)) return `${flags} ${t(field.origin === "url-fallback" ? "explain.from.url" : "explain.from.design")}`;
  if (field.sent !== null && field.sent !== field.text) return flags || t("explain.setright");
  return flags || t(field.is_open ? "explain.from.open" : "explain.from.sealed");
}

/** @param {{kind: string, text: string}} piece */
function piece({ kind, text }) {
  const shown = html`${text}<wbr>`;
  if (kind === "design" || kind === "sealed") return html`<b>${shown}</b>`;
  if (kind === "signature") return html`<span class="s">${shown}</span>`;
  return kind === "open" ? html`<span class="o">${shown}</span>` : shown;
}
