/** The left half of Embed: where it is sent from, who fills what, how it is shown. */
import { icon } from "../core/icons.js";
import { closeDialog, openDialog } from "../core/page.js";
import { state } from "../core/store.js";
import { number, t, weight } from "../core/words.js";
import { html, live, nothing } from "../vendor/lit.js";
import { chosen, make, replan, reset } from "./embed.js";
import { closeButton } from "./frame.js";
import { publicAddress } from "./trap.js";

/** @typedef {import("./embed.js").Page} Page */

/** Those that most people send from. */
const FIRST = ["mailchimp", "klaviyo", "hubspot", "braze", "brevo", "sfmc", "customerio"];

/** @param {Page} page */
export function platforms(page) {
  const now = chosen(page);
  const first = FIRST.flatMap((id) => page.platforms.find((one) => one.id === id) ?? []);
  const seen = !now || first.includes(now) ? first : [...first.slice(0, -1), now];
  return html`<div class="block"><h2 id="platforms">${t("embed.where")}</h2>
    <div class="plats" role="radiogroup" aria-labelledby="platforms">
      ${seen.map((one) => html`<label class=${one === now ? "on" : ""}><input class="hidden" type="radio" name="platform" .checked=${live(one === now)} @change=${() => reset({ platform: one.id })}>${one.name}<span class="grow"></span>${one === now ? icon("check") : nothing}</label>`)}
      <button class="more" @click=${() => openDialog(all(page))}>${t("embed.more", { count: page.platforms.length - seen.length })}</button>
    </div></div>`;
}

/** @param {Page} page */
const all = (page) => html`<header><h2 id="dialog-title" class="grow">${t("embed.where")}</h2>${closeButton()}</header>
  <ul class="found pad">${[...page.platforms].sort((a, b) => a.name.localeCompare(b.name)).map((one) => html`<li><button class="btn plain wide" @click=${() => (closeDialog(), reset({ platform: one.id }))}>${one.name}</button></li>`)}</ul>`;

/** @param {Page} page @param {string} kind */
export function fillers(page, kind) {
  const platform = chosen(page)?.name ?? "";
  const canOpen = kind === "tag" || kind === "link";
  return html`<div class="block"><h2>${t("embed.who")} <small>${canOpen ? t("embed.who.text", { platform }) : t(`embed.who.${kind}`)}</small></h2>
    <div class="card"><table class="stack fillers">
      <thead><tr><th>${t("embed.field")}</th><th>${t("embed.by")}</th><th>${t("embed.theirs", { platform })}</th><th>${t("embed.missing")}</th></tr></thead>
      <tbody>${(page.design?.fields ?? []).map((field) => filler(page, field, platform))}</tbody></table></div></div>`;
}

/** @param {Page} page @param {import("../core/trying.js").Field} field @param {string} platform */
function filler(page, field, platform) {
  const plan = page.plans[field.name] ?? { is_open: false, theirs: "", text: "" };
  const problem = page.problems[`/fields/${field.name}`] ?? page.problems[`/fallbacks/${field.name}`] ?? page.problems[`/open/${field.name}`];
  const by = html`<td data-label=${t("embed.by")}><select class="input" aria-label=${t("embed.by.of", { field: field.label })} ?disabled=${!field.is_openable}
      @change=${(/** @type {Event} */ event) => choose(field, /** @type {HTMLSelectElement} */ (event.target).value === "platform")}>
      <option value="platform" ?selected=${plan.is_open}>${platform}</option><option value="you" ?selected=${!plan.is_open}>${t("embed.you")}</option></select></td>`;
  const warning = problem ? html`<p class="complaint small" role="alert">${problem}</p>` : nothing;
  if (!plan.is_open)
    return html`<tr><td><b class="strong">${field.label}</b></td>${by}<td colspan="2" data-label=${t("embed.everyone")}>${value(field, plan)}${warning}</td></tr>`;
  return html`<tr><td><b class="strong">${field.label}</b></td>${by}
    <td data-label=${t("embed.theirs", { platform })}><input class="input" aria-label=${t("embed.theirs.of", { platform, field: field.label })} .value=${plan.theirs || (chosen(page)?.names[field.name] ?? "")}
      @change=${(/** @type {Event} */ event) => replan(field.name, { theirs: text(event) })}></td>
    <td data-label=${t("embed.missing")}><input class="input" dir="auto" aria-label=${t("embed.missing.of", { field: field.label })} placeholder=${field.fallback || (field.is_required ? t("embed.needed") : t("embed.leave"))} .value=${live(plan.text)}
      @input=${(/** @type {Event} */ event) => replan(field.name, { text: text(event) })}>${warning}</td></tr>`;
}

