/** The properties of what is selected; of the design if nothing is. */
import { icon } from "../core/icons.js";
import { number as asNumber, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import * as act from "./actions.js";
import { choiceSection, choose, grounds } from "./choices.js";
import { conditionOf } from "./conditions.js";
import * as json from "./json.js";
import { flat, iconOf, plain, sentence } from "./layers.js";
import { paint } from "./paints.js";
import { choice, color, line, number, tick } from "./prop.js";
import { markOf, mended, withLayerRenamed } from "./references.js";
import { sizesOf, sizesSection } from "./sizes.js";
import { textSection } from "./texts.js";
import { anotherPicture } from "./upload.js";
import { parsed, work } from "./work.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./work.js").WorkState} WorkState */

/** @param {WorkState} page */
export function panel(page) {
  const chosen = work().chosen;
  const [layer] = chosen;
  return html`<aside class="panel rt" aria-label=${t("edit.properties")}>
    ${problemsOf(page)}
    ${!layer ? designSection(page) : chosen.length > 1 ? several(chosen) : one(page, layer)}
  </aside>`;
}

/** Mistakes, each with the way to its layer. @param {WorkState} page */
function problemsOf(page) {
  if (page.trouble) return html`<section><div class="note bad" role="alert">${icon("warn")}<p>${page.trouble}</p></div></section>`;
  if (!page.isJson) return html`<section><div class="note bad">${icon("warn")}<p>${t("edit.json.broken")}</p></div></section>`;
  // What is half typed is no mistake yet.
  if (!page.problems.length || page.offer) return nothing;
  return html`<section><div class="note bad">${icon("warn")}<div><b>${t("edit.mistakes", { count: page.problems.length })}</b>
    <ul>${page.problems.slice(0, 8).map(({ pointer, sentence: said }) => html`<li>${layerAt(pointer)
      ? html`<button class="link" @click=${() => work().select([layerAt(pointer)?.pointer ?? ""])}>${layerAt(pointer)?.name}</button> `
      : pointer ? html`<code>${pointer}</code> ` : nothing}${said}</li>`)}</ul>${mendButton(page)}</div></div></section>`;
}

/** Whether something names what is gone. @param {WorkState} page */
const isMendable = (page) => mended(page.document, work().places, parsed(page.base?.text ?? "") ?? page.document) !== page.document;

/** @param {WorkState} page */
export const mendButton = (page) => (isMendable(page) ? html`<button class="btn sm mt8" @click=${mend}>${t("edit.mend")}</button>` : nothing);

/** Let what named what is gone show what it did, in one step. */
function mend() {
  const { base, document } = work().now;
  work().edit((text) => json.rewrite(text, mended(JSON.parse(text), work().places, parsed(base?.text ?? "") ?? document)));
}

/** The innermost layer of a pointer. @param {string} pointer */
function layerAt(pointer) {
  const parts = pointer.split("/");
  for (let count = parts.length; count > 1; count -= 1) {
    const found = work().layer(parts.slice(0, count).join("/"));
    if (found) return found;
  }
  return null;
}

const EDGES = /** @type {const} */ ([["left", "align-left"], ["centre", "align-centre"], ["right", "align-right"], ["top", "align-top"], ["middle", "align-middle"], ["bottom", "align-bottom"]]);

/** @param {number} count of selected layers */
const aligning = (count) => html`<div class="iconrow" role="toolbar" aria-label=${t("edit.align")}>
  ${EDGES.map(([edge, name]) => html`<button class="icon" aria-label=${t(`edit.align.${edge}`)} @click=${() => act.align(edge)}>${icon(name)}</button>`)}
  <button class="icon" aria-label=${t("edit.spread.across")} aria-disabled=${count < 3} @click=${() => act.distribute("x")}>${icon("spread-across")}</button>
  <button class="icon" aria-label=${t("edit.spread.down")} aria-disabled=${count < 3} @click=${() => act.distribute("y")}>${icon("spread-down")}</button></div>`;

/** @param {Layer[]} chosen */
const several = (chosen) => html`<section><h2 class="h3">${t("edit.several", { count: chosen.length })}</h2>${aligning(chosen.length)}
  <div class="acts"><button class="btn sm" @click=${act.group}>${t("edit.group")}</button><button class="btn sm" @click=${() => act.duplicate()}>${t("edit.duplicate")}</button>
  <button class="btn sm" @click=${choose}>${t("edit.choose.do")}</button><button class="btn sm" @click=${act.deleteChosen}>${t("edit.delete")}</button></div></section>`;

