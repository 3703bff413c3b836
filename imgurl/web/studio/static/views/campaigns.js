/** Watch it live: what was counted of campaigns, by day; stop and start. Never a name. */
import { icon } from "../core/icons.js";
import { closeDialog, openDialog, save, say } from "../core/page.js";
import { setQuery } from "../core/router.js";
import { call, isAbort } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { number, percent, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { plot, spark } from "./campaigns_plot.js";
import { closeButton } from "./frame.js";
import { bones, failure } from "./states.js";

/**
 * @typedef {object} Counts
 * @property {number} served
 * @property {number} unresolved
 * @property {number} cut
 * @property {number} charset
 * @property {number} folded
 * @property {number} default
 * @property {Record<string, number>} fallbacks
 *
 * @typedef {Counts & {day: string, design_id: string, via: string}} Day
 *
 * @typedef {object} Stats
 * @property {string} campaign
 * @property {string} from
 * @property {string} to
 * @property {Counts} total
 * @property {Record<string, Counts>} via
 * @property {Day[]} days
 *
 * @typedef {object} Listed
 * @property {string} campaign
 * @property {number | null} stopped
 * @property {number} served
 * @property {string | null} last_day
 *
 * @typedef {object} Page
 * @property {readonly Listed[] | null} campaigns
 * @property {Readonly<Record<string, Stats>>} stats
 * @property {string} busy the campaign that is being stopped or started
 * @property {string} problem
 */

const SPANS = [10, 30, 90];

/** Programs that fetch pictures before anybody opens a mail. */
const AHEAD = ["apple", "gmail", "yahoo"];

/** @type {Pages<Page> | null} */
let page = null;

/** @type {import("./view.js").View} */
export default {
  title: () => t("nav.campaigns"),
  open() {
    page = new Pages(/** @type {Page} */ ({ campaigns: null, stats: {}, busy: "", problem: "" }));
    load(page);
    return page;
  },
  draw: ({ page, route }) => draw(page, route.query),
};

/** @param {Pages<Page>} page */
async function load(page) {
  try {
    const found = await call("GET", "/campaigns?limit=50", { signal: page.signal });
    page.set({ campaigns: [...found.campaigns].sort((a, b) => (b.last_day ?? "").localeCompare(a.last_day ?? "") || b.served - a.served) });
    await askStats(page);
  } catch (error) {
    complain(page, error);
  }
}

/** @param {Pages<Page>} page @param {unknown} error */
function complain(page, error) {
  if (!isAbort(error)) page.set({ problem: error instanceof Error ? error.message : "" });
}

/** @param {Pages<Page>} page */
async function askStats(page) {
  const days = Number(state().route.query.days ?? 10);
  const from = new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  await Promise.all((page.now.campaigns ?? []).map(async ({ campaign }) => {
    const stats = await call("GET", `/campaigns/${encodeURIComponent(campaign)}/stats?from=${from}`, { signal: page.signal });
    page.set({ stats: { ...page.now.stats, [campaign]: stats } });
  }));
}

/** @param {Page} page @param {Readonly<Record<string, string>>} query */
function draw(page, query) {
  const chosen = page.campaigns?.find((one) => one.campaign === query.campaign) ?? page.campaigns?.[0];
  return html`<main class="page" id="main" tabindex="-1">
    <div class="head"><div class="grow"><h1>${t("nav.campaigns")}</h1><p>${t("campaigns.text")}</p></div>
      <div class="acts"><select class="input" aria-label=${t("campaigns.span")} @change=${span}>${SPANS.map((days) => html`<option value=${days} ?selected=${days === Number(query.days ?? 10)}>${t("campaigns.days", { count: days })}</option>`)}</select></div></div>
    ${page.problem ? failure(page.problem) : nothing}
    ${page.campaigns === null ? (page.problem ? nothing : bones(2)) : chosen ? [detail(page, chosen), table(page, page.campaigns)] : empty()}
  </main>`;
}

/** @param {Event} event */
function span(event) {
  const days = /** @type {HTMLSelectElement} */ (event.target).value;
  setQuery({ days: days === "10" ? null : days });
  if (page) askStats(page).catch((error) => page && complain(page, error));
}

const empty = () => html`<section class="card"><div class="void"><h2 class="big">${t("campaigns.none")}</h2><p>${t("campaigns.none.text")}</p>
  <div class="acts"><a class="btn go" href="/studio">${t("campaigns.begin")}</a></div></div></section>`;

/** Pictures whose every value was a recipient's own. @param {Counts} counts */
const fallen = (counts) => Math.max(0, ...Object.values(counts.fallbacks), counts.default);

/** @param {Counts} counts */
const personal = (counts) => counts.served - fallen(counts);

/** @param {Page} page @param {Listed} one */
function detail(page, one) {
  const stats = page.stats[one.campaign];
  return html`<section class="card" aria-label=${one.campaign}><header><h2 class="grow">${one.campaign} <span class="quiet">${[...new Set(stats?.days.map((day) => day.design_id))].join(", ")}</span></h2>
      ${stats ? html`<button class="btn sm" @click=${() => exported(stats)}>${icon("download", "s")}${t("campaigns.export")}</button>` : nothing}${stopButton(page, one)}</header>
    ${stats ? [figures(stats.total), html`<div class="pad"><div class="wide-on-phone" tabindex="0" role="region" aria-label=${t("campaigns.byday")}>${plot(byDay(stats))}</div>${legend(stats)}</div>`, days(stats)] : bones(1)}
  </section>`;
}

/** @param {Counts} total */
function figures(total) {
  const share = (/** @type {number} */ count) => (total.served ? percent(count / total.served) : percent(0));
  const fields = Object.entries(total.fallbacks).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name, count]) => `${name} ${share(count)}`).join(", ");
  const repaired = total.cut + total.charset + total.folded;
  return html`<dl class="stat">
    <div><dt>${t("campaigns.shown")}</dt><dd>${number(total.served)}</dd></div>
    <div><dt>${t("campaigns.personal")}</dt><dd>${share(personal(total))}</dd></div>
    <div><dt>${t("campaigns.fallback")}</dt><dd>${share(fallen(total))} <small>${fields}</small></dd></div>
    <div><dt>${t("campaigns.unresolved")}</dt><dd>${number(total.unresolved)} <small>${total.unresolved ? t("campaigns.tests") : ""}</small></dd></div>
    <div><dt>${t("campaigns.repaired")}</dt><dd>${number(repaired)} <small>${repaired ? t("campaigns.repaired.what") : ""}</small></dd></div></dl>`;
}

