/** The code, with what the platform fills marked in it, and what to know before pasting it. */
import { icon } from "../core/icons.js";
import { call } from "../core/server.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { change, chosen, now, order, reset } from "./embed.js";
import { copyLink } from "./trap.js";

/** @typedef {import("./embed.js").Page} Page */

/** Bytes of a line that mail servers leave whole. */
const LONGEST_LINE = 980;

/** @param {Page} page @param {string} kind */
export function code(page, kind) {
  const { made } = page;
  const text = !made ? "" : kind === "link" ? made.url : made.html;
  return html`<section class="code mt16" aria-label=${t("embed.code")}>
      <header><span class="strong">${t(`embed.paste.${kind}`)}</span><span class="grow"></span>
        <button class="btn go sm" ?disabled=${!made || Boolean(page.problem)} @click=${() => copied(kind)}>${icon(page.isCopied ? "check" : "copy", "s")}${t(page.isCopied ? "copied" : "embed.copy")}</button></header>
      <pre tabindex="0" aria-label=${t("embed.code")}>${made ? marked(text, made.tags) : nothing}</pre></section>
    ${page.problem ? html`<p class="complaint mt8" role="alert">${page.problem}</p>` : nothing}
    <div class="legend"><span><i></i>${t("embed.sealed")}</span>${made?.tags.length && kind !== "page" ? html`<span><i class="o"></i>${t("embed.open", { platform: chosen(page)?.name ?? "" })}</span>` : nothing}</div>
    ${notes(page, kind)}`;
}

/** Split a text at its tags, and at the end of what is signed. @param {string} text @param {string[]} tags */
function marked(text, tags) {
  const end = text.search(/_s=[\w-]{43}/);
  const signed = end < 0 ? text.length : end + 46;
  const beginning = text.indexOf("http");
  const parts = [html`<span>${text.slice(0, beginning)}</span>`, html`<span class="z">${text.slice(beginning, signed)}</span>`];
  let rest = text.slice(signed);
  while (rest) {
    const found = tags.map((tag) => [rest.indexOf(tag), tag]).filter(([at]) => Number(at) >= 0).sort((a, b) => Number(a[0]) - Number(b[0]))[0];
    if (!found) return [...parts, rest];
    const [at, tag] = /** @type {[number, string]} */ (found);
    parts.push(html`${rest.slice(0, at)}<span class="o">${tag}</span>`);
    rest = rest.slice(at + tag.length);
  }
  return parts;
}

/** @param {string} kind */
function copied(kind) {
  return copyLink(
    async (base) => {
      const page = /** @type {Page} */ (now());
      const made = await call("POST", `/designs/${page.design?.design_id}/embed`, { body: order(page, base) });
      change({ made });
      return kind === "link" ? made.url : made.html;
    },
    () => {
      change({ isCopied: true });
      setTimeout(() => change({ isCopied: false }), 2_000);
    },
  );
}

/** @param {Page} page @param {string} kind */
function notes(page, kind) {
  const platform = chosen(page);
  if (!platform) return nothing;
  if (kind === "page") return html`<div class="block mt24"><h2>${t("embed.in.page")}</h2><ul class="bullets"><li>${t("embed.page.one")}</li><li>${t("embed.page.each")}</li></ul></div>`;
  const isOpen = Object.values(page.plans).some((plan) => plan.is_open);
  const sealedNames = (page.design?.fields ?? []).filter((field) => field.type === "name" && !page.plans[field.name]?.is_open);
  return html`<div class="block mt24"><h2>${t("embed.in", { platform: platform.name })}</h2><ul class="bullets">
      <li>${t("embed.note.block")}</li>
      ${isOpen ? html`<li>${t("embed.note.test", { platform: platform.name, sent: platform.test_send })}</li><li>${t("embed.note.missing", { platform: platform.name, sent: platform.missing })}</li>` : nothing}
      ${isOpen && platform.encodes ? html`<li>${t("embed.note.whole")}</li>` : nothing}
      ${platform.note ? html`<li lang="en">${platform.note}</li>` : nothing}
      ${isOpen && kind === "tag" && platform.why_no_personal_alt ? html`<li>${t("embed.note.alt")} <span lang="en">${platform.why_no_personal_alt}</span></li>` : nothing}
      ${(page.made?.longest_line ?? 0) > LONGEST_LINE ? html`<li>${t("embed.note.line", { count: page.made?.longest_line ?? 0 })}</li>` : nothing}
      ${(page.made?.notes ?? []).map((sentence) => html`<li lang="en">${sentence}</li>`)}
    </ul></div>
    ${isOpen && !platform.encodes ? advice(t("embed.raw", { platform: platform.name })) : nothing}
    ${sealedNames.length ? advice(t("embed.sealedname", { field: sealedNames[0]?.label ?? "" })) : nothing}`;
}

/** @param {string} sentence */
const advice = (sentence) => html`<div class="note warn mt16">${icon("warn")}<p class="grow">${sentence}</p><button class="btn sm" @click=${() => reset({ kind: "column" })}>${t("embed.dothat")}</button></div>`;
