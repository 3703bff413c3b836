/** Take it away: the code of a design for a mail platform. The server makes it; this page never assembles a link. */
import { icon } from "../core/icons.js";
import { Addresses } from "../core/pictures.js";
import { designAddress, setQuery } from "../core/router.js";
import { call, isAbort, ServerError } from "../core/server.js";
import { Pages, state, together } from "../core/store.js";
import { askSheet, isOfContacts, savedLine, tryingOf } from "../core/trying.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { code } from "./embed_code.js";
import { column } from "./embed_column.js";
import { fillers, platforms, shown } from "./embed_form.js";
import { bones, failure } from "./states.js";
import { publicAddress } from "./trap.js";

/**
 * @typedef {object} Platform
 * @property {string} id
 * @property {string} name
 * @property {boolean} encodes
 * @property {string} note
 * @property {string} test_send
 * @property {string} missing
 * @property {Record<string, string>} names
 * @property {string} why_no_personal_alt
 *
 * @typedef {object} Plan
 * @property {boolean} is_open
 * @property {string} theirs
 * @property {string} text the value, or the fallback if it is open; blank for the design's own
 *
 * @typedef {object} Made
 * @property {string} html
 * @property {string} url
 * @property {string[]} tags
 * @property {string[]} notes
 * @property {number} width
 * @property {number} height
 * @property {number} dpr
 * @property {number} weight
 * @property {number} longest_line
 *
 * @typedef {object} Page
 * @property {import("../core/trying.js").Sheet | null} design
 * @property {string} saved
 * @property {readonly Platform[]} platforms
 * @property {Readonly<Record<string, Plan>>} plans
 * @property {Made | null} made
 * @property {Readonly<Record<string, string>>} problems sentences by pointer
 * @property {boolean} isCopied
 * @property {{url: string, alt: string, name: string}[]} faces somebody, and nobody
 * @property {import("./embed_column.js").Work | null} work
 * @property {string} problem
 */

const KINDS = /** @type {const} */ (["tag", "column", "page", "link"]);

/** What was entered, kept in this tab. @type {Map<string, Readonly<Record<string, Plan>>>} */
const kept = new Map();

/** @type {Pages<Page> | null} */
let page = null;
let addresses = new Addresses();
let asked = 0;

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => t("embed.title", { design: page?.design?.title ?? route.params.design }),
  frame: "design",
  open(route) {
    page = new Pages(/** @type {Page} */ ({ design: null, saved: "", platforms: [], plans: {}, made: null, problems: {}, isCopied: false, faces: [], work: null, problem: "" }));
    addresses = new Addresses();
    load(page, route.params.design ?? "");
    return together(page, addresses);
  },
  draw: ({ page, route }) => draw(page, route.query),
  next: ({ route }) => html`<a class="btn" href="${designAddress(route.params.design ?? "", "mailbox")}">${t("embed.next")} ${icon("next")}</a>`,
};

/** @param {Pages<Page>} page @param {string} id */
async function load(page, id) {
  try {
    const [design, found] = await Promise.all([askSheet(id, page.signal), call("GET", `/designs/${id}/platforms`, { signal: page.signal })]);
    page.set({ design, saved: savedLine(design), platforms: found.platforms });
    page.set({ plans: kept.get(id) ?? guessed(page.now) });
    make();
    drawFaces(page);
  } catch (error) {
    if (!isAbort(error)) page.set({ problem: error instanceof Error ? error.message : "" });
  }
}

/** The platform of the address. @param {Page} page */
export const chosen = (page) => page.platforms.find((one) => one.id === (state().route.query.platform ?? "mailchimp")) ?? page.platforms[0];

/** Who fills what, by guess. @param {Page} page */
function guessed(page) {
  const fields = page.design?.fields ?? [];
  const plans = fields.map((field) => {
    const is_open = isOfContacts(field);
    return [field.name, { is_open, theirs: "", text: is_open ? "" : field.sample }];
  });
  return Object.freeze(Object.fromEntries(plans));
}