/** @param {WorkState} page @param {Layer} layer */
function one(page, layer) {
  const { raw } = layer;
  return html`<section><h2 class="h3">${layer.name} <span class="chip">${icon(iconOf(layer))}${kindWord(layer)}</span></h2>
      ${layer.kind === "choose" ? html`<p class="small quiet">${t("edit.choose")}</p>` : placing(layer)}
      <div class="props mt8">${line(t("edit.name"), raw.id ?? "", (value) => rename(layer, value))}</div>${following(layer)}</section>
    ${layer.kind === "choose" ? choiceSection(page, layer) : nothing}
    ${layer.kind === "text" ? textSection(page, layer) : nothing}
    ${layer.kind === "image" ? imageSection(page, layer) : nothing}
    ${layer.kind === "shape" ? shapeSection(layer) : nothing}
    ${layer.kind === "group" ? groupSection(layer) : nothing}
    ${["qr", "barcode"].includes(layer.kind) ? codeSection(layer) : nothing}
    ${["text", "shape", "image"].includes(layer.kind) ? shadowSection(layer) : nothing}
    ${layer.kind === "choose" ? nothing : html`${shownSection(page, layer)}${sizesOf(page, layer)}`}
    <section><div class="acts">
      <button class="btn sm" @click=${() => act.reorder(1, false)}>${t("edit.forward")}</button><button class="btn sm" @click=${() => act.reorder(-1, false)}>${t("edit.back")}</button>
      <button class="btn sm" @click=${() => act.duplicate()}>${t("edit.duplicate")}</button><button class="btn sm" @click=${act.deleteChosen}>${t("edit.delete")}</button>
      ${layer.path.length === 2 && layer.kind !== "choose" && page.document.fields?.length ? html`<button class="btn sm" @click=${choose}>${t("edit.choose.do")}</button>` : nothing}</div></section>`;
}

/** Call a layer otherwise, and with it whoever names it. @param {Layer} layer @param {string} value */
function rename(layer, value) {
  const id = value.trim().slice(0, 64);
  const { id: old } = layer.raw;
  const taken = flat(work().layers).some((one) => one.raw.id === id && one.pointer !== layer.pointer);
  if (!id || id === old || taken) return work().set({});
  work().edit((text) => (old ? json.rewrite(text, withLayerRenamed(JSON.parse(text), layer.path.slice(0, -1), old, id)) : json.set(text, [...layer.path, "id"], id)));
}

/** Whom a layer's place follows from, and the way out of it. @param {Layer} layer */
function following({ path, raw, seen }) {
  const names = [raw.hug?.layer, raw.after?.layer].filter(Boolean);
  if (!names.length) return nothing;
  const stand = () => work().edit((text) => {
    const free = ["hug", "after"].reduce((found, key) => (raw[key] ? json.set(found, [...path, key, "layer"], "") : found), text);
    return json.rewrite(free, mended(JSON.parse(free), seen ? new Map([...work().places, [markOf({ ...raw, ...unnamed(raw) }), seen]]) : work().places, work().now.document));
  });
  return html`<p class="small quiet mt8">${t("edit.follows", { name: sentence(names[0]) })} <button class="link" @click=${stand}>${t("edit.follows.stand")}</button></p>`;
}

/** What a layer says of others, with nobody's name. @param {any} raw */
const unnamed = (raw) => Object.fromEntries(["hug", "after"].filter((key) => raw[key]).map((key) => [key, { ...raw[key], layer: "" }]));

const KINDS = ["text", "image", "shape", "group", "choose", "qr", "barcode", "chart", "progress", "rating", "countdown"];

/** @param {Layer} layer */
export const kindWord = (layer) => (KINDS.includes(layer.kind) ? t(`edit.kind.${layer.kind}`) : layer.kind);

/** @param {Layer} layer @param {(string | number)[]} path @param {unknown} value */
export const put = (layer, path, value) => work().assign([...layer.path, ...path], value, `${layer.pointer}/${path.join("/")}`);

