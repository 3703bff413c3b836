/** The parts of what is said of a list. The server counts; the sentences are in the reader's language. */
import { number, percent, t, value, weight } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";

/**
 * @typedef {import("../core/trying.js").Sheet} Sheet
 *
 * @typedef {object} Outcome
 * @property {string} outcome
 * @property {string[]} about
 * @property {number} rows
 * @property {boolean} should_go_out
 * @property {string} tone
 *
 * @typedef {object} Fix
 * @property {string} id
 * @property {number} rows
 * @property {string[]} values
 * @property {{pointer: string, key: string, value: any}} change
 *
 * @typedef {object} Worst
 * @property {number} line
 * @property {string} kind
 * @property {string} about
 * @property {string} value
 * @property {string} tone
 * @property {number} size
 * @property {{webp: string, width: number, height: number} | null} picture
 * @property {string} url of the picture, "" for none
 *
 * @typedef {object} Report
 * @property {string} list
 * @property {string} read_as
 * @property {string[]} notes
 * @property {number} rows
 * @property {number} seconds
 * @property {string} sentence
 * @property {Outcome[]} outcomes
 * @property {{field: string, label: string, rows: number}[]} fallbacks
 * @property {{field: string, label: string, shown: string}[]} same_for_all
 * @property {{field: string, suspicion: string, state: string, rows: number, different: number, values: {value: string, rows: number}[]}[]} suspicious
 * @property {{layer: string, rows: number, smallest: number, full: number}[]} layers
 * @property {Record<string, number>} untranslated
 * @property {{by: string | null, rows: number}} duplicates
 * @property {{different: number, bytes: number}} pictures
 * @property {{problem: string, rows: number}[]} problems
 * @property {number} left_out
 * @property {number} read_with_a_warning
 * @property {{esp: string, platform: string, tags: Record<string, string>, same: boolean}[]} platforms
 * @property {Fix[]} fixes
 * @property {Worst[]} worst
 *
 * @typedef {{label: string, rows: number, tone: string}} Share
 */

/** The bar of the shares: its length, the gap between two parts, and the shortest part that is seen. */
const [BAR, GAP, LEAST] = [1000, 2, 6];

/** What is said in a few words, by kinds of the worst. */
const GROUPS = /** @type {const} */ ({
  cut: ["cut", "not-drawn"],
  smaller: ["smallest", "shortened", "broken-word"],
  suspicious: ["suspicious", "doubtful", "repaired", "refused"],
  scripts: ["script", "missing-glyph", "untranslated"],
});

/** Values that are named of one fix or suspicion. */
const NAMED = 7;

/** The platform whose tags are shown, if it gives the same. */
const USUAL = "mailchimp";

/** What a share is as words say it: never all or nothing where it is not. @param {number} rows @param {number} total */
function shareOf(rows, total) {
  if (!rows || rows === total) return percent(total ? rows / total : 0);
  return rows / total < 0.0005 ? t("preflight.under", { share: percent(0.001) }) : percent(Math.min(rows / total, 0.999));
}

/** @param {Sheet} design @param {string} field */
const labelOf = (design, field) => design.fields.find((one) => one.name === field)?.label || field;

/** @param {Sheet} design @param {Report} report @param {string} outcome @param {string} about a field or a layer, "" for several */
function outcomeLabel(design, report, outcome, about) {
  const full = report.layers.find((layer) => layer.layer === about)?.full;
  if (outcome === "smaller" && full !== undefined) return t("preflight.smaller.than", { size: number(full) });
  const isLayer = ["smaller", "cut", "not-drawn", "shortened", "broken-word"].includes(outcome);
  const label = t(`preflight.outcome.${outcome}`);
  return about ? t("preflight.outcome_of", { outcome: label, what: isLayer ? about : labelOf(design, about) }) : label;
}

/** The outcomes with one line for each field or layer, and one for several. @param {Sheet} design @param {Report} report @returns {Share[]} */
function sharesOf(design, report) {
  /** @type {Map<string, Share>} */
  const shares = new Map();
  for (const { outcome, about, rows, tone } of report.outcomes) {
    const label = outcomeLabel(design, report, outcome, about.length === 1 ? (about[0] ?? "") : "");
    const before = shares.get(label)?.rows ?? 0;
    shares.set(label, { label, tone, rows: before + rows });
  }
  return [...shares.values()];
}

/** Who sees what is meant, who does without, and who should get nothing yet. @param {Report} report */
function heading(report) {
  const sum = (/** @type {(one: Outcome) => boolean} */ is) => report.outcomes.reduce((total, one) => total + (is(one) ? one.rows : 0), 0);
  const own = sum((one) => one.should_go_out && one.outcome !== "fallback");
  const without = sum((one) => one.outcome === "fallback");
  const stopping = sum((one) => !one.should_go_out);
  const [first] = report.fallbacks;
  return [
    t("preflight.heading.own", { share: shareOf(own, report.rows) }),
    without ? t(report.fallbacks.length === 1 ? "preflight.heading.without" : "preflight.heading.fallback", { share: shareOf(without, report.rows), field: first?.label ?? "" }) : "",
    stopping ? t("preflight.heading.stop", { count: stopping }) : "",
  ].filter(Boolean).join(" ");
}