/** @param {string} name @param {Partial<Plan>} patch */
export function replan(name, patch) {
  if (!page?.now.design) return;
  const before = page.now.plans[name] ?? { is_open: false, theirs: "", text: "" };
  const plans = Object.freeze({ ...page.now.plans, [name]: { ...before, ...patch } });
  kept.set(page.now.design.design_id, plans);
  page.set({ plans });
  make();
}

/** Change what the address says of the code. @param {Record<string, string | null>} patch */
export function reset(patch) {
  setQuery(patch);
  make();
}

/** What is asked for. @param {Page} now @param {string | null} base */
export function order(now, base) {
  const { width, format, until, campaign, kind } = state().route.query;
  const isPage = kind === "page";
  const values = now.design ? tryingOf(now.design).values : {};
  const fields = Object.entries(now.plans).map(([name, plan]) =>
    [name, isPage ? { text: plan.is_open ? (values[name] ?? "") : plan.text } : { ...plan, theirs: plan.theirs || null }]);
  return {
    platform: isPage ? null : (chosen(now)?.id ?? null),
    fields: Object.fromEntries(fields),
    width: width ? Number(width) : null,
    format: format ?? null,
    expires_in: until ?? null,
    campaign: campaign ?? null,
    base_url: base,
  };
}

/** Have the code made for what is entered now. */
export async function make() {
  if (!page) return;
  const opened = page;
  const number = ++asked;
  try {
    const made = await call("POST", `/designs/${opened.now.design?.design_id}/embed`, { body: order(opened.now, publicAddress() || null), signal: opened.signal });
    if (number === asked) opened.set({ made, problems: {}, problem: "" });
  } catch (error) {
    if (isAbort(error) || number !== asked || !(error instanceof ServerError)) return;
    opened.set({ problems: Object.fromEntries(error.errors.map((one) => [one.pointer, one.detail])), problem: error.message });
  }
}

/** The picture for somebody, and for nobody. @param {Pages<Page>} page */
async function drawFaces(page) {
  const design = page.now.design;
  if (!design) return;
  const values = tryingOf(design).values;
  const blank = Object.fromEntries(design.fields.map((field) => [field.name, field.is_openable && page.now.plans[field.name]?.is_open ? "" : (values[field.name] ?? "")]));
  const named = design.fields.find((field) => field.type === "name") ?? design.fields[0];
  const both = /** @type {const} */ ([["somebody", values], ["nobody", blank]]);
  const faces = await Promise.all(both.map(async ([place, data]) => {
    const look = await call("POST", `/designs/${design.design_id}/look`, { body: { data, width: 680 }, signal: page.signal });
    return { url: await addresses.put(place, look), alt: look.alt, name: place === "nobody" ? "" : (values[named?.name ?? ""] ?? "") };
  }));
  page.set({ faces });
}

/** @param {Page} page @param {Readonly<Record<string, string>>} query */
function draw(page, query) {
  if (!page.design || !page.platforms.length)
    return html`<main class="page" id="main" tabindex="-1">${page.problem ? failure(page.problem) : bones(2)}</main>`;
  const kind = query.kind ?? "tag";
  return html`<main class="split" id="main" tabindex="-1">
    <div class="form">${platforms(page)} ${fillers(page, kind)} ${shown(page, query)}</div>
    <div class="out"><div>
      <div class="seg full" role="group" aria-label=${t("embed.kind")}>${KINDS.map((name) => html`<button aria-pressed=${name === kind} @click=${() => reset({ kind: name === "tag" ? null : name })}>${t(`embed.kind.${name}`)}</button>`)}</div>
      ${kind === "column" ? column(page) : code(page, kind)}
      ${page.faces.length ? html`<div class="two mt24">${page.faces.map((face) => html`<figure class="thumb"><img src=${face.url} width="680" height=${Math.round((680 * (page.design?.height ?? 1)) / (page.design?.width ?? 1))} alt=${face.alt}>
        <figcaption class="hint">${face.name ? html`<bdi dir="auto">${face.name}</bdi>` : t("embed.nobody")}</figcaption></figure>`)}</div>` : nothing}
    </div></div>
  </main>`;
}

/** @param {Partial<Page>} patch */
export const change = (patch) => page?.set(patch);

/** The page as it is now. */
export const now = () => page?.now ?? null;