/** @param {Layer} layer */
function placing(layer) {
  const { raw } = layer;
  const side = (/** @type {"x" | "y" | "width" | "height"} */ key, /** @type {string} */ label, /** @type {string} */ name) =>
    number(label, raw.box?.[key], (value) => put(layer, ["box", key], value), { whole: true, least: key === "width" || key === "height" ? 1 : -100_000, name });
  return html`${aligning(1)}<div class="props">
    ${side("x", "X", t("edit.x"))}${side("y", "Y", t("edit.y"))}${side("width", t("edit.w"), t("edit.width"))}${side("height", t("edit.h"), t("edit.height"))}
    ${number(t("edit.angle"), raw.rotation ?? 0, (value) => put(layer, ["rotation"], value || undefined), { unit: "°", least: -360, most: 360 })}
    ${number(t("edit.opacity"), Math.round((raw.opacity ?? 1) * 1000) / 10, (value) => put(layer, ["opacity"], value === 100 ? undefined : (value ?? 100) / 100), { unit: " %", least: 0, most: 100 })}
  </div>`;
}

/** @param {WorkState} page @param {Layer} layer */
function imageSection(page, layer) {
  const { raw } = layer;
  const names = typeof raw.asset === "string" ? [...new Set([raw.asset, ...page.pictures])] : null;
  return html`<section><h2 class="h3">${t("edit.kind.image")} <button class="icon sm" aria-label=${t("edit.picture.upload")} @click=${() => anotherPicture().then((name) => name && put(layer, ["asset"], name))}>${icon("upload")}</button></h2>
    <div class="props">
    ${names ? choice(t("edit.file"), raw.asset, names.map((name) => [name, name]), (name) => put(layer, ["asset"], name), true) : html`<p class="small quiet w">${t("edit.picture.chosen")}</p>`}
    ${choice(t("edit.fit"), raw.fit ?? "cover", [["cover", t("edit.fit.cover")], ["contain", t("edit.fit.contain")], ["fill", t("edit.fit.fill")]], (value) => put(layer, ["fit"], value))}
    ${number(t("edit.radius"), raw.radius ?? 0, (value) => put(layer, ["radius"], value || undefined), { least: 0 })}
    ${number(t("edit.focus.x"), Math.round((raw.focus?.x ?? 0.5) * 100), (value) => put(layer, ["focus", "x"], (value ?? 50) / 100), { unit: " %", least: 0, most: 100 })}
    ${number(t("edit.focus.y"), Math.round((raw.focus?.y ?? 0.5) * 100), (value) => put(layer, ["focus", "y"], (value ?? 50) / 100), { unit: " %", least: 0, most: 100 })}
    </div>${tick(t("edit.circle"), raw.circle === true, (value) => put(layer, ["circle"], value || undefined))}</section>`;
}

/** @param {Layer} layer */
function shapeSection(layer) {
  const { raw } = layer;
  /** @param {string} value */
  const shape = (value) => work().edit((text) => {
    const steps = /** @type {[string, unknown][]} */ ([["shape", value], ...(value === "rounded" && !raw.radius ? [["radius", 12]] : [])]);
    return steps.reduce((before, [key, one]) => setIn(before, layer, key, one), text);
  });
  return html`<section><h2 class="h3">${t("edit.kind.shape")}</h2><div class="props">
    ${choice("", raw.shape, [["rectangle", t("edit.shape.rectangle")], ["rounded", t("edit.shape.rounded")], ["ellipse", t("edit.shape.ellipse")], ["line", t("edit.shape.line")]], shape, false, t("edit.shape"))}
    ${raw.shape === "rounded" ? number(t("edit.radius"), raw.radius, (value) => put(layer, ["radius"], value), { least: 0.1 }) : nothing}
    ${paint(t("edit.fill"), raw.fill, (value, path = []) => put(layer, ["fill", ...path], value))}
    ${raw.stroke ? html`${color(t("edit.stroke"), raw.stroke.color ?? "#000000", (value) => put(layer, ["stroke", "color"], value))}${number(t("edit.stroke.width"), raw.stroke.width, (value) => put(layer, ["stroke", "width"], value), { least: 0.1 })}` : nothing}
    </div>${raw.stroke ? nothing : html`<button class="btn sm mt8" @click=${() => put(layer, ["stroke"], { color: "#111111", width: 2 })}>${t("edit.stroke.add")}</button>`}</section>`;
}

/** @param {string} text @param {Layer} layer @param {string} key @param {unknown} value */
const setIn = (text, layer, key, value) => json.set(text, [...layer.path, key], value);

/** @param {Layer} layer */
const groupSection = (layer) => html`<section><h2 class="h3">${t("edit.kind.group")}</h2><p class="small quiet">${layer.raw.stack ? t("edit.stack") : t("edit.group.count", { count: layer.children.length })}</p>
  <div class="acts mt8"><button class="btn sm" @click=${act.enter}>${t("edit.enter")}</button><button class="btn sm" @click=${act.ungroup}>${t("edit.ungroup")}</button></div></section>`;

