/** Further sizes of a design: how large they are, and what a layer is like in them where it differs. */
import { icon } from "../core/icons.js";
import { openDialog, closeDialog } from "../core/page.js";
import { number as asNumber, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { closeButton } from "../views/frame.js";
import { flat } from "./layers.js";
import { number, tick } from "./prop.js";
import { work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./work.js").WorkState} WorkState */

const MAX_SIZES = 10;
const SIDES = /** @type {const} */ (["x", "y", "width", "height"]);

/** @param {any} document @returns {[string, any][]} */
const listed = (document) => Object.entries(document.sizes ?? {});

/** The sizes of the design. @param {WorkState} page */
export function sizesSection({ document }) {
  const sizes = listed(document);
  const can = sizes.length < MAX_SIZES;
  return html`<section><h2 class="h3">${t("edit.sizes")} <button class="icon sm" aria-label=${t("edit.size.add")} aria-disabled=${!can} @click=${() => can && openDialog(sizeDialog())}>${icon("plus")}</button></h2>
    ${sizes.length ? nothing : html`<p class="small quiet">${t("edit.sizes.one")}</p>`}
    ${sizes.map(([name, size]) => html`<div class="case" role="group" aria-label=${name}><h3 class="small strong">${name}<span class="grow"></span><button class="icon sm" aria-label=${t("edit.size.remove", { name })} @click=${() => work().assign(["sizes", name], undefined)}>${icon("close", "s")}</button></h3>
      <div class="props">${number(t("edit.w"), size.width, (value) => work().assign(["sizes", name, "width"], value, `sizes/${name}/w`), { whole: true, least: 1, most: 4096, name: t("edit.width") })}
      ${number(t("edit.h"), size.height, (value) => work().assign(["sizes", name, "height"], value, `sizes/${name}/h`), { whole: true, least: 1, most: 4096, name: t("edit.height") })}</div>
      <p class="small quiet">${differing(name)}</p></div>`)}</section>`;
}

/** Which layers differ in a size. @param {string} name */
function differing(name) {
  const names = flat(work().layers).filter((one) => one.raw.sizes?.[name]).map((one) => one.name);
  return names.length ? t("edit.size.differs", { count: asNumber(names.length), names: new Intl.ListFormat().format(names) }) : t("edit.size.same");
}

const sizeDialog = () => html`<form @submit=${add}><header><h2 id="dialog-title" class="grow">${t("edit.size.add")}</h2>${closeButton()}</header><div class="pad form">
  <label class="field"><span>${t("edit.name")}</span><input class="input" name="name" required pattern="[a-z0-9][a-z0-9_\\-]{0,23}" title=${t("edit.size.name.how")} autocomplete="off"></label>
  <label class="field"><span>${t("edit.width")}</span><input class="input" name="width" required inputmode="numeric" pattern="[0-9]{1,4}"></label>
  <label class="field"><span>${t("edit.height")}</span><input class="input" name="height" required inputmode="numeric" pattern="[0-9]{1,4}"></label>
  <div class="acts"><span class="grow"></span><button class="btn go">${t("edit.size.add")}</button></div></div></form>`;

/** @param {SubmitEvent} event */
function add(event) {
  event.preventDefault();
  const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const [name, width, height] = ["name", "width", "height"].map((key) => String(data.get(key) ?? "").trim());
  closeDialog();
  if (name && !(name in (work().now.document.sizes ?? {}))) work().assign(["sizes", name], { width: Number(width), height: Number(height) });
}

/** What a layer is like in each of the other sizes. @param {WorkState} page @param {Layer} layer */
export function sizesOf({ document }, layer) {
  const sizes = listed(document);
  if (!sizes.length) return nothing;
  return html`<section><h2 class="h3">${t("edit.size.there")}</h2>${sizes.map(([name]) => sizeOf(layer, name))}</section>`;
}

/** @param {Layer} layer @param {string} name */
function sizeOf(layer, name) {
  const { raw, path, pointer } = layer;
  const patch = raw.sizes?.[name] ?? {};
  const put = (/** @type {string[]} */ keys) => (/** @type {unknown} */ value) => work().assign([...path, "sizes", name, ...keys], value, `${pointer}/sizes/${name}/${keys.join("/")}`);
  const least = (/** @type {string} */ side) => (side === "width" || side === "height" ? 1 : -8192);
  const labels = { x: "X", y: "Y", width: t("edit.w"), height: t("edit.h") };
  const names = { x: t("edit.x"), y: t("edit.y"), width: t("edit.width"), height: t("edit.height") };
  // What is changed in the JSON alone is named.
  const others = Object.keys(patch).filter((key) => !["box", "hidden", "font"].includes(key));
  return html`<div class="case" role="group" aria-label=${t("edit.size.in", { name })}><h3 class="small strong">${name}<span class="grow"></span>${raw.sizes?.[name] ? html`<button class="icon sm" aria-label=${t("edit.size.reset", { name })} @click=${() => work().assign([...path, "sizes", name], undefined)}>${icon("undo", "s")}</button>` : nothing}</h3>
    <div class="props">${SIDES.map((side) => number(labels[side], patch.box?.[side], put(["box", side]), { whole: true, least: least(side), most: 8192, empty: String(raw.box?.[side] ?? ""), name: names[side] }))}
    ${layer.kind === "text" ? number(t("edit.size"), patch.font?.size, put(["font", "size"]), { least: 4, most: 1000, empty: String(raw.font?.size ?? "") }) : nothing}</div>
    ${tick(t("edit.hidden"), patch.hidden ?? raw.hidden === true, (value) => put(["hidden"])(value === (raw.hidden === true) ? undefined : value))}
    ${others.length ? html`<p class="small quiet">${t("edit.size.others", { keys: others.join(", ") })}</p>` : nothing}</div>`;
}
