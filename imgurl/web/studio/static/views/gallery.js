/** The designs as pictures: find one, begin one. */
import { icon } from "../core/icons.js";
import { setQuery } from "../core/router.js";
import { call, isAbort } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { ago, number, t, value, weight } from "../core/words.js";
import { html, nothing, repeat } from "../vendor/lit.js";
import { bones, failure } from "./states.js";

/**
 * @typedef {object} Listed
 * @property {string} design_id
 * @property {string} title
 * @property {string} version
 * @property {number} width
 * @property {number} height
 * @property {string} format
 * @property {number} fields
 * @property {number | null} changed
 * @property {string[]} faces
 *
 * @typedef {object} Page
 * @property {readonly Listed[] | null} designs null until they are there
 * @property {Readonly<Record<string, string>>} broken
 * @property {Readonly<Record<string, number>>} weights
 * @property {string} pointed the design that is pointed at
 * @property {number} face
 * @property {string} problem
 */

/** Bytes above which a picture is heavy for mail. */
const HEAVY = 200_000;

/** @type {Pages<Page> | null} */
let page = null;

/** Milliseconds for which a face is shown while a picture is pointed at. */
const FACE_TIME = 1_200;

/** @type {ReturnType<typeof setInterval> | undefined} */
let turning;

/** @type {import("./view.js").View} */
export default {
  title: () => t("nav.designs"),
  open() {
    page = new Pages(/** @type {Page} */ ({ designs: null, broken: {}, weights: {}, pointed: "", face: 0, problem: "" }));
    load(page);
    const opened = page;
    return {
      close() {
        clearInterval(turning);
        opened.close();
      },
    };
  },
  draw: ({ page, route }) => draw(page, route.query),
};

/** @param {Pages<Page>} page */
async function load(page) {
  try {
    page.set(await call("GET", "/gallery", { signal: page.signal }));
    // A server that has just begun draws them one after the other.
    for (let tries = 0; tries < 6 && Object.keys(page.now.weights).length < (page.now.designs?.length ?? 0); tries++) {
      if (tries) await new Promise((resolve) => setTimeout(resolve, 2_000));
      page.set({ weights: (await call("GET", "/weights", { signal: page.signal })).weights });
    }
  } catch (error) {
    if (!isAbort(error)) page.set({ problem: error instanceof Error ? error.message : "" });
  }
}

/** @param {Page} page @param {Readonly<Record<string, string>>} query */
function draw(page, query) {
  const designs = sorted(page.designs ?? [], query.sort ?? "");
  const isList = query.view === "list";
  return html`<main class="page" id="main" tabindex="-1">
    <div class="head">
      <div class="grow"><h1>${t("nav.designs")}</h1><p>${t("gallery.point")}</p></div>
      ${canBegin() ? html`<div class="acts"><a class="btn" href="/studio/new?from=svg">${icon("upload")}${t("gallery.svg")}</a><a class="btn go" href="/studio/new">${icon("plus")}${t("gallery.new")}</a></div>` : nothing}
    </div>
    ${state().session?.why_no_new_designs === "folder" ? html`<p class="note mb8">${icon("lock")}<span>${t("gallery.read_only")}</span></p>` : nothing}
    ${page.problem ? failure(page.problem) : nothing}
    ${Object.entries(page.broken).map(([name, sentence]) => html`<div class="note bad mb8">${icon("warn")}<p><b>${t("gallery.broken", { name })}</b> ${sentence}</p></div>`)}
    <div class="tools">
      <span class="quiet num">${page.designs ? t("gallery.count", { count: designs.length }) : ""}</span><span class="grow"></span>
      <label class="sorting"><span class="hidden">${t("gallery.sort")}</span>
        <select class="input" @change=${(/** @type {Event} */ event) => setQuery({ sort: /** @type {HTMLSelectElement} */ (event.target).value })}>
          <option value="" ?selected=${!query.sort}>${t("gallery.sort.changed")}</option>
          <option value="name" ?selected=${query.sort === "name"}>${t("gallery.sort.name")}</option>
        </select></label>
      <div class="seg" role="group" aria-label=${t("gallery.view")}>
        <button aria-pressed=${!isList} aria-label=${t("gallery.pictures")} @click=${() => setQuery({ view: null })}>${icon("tiles", "s")}</button>
        <button aria-pressed=${isList} aria-label=${t("gallery.list")} @click=${() => setQuery({ view: "list" })}>${icon("list", "s")}</button>
      </div>
    </div>
    ${page.designs === null && !page.problem ? bones(8, "gallery") : isList ? list(page, designs) : tiles(page, designs)}
  </main>`;
}

/** Whether new designs can be made here, by whoever is signed in. */
const canBegin = () => !state().session?.why_no_new_designs;

/** @param {readonly Listed[]} designs @param {string} by */
const sorted = (designs, by) =>
  [...designs].sort((a, b) => (by === "name" ? 0 : (b.changed ?? 0) - (a.changed ?? 0)) || a.title.localeCompare(b.title));

/** @param {Page} page @param {readonly Listed[]} designs */
const tiles = (page, designs) => html`<ul class="gallery">
  ${repeat(designs, (one) => one.design_id, (one) => html`<li>${tile(page, one)}</li>`)}
  ${canBegin() ? html`<li>${begin()}</li>` : nothing}
</ul>`;

