/** Two people changed the same: both pictures, and what to do. */
import { closeDialog, say } from "../core/page.js";
import { call } from "../core/server.js";
import { ago, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { closeButton } from "../views/frame.js";
import { go } from "../core/router.js";
import { forget } from "./kept.js";
import { pictureOf, sentenceOf } from "./work.js";

/** @typedef {import("./work.js").Work} Work @typedef {import("./work.js").Base} Base @typedef {import("./merging.js").Change} Change */

/**
 * @param {Work} here
 * @param {Base} theirs
 * @param {ReturnType<typeof import("./merging.js").merged>} both
 */
export function collision(here, theirs, both) {
  const name = theirs.by || t("edit.somebody");
  const number = theirs.number ?? 0;
  const what = placesOf(both.conflicts).join(", ");
  return html`<header><h2 id="dialog-title" class="grow">${t("edit.collision.title", { name, number })}</h2>${closeButton()}</header>
    <div class="ask"><p>${t("edit.collision.text", { name, what, ago: ago(theirs.saved) })}</p>
    <p class="small quiet">${t("edit.collision.changed", { name, what: new Intl.ListFormat().format(both.others.map(said).slice(0, 8)) })}</p>
    <div class="two pair"><figure>${theirPicture(here, theirs)}<figcaption>${t("edit.collision.theirs", { number })}</figcaption></figure>
      <figure>${here.now.look ? html`<img src=${here.now.look.url} alt=${t("edit.collision.mine")}>` : nothing}<figcaption>${t("edit.collision.mine")}</figcaption></figure></div>
    <div class="acts"><button class="btn" @click=${() => discard(here)}>${t("edit.collision.discard")}</button>
      <button class="btn" @click=${() => copy(here)}>${t("edit.collision.copy")}</button>
      ${both.shared === theirs.text ? nothing : html`<button class="btn" @click=${() => mine(here, theirs, both.shared)}>${t("edit.collision.shared", { name })}</button>`}
      <button class="btn go" @click=${() => mine(here, theirs, both.text)}>${t("edit.collision.put", { number })}</button></div></div>`;
}

/** Where changes are: layers and fields by their names. @param {readonly Change[]} changes */
const placesOf = (changes) => [...new Set(changes.map(({ path }) => String(path.find((one) => String(one).startsWith("#")) ?? path[0]).replace("#", "")))];

/** A change by its place and its property: "greeting, box x". @param {Change} change */
function said({ path, after, what }) {
  const place = path.findIndex((one) => String(one).startsWith("#"));
  if (what === "insert") return String(after?.id ?? after?.name ?? path[0]);
  return [String(path[Math.max(0, place)]).replace("#", ""), path.slice(place < 0 ? 1 : place + 1).join(" ")].filter(Boolean).join(", ");
}

/** @param {Work} here @param {Base} theirs */
function theirPicture(here, theirs) {
  const image = html`<img alt=${t("edit.collision.theirs", { number: theirs.number ?? 0 })} data-theirs width=${here.now.document.size?.width} height=${here.now.document.size?.height}>`;
  call("POST", here.path("draft"), { body: { text: theirs.text, data: here.now.values }, signal: here.signal }).then(async ({ look }) => {
    const place = document.querySelector("img[data-theirs]");
    if (look && place instanceof HTMLImageElement) place.src = await pictureOf(look.image, look.media_type);
  }, () => {});
  return image;
}

/** @param {Work} here @param {Base} theirs @param {string} both */
async function mine(here, theirs, both) {
  closeDialog();
  here.change(both);
  try {
    await here.send(both, theirs.revision, theirs.by || t("edit.somebody"));
  } catch (error) {
    here.fail(error);
  }
}

/** @param {Work} here */
async function copy(here) {
  closeDialog();
  try {
    const title = t("edit.copy.title", { title: here.now.document.title ?? here.now.id });
    const made = await call("POST", here.path("copy"), { body: { title, text: here.now.text } });
    here.put(here.now.base?.text ?? here.now.text, [], {});
    here.keep();
    say(t("edit.copy.made"));
    await go(`/studio/designs/${made.design_id}/edit`);
  } catch (error) {
    here.set({ trouble: sentenceOf(error) });
  }
}

/** @param {Work} here */
function discard(here) {
  closeDialog();
  forget(here.place);
  here.load();
}