/** The days of a span, each with its sums. @param {Stats} stats */
function byDay(stats) {
  const sums = new Map();
  for (let day = new Date(stats.from); day <= new Date(stats.to); day.setUTCDate(day.getUTCDate() + 1)) sums.set(day.toISOString().slice(0, 10), { personal: 0, fallback: 0 });
  for (const day of stats.days) {
    const sum = sums.get(day.day);
    if (sum) sums.set(day.day, { personal: sum.personal + personal(day), fallback: sum.fallback + fallen(day) });
  }
  return [...sums].map(([day, sum]) => ({ day, ...sum }));
}

/** @param {Stats} stats */
function legend(stats) {
  const ahead = AHEAD.reduce((sum, via) => sum + (stats.via[via]?.served ?? 0), 0);
  return html`<div class="legend"><span><i class="dot good"></i>${t("campaigns.personal")}</span><span><i class="dot warn"></i>${t("campaigns.fallback")}</span><span>${t("campaigns.ahead", { count: ahead })}</span></div>`;
}

/** The same as a table, for whoever does not see the plot. @param {Stats} stats */
const days = (stats) => html`<details class="pad days"><summary>${t("campaigns.table")}</summary><div class="tablewrap"><table><thead><tr><th>${t("campaigns.day")}</th><th class="r">${t("campaigns.shown")}</th><th class="r">${t("campaigns.personal")}</th><th class="r">${t("campaigns.fallback")}</th></tr></thead>
  <tbody>${byDay(stats).map((one) => html`<tr><td>${one.day}</td><td class="r">${number(one.personal + one.fallback)}</td><td class="r">${number(one.personal)}</td><td class="r">${number(one.fallback)}</td></tr>`)}</tbody></table></div></details>`;