/** The parts of the bar: as long as their shares, none so short that it is not seen. @param {readonly Share[]} shares */
function parts(shares) {
  const total = shares.reduce((sum, one) => sum + one.rows, 0) || 1;
  const room = BAR - GAP * Math.max(0, shares.length - 1);
  const wide = shares.map((one) => Math.max(LEAST, (room * one.rows) / total));
  const longest = wide.indexOf(Math.max(...wide));
  const over = wide.reduce((sum, one) => sum + one, 0) - room;
  let at = 0;
  return shares.map((one, place) => {
    const width = (wide[place] ?? 0) - (place === longest ? over : 0);
    const part = { x: at, width, tone: one.tone };
    at += width + GAP;
    return part;
  });
}

/** @param {Sheet} design @param {Report} report */
export function summary(design, report) {
  const shares = sharesOf(design, report);
  const facts = [report.list, t("preflight.recipients", { count: report.rows }), t("preflight.seconds", { seconds: number(report.seconds, { maximumFractionDigits: 1 }) })];
  return html`<section class="card"><div class="sum"><div>
      <p class="small quiet num">${facts.join(" · ")} · <span lang="en">${report.read_as}</span>${report.left_out ? ` · ${t("preflight.left_out", { count: report.left_out })}` : ""}</p>
      <h2 class="mt8">${heading(report)}</h2>
      <svg class="share" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label=${shares.map((one) => `${one.label} ${shareOf(one.rows, report.rows)}`).join(", ")}>${parts(shares).map(bar)}</svg></div>
    <ul class="rows">${shares.map((one) => html`<li><span><i class="dot ${one.tone}"></i>${one.label}</span><span class="num">${number(one.rows)} · ${shareOf(one.rows, report.rows)}</span></li>`)}</ul></div></section>`;
}

/** @param {{x: number, width: number, tone: string}} part */
function bar({ x, width, tone }) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, text] of Object.entries({ class: `f-${tone}`, x, width, height: 14 })) element.setAttribute(name, String(text));
  return element;
}

/** @param {Worst} one */
const groupOf = (one) => Object.entries(GROUPS).find(([, kinds]) => /** @type {readonly string[]} */ (kinds).includes(one.kind))?.[0] ?? "";

/** @param {Report} report @param {string} kind @param {(kind: string) => void} choose */
export function worst(report, kind, choose) {
  const groups = Object.keys(GROUPS).map((name) => ({ name, count: report.worst.filter((one) => groupOf(one) === name).length })).filter((group) => group.count);
  const chosen = kind ? report.worst.filter((one) => groupOf(one) === kind) : report.worst;
  return html`<section class="card"><header><h2 class="grow">${t("preflight.worst", { count: report.worst.length })}</h2>
      ${groups.length > 1 ? html`<div class="seg" role="group" aria-label=${t("preflight.filter")}>
        <button aria-pressed=${!kind} @click=${() => choose("")}>${t("preflight.all")}</button>
        ${groups.map(({ name, count }) => html`<button aria-pressed=${kind === name} @click=${() => choose(name)}>${t(`preflight.group.${name}`)} ${number(count)}</button>`)}</div>` : nothing}</header>
    <div class="worst">${chosen.map(face)}</div></section>`;
}

/** @param {Worst} one */
const face = (one) => html`<figure>${one.picture ? html`<img src=${one.url} width=${one.picture.width} height=${one.picture.height} alt=${t("preflight.picture", { line: one.line })}>` : nothing}
  <figcaption><span title=${t("preflight.line", { line: one.line })}>${one.value ? value(one.value) : t("preflight.line", { line: one.line })}</span>${chip(one)}</figcaption></figure>`;

/** @param {Worst} one */
function chip(one) {
  const text = one.kind === "smallest" ? `${number(one.size, { maximumFractionDigits: 1 })} px`
    : one.kind === "script" ? scriptName(one.about)
    : ["suspicious", "doubtful"].includes(one.kind) ? t(`preflight.suspicion.${one.about}`) : t(`preflight.chip.${one.kind}`);
  return html`<span class="chip ${one.tone}">${text}</span>`;
}

/** @param {string} script ISO 15924 */
function scriptName(script) {
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "script", style: "short" }).of(script) ?? script;
  } catch {
    return script;
  }
}

/** @param {readonly string[]} values */
const named = (values) => html`<div class="vals">${values.slice(0, NAMED).map((one) => html`<code>${value(one)}</code>`)}${values.length > NAMED ? html`<code>+${number(values.length - NAMED)}</code>` : nothing}</div>`;