/** @param {import("../core/trying.js").Field} field @param {import("./embed.js").Plan} plan */
const value = (field, plan) =>
  field.choices.length
    ? html`<select class="input" aria-label=${field.label} @change=${(/** @type {Event} */ event) => replan(field.name, { text: text(event) })}>
        <option value="" ?selected=${!plan.text}></option>${field.choices.map((choice) => html`<option ?selected=${choice === plan.text}>${choice}</option>`)}</select>`
    : html`<input class="input" dir="auto" aria-label=${field.label} .value=${live(plan.text)} @input=${(/** @type {Event} */ event) => replan(field.name, { text: text(event) })}>`;

/** @param {import("../core/trying.js").Field} field @param {boolean} is_open */
const choose = (field, is_open) => replan(field.name, { is_open, text: is_open ? "" : field.sample });

/** @param {Event} event */
const text = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** @param {Page} page @param {Readonly<Record<string, string>>} query */
export function shown(page, query) {
  const { made, design } = page;
  const format = query.format ?? design?.format ?? "jpg";
  return html`<div class="block"><h2>${t("embed.shown")}</h2>
    <div class="four">
      <div><label class="label" for="width">${t("embed.width")}</label><input class="input num" id="width" type="number" min="16" max="2000" .value=${query.width ?? String(made?.width ?? 600)} @change=${(/** @type {Event} */ event) => reset({ width: text(event) })}></div>
      <div><label class="label" for="format">${t("embed.format")}</label><select class="input" id="format" @change=${(/** @type {Event} */ event) => reset({ format: text(event) })}>
        ${["jpg", "png", "gif"].map((name) => html`<option value=${name} ?selected=${name === format}>${name.toUpperCase().replace("JPG", "JPEG")}</option>`)}</select></div>
      <div><label class="label" for="until">${t("embed.until")}</label><input class="input" id="until" type="date" .value=${query.until ?? ""} @change=${(/** @type {Event} */ event) => reset({ until: text(event) || null })}></div>
      <div><label class="label" for="campaign">${t("embed.campaign")}</label><input class="input" id="campaign" placeholder=${t("embed.campaign.none")} .value=${query.campaign ?? ""} @change=${(/** @type {Event} */ event) => reset({ campaign: text(event) || null })}></div>
    </div>
    ${page.problems["/expires_in"] ? html`<p class="complaint mt8" role="alert">${page.problems["/expires_in"]}</p>` : html`<p class="hint mt8">${t(query.until ? "embed.until.hint" : "embed.campaign.hint")}</p>`}
    ${page.problems["/campaign"] ? html`<p class="complaint mt8" role="alert">${t("embed.campaign.wrong")}</p>` : nothing}
    ${server()}
  </div>
  ${made ? sharp(made) : nothing}`;
}

/** What the links begin with. */
function server() {
  const entered = publicAddress();
  const change = (/** @type {Event} */ event) => {
    if (text(event)) localStorage.setItem("imgurl.base", text(event).replace(/\/+$/, ""));
    else localStorage.removeItem("imgurl.base");
    make();
  };
  return html`<div class="mt16"><label class="label" for="server">${t("embed.server")} <em>${t(entered ? "embed.server.here" : "embed.server.settings")}</em></label>
    <input class="input" id="server" type="url" placeholder=${state().session?.links_begin_with ?? ""} .value=${entered} @change=${change}></div>`;
}

/** @param {import("./embed.js").Made} made */
function sharp(made) {
  const isLight = made.weight <= 200_000;
  const facts = { width: made.width, drawn: Math.round((made.width * pixels(made)) / made.width), weight: weight(made.weight) };
  return html`<div class="block note ${isLight ? "good" : "warn"}">${icon(isLight ? "check" : "warn")}<p><b>${t(isLight ? "embed.sharp" : "embed.heavy")}</b> ${t("embed.sharp.text", { ...facts, drawn: number(facts.drawn, { useGrouping: false }) })}</p></div>`;
}

/** Pixels across of the file that is sent. @param {import("./embed.js").Made} made */
const pixels = (made) => (state().page?.design?.width ?? made.width) * made.dpr;