/** @param {Page} page @param {readonly Listed[]} campaigns */
const table = (page, campaigns) => html`<section class="card mt24 wide-on-phone" tabindex="0" aria-label=${t("campaigns.all")}><table><thead><tr><th>${t("embed.campaign")}</th><th class="r">${t("campaigns.shown")}</th><th class="r">${t("campaigns.personal")}</th><th class="r">${t("campaigns.fallback")}</th><th class="r">${t("campaigns.unresolved")}</th><th>${t("campaigns.byday")}</th><th>${t("campaigns.state")}</th><th><span class="hidden">${t("campaigns.action")}</span></th></tr></thead>
  <tbody>${campaigns.map((one) => row(page, one))}</tbody></table></section>`;

/** @param {Page} page @param {Listed} one */
function row(page, one) {
  const stats = page.stats[one.campaign];
  const total = stats?.total;
  const share = (/** @type {number} */ count) => (total?.served ? percent(count / total.served) : "");
  return html`<tr><td><a class="link" href="/studio/campaigns?campaign=${one.campaign}" @click=${(/** @type {Event} */ event) => (event.preventDefault(), setQuery({ campaign: one.campaign }))}>${one.campaign}</a><br><span class="small quiet">${[...new Set(stats?.days.map((day) => day.design_id))].join(", ")}</span></td>
    <td class="r">${total ? number(total.served) : ""}</td><td class="r">${total ? share(personal(total)) : ""}</td><td class="r">${total ? share(fallen(total)) : ""}</td><td class="r">${total ? share(total.unresolved) : ""}</td>
    <td>${stats ? spark(byDay(stats).map((day) => day.personal + day.fallback)) : nothing}</td>
    <td>${one.stopped !== null ? html`<span class="chip bad">${t("campaigns.stopped")}</span>` : total && total.unresolved > total.served * 0.01 ? html`<span class="chip warn">${t("campaigns.tag")}</span>` : html`<span class="chip good">${t("campaigns.running")}</span>`}</td>
    <td class="r">${stopButton(page, one)}</td></tr>`;
}

/** @param {Page} page @param {Listed} one */
function stopButton(page, one) {
  const isStopped = one.stopped !== null;
  const mayNot = !state().session?.scopes.includes("campaigns") || state().session?.designs !== null || state().session?.is_test;
  return html`<button class="btn sm" ?disabled=${page.busy === one.campaign || mayNot} title=${mayNot ? t("campaigns.maynot") : ""} aria-label=${t(isStopped ? "campaigns.start.of" : "campaigns.stop.of", { campaign: one.campaign })}
    @click=${() => (isStopped ? change(one, false) : openDialog(ask(one)))}>${icon(isStopped ? "play" : "pause", "s")}${t(isStopped ? "campaigns.start" : "campaigns.stop")}</button>`;
}

/** @param {Listed} one */
const ask = (one) => html`<header><h2 id="dialog-title" class="grow">${t("campaigns.stop.ask", { campaign: one.campaign })}</h2>${closeButton()}</header>
  <div class="pad"><p>${t("campaigns.stop.text")}</p><div class="acts mt16"><button class="btn" @click=${closeDialog}>${t("campaigns.stop.not")}</button><button class="btn go" @click=${() => change(one, true)}>${t("campaigns.stop.do")}</button></div></div>`;

/** @param {Listed} one @param {boolean} stopped */
async function change(one, stopped) {
  closeDialog();
  if (!page) return;
  const opened = page;
  opened.set({ busy: one.campaign });
  try {
    const now = await call("POST", `/campaigns/${encodeURIComponent(one.campaign)}`, { body: { stopped } });
    opened.set({ campaigns: (opened.now.campaigns ?? []).map((other) => (other.campaign === one.campaign ? { ...other, stopped: now.stopped } : other)) });
    say(t(stopped ? "campaigns.stopped" : "campaigns.running"));
  } catch (error) {
    complain(opened, error);
  } finally {
    opened.set({ busy: "" });
  }
}

/** @param {Stats} stats */
function exported(stats) {
  const lines = stats.days.map((day) => [day.day, day.design_id, day.via, day.served, personal(day), fallen(day), day.unresolved].join(","));
  save(new Blob([["day,design,via,shown,personal,fallback,tag_not_filled", ...lines].join("\n") + "\n"], { type: "text/csv" }), `${stats.campaign}.csv`);
}