/** @param {Sheet} design @param {Report} report */
export const suspicious = (design, report) => html`<section class="card mt24"><header><h2 class="grow">${t("preflight.suspicious")}</h2></header>
  ${report.suspicious.map((one) => html`<div class="fix"><i class="dot ${one.state === "drawn" ? "bad" : one.state === "repaired" ? "good" : "warn"}"></i><div class="grow">
    <b class="strong">${t("preflight.outcome_of", { outcome: t(`preflight.suspicion.${one.suspicion}`), what: labelOf(design, one.field) })}</b>
    <p>${t(`preflight.state.${one.state}`, { count: one.rows })}</p>${named(one.values.map((each) => each.value))}</div></div>`)}</section>`;

/**
 * @param {Sheet} design @param {Report} report
 * @param {{whyNot: string | null, isBusy: boolean, apply: (chosen: readonly Fix[]) => void}} how
 */
export const fixes = (design, report, { whyNot, isBusy, apply }) => html`<section class="card"><header><h2 class="grow">${t("preflight.fixes")}</h2>
    ${whyNot === null && report.fixes.length > 1 ? html`<button class="btn sm" ?disabled=${isBusy} @click=${() => apply(report.fixes)}>${t("preflight.apply.all", { count: report.fixes.length })}</button>` : nothing}</header>
  ${whyNot ? html`<p class="pad quiet">${t(`edit.why.${whyNot}`)}</p>` : nothing}
  ${report.fixes.map((one) => {
    const words = fixWords(design, one);
    return html`<div class="fix"><i class="dot ${one.change.key === "missing" ? "bad" : "fit"}"></i><div class="grow"><b class="strong">${words.what}</b><p>${words.cure}</p>${named(one.values)}</div>
      ${whyNot === null ? html`<button class="btn sm" ?disabled=${isBusy} aria-label="${t("preflight.apply")}: ${words.what}" @click=${() => apply([one])}>${t("preflight.apply")}</button>` : nothing}</div>`;
  })}</section>`;

/** @param {Sheet} design @param {Fix} fix */
function fixWords(design, fix) {
  const about = fix.id.slice(fix.id.indexOf(":") + 1);
  const label = labelOf(design, about);
  if (fix.change.key === "min_size") return { what: t("preflight.fix.size", { count: fix.rows, layer: about }), cure: t("preflight.fix.size.cure", { size: number(fix.change.value) }) };
  if (fix.change.key === "casing") return { what: t("preflight.fix.casing", { count: fix.rows, field: label }), cure: t("preflight.fix.casing.cure") };
  const field = design.fields.find((one) => one.name === about);
  const then = field?.is_required ? "required" : field?.fallback ? "fallback" : "nothing";
  return { what: t("preflight.fix.missing", { count: fix.values.length, field: label }), cure: t(`preflight.fix.missing.${then}`, { fallback: field?.fallback ?? "" }) };
}

/** @param {Sheet} design @param {Report} report */
export function also(design, report) {
  const { duplicates, pictures } = report;
  const usual = report.platforms.find((one) => one.esp === USUAL && one.same && Object.keys(one.tags).length);
  const languages = Object.entries(report.untranslated).map(([language, rows]) => `${language} ${number(rows)}`).join(", ");
  return html`<section class="card ${report.fixes.length ? "mt24" : ""}"><header><h2 class="grow">${t("preflight.also")}</h2></header><div class="pad"><ul class="rows num">
    ${line(t(duplicates.by ? "preflight.duplicates.by" : "preflight.duplicates"), number(duplicates.rows))}
    ${line(t("preflight.pictures"), pictures.bytes ? t("preflight.pictures.size", { pictures: pictures.different, size: weight(pictures.bytes) }) : number(pictures.different))}
    ${report.fallbacks.map((one) => line(t("preflight.without", { field: labelOf(design, one.field) }), `${number(one.rows)} · ${shareOf(one.rows, report.rows)}`))}
    ${report.same_for_all.map((one) => line(t("preflight.nocolumn", { field: labelOf(design, one.field) }), one.shown ? t("preflight.same", { text: one.shown }) : t("preflight.same.nothing")))}
    ${report.layers.map((one) => line(t("preflight.layer", { layer: one.layer, size: number(one.full) }), t("preflight.layer.down", { rows: one.rows, size: number(one.smallest, { maximumFractionDigits: 1 }) })))}
    ${languages ? line(t("preflight.untranslated"), languages) : nothing}
    ${report.read_with_a_warning ? line(t("preflight.guessed"), number(report.read_with_a_warning)) : nothing}
    ${usual ? line(t("preflight.platform", { platform: usual.platform }), html`<span class="mono">${Object.values(usual.tags).join(" ")}</span>`) : nothing}
    ${[...report.notes, ...report.problems.slice(0, 12).map((one) => `${one.problem} (${number(one.rows)})`)].map((note) => html`<li lang="en"><span class="quiet">${note}</span></li>`)}
  </ul></div></section>`;
}

/** @param {string} label @param {unknown} what */
const line = (label, what) => html`<li><span>${label}</span><span class="wraps">${what}</span></li>`;