/** @param {Page} page @param {Listed} one */
function tile(page, one) {
  const isOn = page.pointed === one.design_id && one.faces.length > 0;
  const face = isOn ? page.face : 0;
  return html`<a class="tile ${isOn ? "on" : ""}" href="/studio/designs/${one.design_id}"
      @pointerenter=${() => point(one)} @pointerleave=${() => point(null)} @focus=${() => point(one)} @blur=${() => point(null)}>
    <div class="frame">${picture(one, face)}</div>
    <h2>${one.title}<span class="saved">${one.changed === null ? "" : ago(one.changed)}</span></h2>
    <p class="meta">${isOn
      ? html`<span class="who-is">${one.faces.map((name, number) => html`<span class=${number === face ? "on" : ""}>${name ? value(name) : t("gallery.noname")}</span>`)}</span>`
      : facts(page, one)}</p>
  </a>`;
}

/** @param {Listed} one @param {number} face */
const picture = (one, face) =>
  html`<img src=${address(one, face)} srcset="${address(one, face, 2)} 2x" width=${one.width} height=${one.height} alt="" loading="lazy" decoding="async" @error=${again}>`;

/** The room for a picture in its tile, in CSS pixels. */
const ROOM = { width: 280, height: 160 };

/** The server draws no narrower thumbnail, in pixels. */
const LEAST_WIDTH = 16;

/** @param {Listed} one @param {number} face @param {number} scale pixels of the picture in a CSS pixel */
function address(one, face, scale = 1) {
  const width = Math.min(ROOM.width, Math.round((ROOM.height * one.width) / one.height));
  return `/studio/api/designs/${one.design_id}/faces/${face}/${one.version}?width=${Math.max(LEAST_WIDTH, width) * scale}`;
}

/** Milliseconds until a picture that did not come is asked for again, the first time and at most. */
const PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;

/** How long was waited last for pictures that did not come. @type {WeakMap<HTMLImageElement, number>} */
const pauses = new WeakMap();

/** Ask once more, and ever more rarely, for a picture that a server with much to do could not draw in time. @param {Event} event */
function again(event) {
  const picture = /** @type {HTMLImageElement} */ (event.target);
  const address = picture.src;
  const pause = Math.min((pauses.get(picture) ?? PAUSE / 2) * 2, LONGEST_PAUSE);
  pauses.set(picture, pause);
  setTimeout(() => {
    if (picture.isConnected && picture.src === address) picture.src = address;
  }, pause);
}

/** @param {Page} page @param {Listed} one */
function facts(page, one) {
  const bytes = page.weights[one.design_id];
  const format = one.format.toUpperCase().replace("JPG", "JPEG");
  const fields = t("gallery.fields", { count: one.fields });
  const size = `${number(one.width, { useGrouping: false })} × ${number(one.height, { useGrouping: false })}`;
  if (bytes !== undefined && bytes > HEAVY)
    return html`${size} · ${fields} <span class="chip warn">${icon("warn")}${t("gallery.heavy", { format, weight: weight(bytes) })}</span>`;
  return `${size} · ${format}${bytes === undefined ? "" : ` ${weight(bytes)}`} · ${fields}`;
}

/** Show other names in the picture that is pointed at. @param {Listed | null} one */
function point(one) {
  clearInterval(turning);
  page?.set({ pointed: one?.design_id ?? "", face: 0 });
  if (!one || one.faces.length < 2 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (let face = 1; face < one.faces.length; face++) Object.assign(new Image(), { srcset: `${address(one, face, 2)} 2x`, src: address(one, face) });
  turning = setInterval(() => page?.set({ face: (page.now.face + 1) % one.faces.length }), FACE_TIME);
}

const begin = () => html`<div class="new">
  <a href="/studio/new">${icon("plus")}<span>${t("gallery.begin.nothing")}<small>${t("gallery.begin.nothing.how")}</small></span></a>
  <a href="/studio/new?from=design">${icon("copy")}<span>${t("gallery.begin.copy")}<small>${t("gallery.begin.copy.how")}</small></span></a>
  <a href="/studio/new?from=svg">${icon("upload")}<span>${t("gallery.begin.svg")}<small>${t("gallery.begin.svg.how")}</small></span></a>
</div>`;

/** @param {Page} page @param {readonly Listed[]} designs */
const list = (page, designs) => html`<section class="card"><table class="stack">
  <thead><tr><th>${t("gallery.name")}</th><th>${t("gallery.size")}</th><th>${t("gallery.weight")}</th><th>${t("gallery.fields.head")}</th><th>${t("gallery.changed")}</th></tr></thead>
  <tbody>${repeat(designs, (one) => one.design_id, (one) => html`<tr>
    <td><a class="named" href="/studio/designs/${one.design_id}">${picture(one, 0)}<b class="strong">${one.title}</b></a></td>
    <td data-label=${t("gallery.size")}>${number(one.width, { useGrouping: false })} × ${number(one.height, { useGrouping: false })}</td>
    <td data-label=${t("gallery.weight")}>${page.weights[one.design_id] === undefined ? "" : weight(page.weights[one.design_id] ?? 0)}</td>
    <td data-label=${t("gallery.fields.head")}>${one.fields}</td>
    <td data-label=${t("gallery.changed")}>${one.changed === null ? "" : ago(one.changed)}</td></tr>`)}</tbody></table></section>`;