/** @param {Layer} layer */
const codeSection = (layer) => html`<section><h2 class="h3">${kindWord(layer)}</h2><div class="props">
  ${line(t("edit.data"), plain(layer.raw.data), (value) => put(layer, ["data"], value))}
  ${color(t("edit.color"), layer.raw.color ?? "#000000", (value) => put(layer, ["color"], value))}${color(t("edit.ground"), layer.raw.background ?? "#ffffff", (value) => put(layer, ["background"], value))}</div></section>`;

/** @param {Layer} layer */
function shadowSection(layer) {
  const shadow = layer.raw.shadow;
  if (!shadow) return html`<section><h2 class="h3">${t("edit.shadow")} <button class="icon sm" aria-label=${t("edit.shadow.add")} @click=${() => put(layer, ["shadow"], { y: 4, blur: 12, color: "rgb(0 0 0 / 35%)" })}>${icon("plus", "s")}</button></h2></section>`;
  return html`<section><h2 class="h3">${t("edit.shadow")} <button class="icon sm" aria-label=${t("edit.shadow.remove")} @click=${() => put(layer, ["shadow"], undefined)}>${icon("close", "s")}</button></h2><div class="props">
    ${number(t("edit.shadow.across"), shadow.x ?? 0, (value) => put(layer, ["shadow", "x"], value))}${number(t("edit.shadow.down"), shadow.y ?? 0, (value) => put(layer, ["shadow", "y"], value))}
    ${number(t("edit.shadow.blur"), shadow.blur ?? 0, (value) => put(layer, ["shadow", "blur"], value), { least: 0 })}
    ${color(t("edit.color"), shadow.color ?? "#000000", (value) => put(layer, ["shadow", "color"], value))}</div></section>`;
}

/** @param {WorkState} page @param {Layer} layer */
function shownSection(page, layer) {
  const { raw } = layer;
  return html`<section><h2 class="h3">${t("edit.shown")} ${raw.when ? nothing : html`<span class="faint small">${raw.hidden ? t("edit.shown.never") : t("edit.shown.always")}</span>
      <button class="icon sm" aria-label=${t("edit.shown.add")} aria-disabled=${!page.document.fields?.length} @click=${() => page.document.fields?.length && put(layer, ["when"], { field: page.document.fields[0].name, is_set: true })}>${icon("plus", "s")}</button>`}</h2>
    ${raw.when ? conditionOf(page, raw.when, (when) => put(layer, ["when"], when)) : nothing}
    ${tick(t("edit.hidden"), raw.hidden === true, (value) => put(layer, ["hidden"], value || undefined))}</section>`;
}

/** @param {WorkState} page */
function designSection(page) {
  const { document, pictures } = page;
  const set = (/** @type {string[]} */ path) => (/** @type {unknown} */ value) => work().assign(path, value, path.join("/"));
  const ground = document.background;
  return html`<section><h2 class="h3">${t("edit.design")}</h2><div class="props">
      ${line(t("edit.title"), document.title ?? "", set(["title"]))}
      ${number(t("edit.w"), document.size?.width, set(["size", "width"]), { whole: true, least: 1, most: 4096, name: t("edit.width") })}${number(t("edit.h"), document.size?.height, set(["size", "height"]), { whole: true, least: 1, most: 4096, name: t("edit.height") })}
      ${typeof ground === "object" && ground?.asset !== undefined
        ? choice(t("edit.ground"), String(ground.asset), [...new Set([String(ground.asset), ...pictures])].map((name) => [name, name]), set(["background", "asset"]), true)
        : Array.isArray(ground?.cases) ? nothing : paint(t("edit.ground"), ground ?? "#ffffff", (value, path = []) => work().assign(["background", ...path], value, `background/${path.join("/")}`))}
      ${line(t("edit.alt"), plain(document.alt), set(["alt"]))}
      ${choice(t("edit.format"), document.format ?? "png", ["png", "jpg", "gif", "webp", "avif"].map((name) => [name, name.toUpperCase()]), set(["format"]), true)}
    </div>${Array.isArray(ground?.cases) ? grounds(page) : nothing}<p class="small quiet mt8">${t("edit.nothing")}</p></section>
    ${sizesSection(page)}
    <section><h2 class="h3">${t("edit.layers")}</h2><p class="small quiet">${t("edit.layers.count", { count: asNumber(document.layers?.length ?? 0) })}</p></section>`;
}
