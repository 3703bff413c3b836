/** Help: what there is to do, the keys, appearance and language. Loaded when somebody first asks for it. */
import { state } from "../core/store.js";
import { LANGUAGES, t } from "../core/words.js";
import { html } from "../vendor/lit.js";

/** @typedef {"auto" | "light" | "dark"} Theme */

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Names of keys as they are written on the reader's keyboard. */
const names = () => ({ ctrl: isMac ? "⌘" : t("key.ctrl"), alt: isMac ? "⌥" : t("key.alt"), shift: isMac ? "⇧" : t("key.shift"), enter: t("key.enter"), escape: t("key.escape"), tab: t("key.tab"), arrows: t("key.arrows"), delete: t("key.delete") });

/** What keys do: the end of a word's key, and the keys, one way after the other. */
const ANYWHERE = /** @type {const} */ ([
  ["find", ["{ctrl} K"]],
  ["help", ["?"]],
]);
const CANVAS = /** @type {const} */ ([
  ["tools", ["V", "H", "T", "I", "R", "O", "L"]],
  ["move", ["{arrows}", "{shift} {arrows}"]],
  ["grow", ["{ctrl} {arrows}"]],
  ["next", ["{tab}", "{shift} {tab}"]],
  ["enter", ["{enter}", "{shift} {enter}"]],
  ["escape", ["{escape}"]],
  ["undo", ["{ctrl} Z", "{ctrl} {shift} Z", "{ctrl} Y"]],
  ["copy", ["{ctrl} C", "{ctrl} V", "{ctrl} X"]],
  ["double", ["{ctrl} D", "{ctrl} A"]],
  ["delete", ["{delete}"]],
  ["group", ["{ctrl} G", "{ctrl} {shift} G"]],
  ["order", ["[", "]", "{ctrl} [", "{ctrl} ]"]],
  ["align.x", ["{alt} A", "{alt} D", "{alt} H"]],
  ["align.y", ["{alt} W", "{alt} S", "{alt} V"]],
  ["distribute", ["{alt} {shift} H", "{alt} {shift} V"]],
  ["zoom", ["+", "−"]],
  ["fit", ["{shift} 0", "{shift} 1", "{shift} 2"]],
  ["save", ["{ctrl} S"]],
  ["json", ["{ctrl} J"]],
]);

/** @param {readonly (readonly [string, readonly string[]])[]} rows */
const table = (rows) => html`<table class="keys"><tbody>${rows.map(([what, keys]) => html`<tr>
  <th scope="row">${t(`keys.${what}`)}</th>
  <td>${keys.map((combination) => html`<kbd>${combination.replace(/\{(\w+)\}/g, (_, name) => /** @type {Record<string, string>} */ (names())[name] ?? name)}</kbd> `)}</td></tr>`)}</tbody></table>`;

/**
 * @param {import("../vendor/lit.js").TemplateResult} close the button that closes it
 * @param {(theme: Theme) => void} setTheme
 * @param {(language: string) => void} setLanguage
 */
export const help = (close, setTheme, setLanguage) => html`<header><h2 id="dialog-title" class="grow">${t("help.title")}</h2>${close}</header>
  <div class="pad">
    <p>${t("help.text")}</p>
    <h3 class="mt16 mb8">${t("help.appearance")}</h3>
    <div class="seg" role="group" aria-label=${t("help.appearance")}>
      ${/** @type {const} */ (["auto", "light", "dark"]).map((theme) => html`<button aria-pressed=${state().theme === theme} @click=${() => setTheme(theme)}>${t(`theme.name.${theme}`)}</button>`)}
    </div>
    <h3 class="mt16 mb8">${t("help.language")}</h3>
    <div class="seg" role="group" aria-label=${t("help.language")}>
      ${LANGUAGES.map((name) => html`<button lang=${name} aria-pressed=${state().language === name} @click=${() => setLanguage(name)}>${t(`language.${name}`)}</button>`)}
    </div>
    <h3 class="mt16 mb8">${t("help.keys")}</h3>
    ${table(ANYWHERE)}
    <h3 class="mt16 mb8">${t("help.keys.canvas")}</h3>
    <p class="hint mb8">${t("help.keys.canvas.when")}</p>
    ${table(CANVAS)}
  </div>`;
