/** What is around every page: top bar, the bar of a design, sign-in, strips, dialogs. */
import { icon, logo } from "../core/icons.js";
import { closeDialog, openDialog } from "../core/page.js";
import { designAddress, go } from "../core/router.js";
import { signOut, tryAgain } from "../core/server.js";
import { set, state } from "../core/store.js";
import { LANGUAGES, loadWords, t } from "../core/words.js";
import { ROUTES } from "../routes.js";
import { html, nothing, ref } from "../vendor/lit.js";
import { finder } from "./finder.js";
import { signIn } from "./sign_in.js";

/** @typedef {import("../core/store.js").State} State */

const NAVIGATION = /** @type {const} */ ([
  ["gallery", "/studio", "tiles", "nav.designs"],
  ["campaigns", "/studio/campaigns", "bars", "nav.campaigns"],
  ["explain", "/studio/explain", "find", "nav.explain"],
]);

/** The whole of what is seen. @param {State} state */
export function frame(state) {
  const isDesign = state.view?.frame === "design" && state.session;
  return html`
    <a class="skip" href="#main" @click=${skip}>${t("skip")}</a>
    ${top(state)} ${isDesign ? bar(state) : nothing} ${away(state)} ${state.session === null ? signIn(state) : nothing}
    ${content(state)} ${dock(state)} ${state.dialog ? dialog(state.dialog) : nothing}
  `;
}

/** @param {State} state */
function content(state) {
  if (state.route.view === "enter" && state.view) return state.view.draw(state);
  if (!state.session && state.page === null) return nothing;
  if (!state.view) return missing();
  return state.page === null ? nothing : state.view.draw(state);
}

const missing = () => html`<main class="page" id="main" tabindex="-1"><div class="void">
  <h1>${t("missing.title")}</h1><p>${t("missing.text")}</p>
  <div class="acts"><a class="btn go" href="/studio">${t("nav.all")}</a></div></div></main>`;

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** The place in the map that a view belongs to. @param {State} state @param {string} name */
const isHere = (state, name) => state.route.view === name || (name === "gallery" && state.view?.frame === "design");

/** @param {State} state @param {string} name */
const current = (state, name) => (isHere(state, name) ? "page" : nothing);

/** @param {State} state */
function top(state) {
  const isDark = state.theme === "dark" || (state.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return html`<header class="top">
    <a class="brand" href="/studio">${logo}imgurl</a>
    <nav class="nav" aria-label=${t("studio")}>
      ${pages().map(([name, address, , word]) => html`<a href=${address} aria-current=${current(state, name)}>${t(word)}</a>`)}
    </nav>
    <span class="grow"></span>
    ${state.session
      ? html`<button class="find" @click=${openFinder}>${icon("find")}<span>${t("find.title")}</span><kbd>${t("find.keys")}</kbd></button>`
      : nothing}
    <button class="icon" aria-label=${t(isDark ? "theme.light" : "theme.dark")} @click=${() => setTheme(isDark ? "light" : "dark")}>${icon(isDark ? "sun" : "moon")}</button>
    <button class="icon help" aria-label=${t("help.title")} @click=${() => openDialog(help())}>${icon("help")}</button>
    ${state.session
      ? html`<button class="who" aria-label=${t("person.button", { initials: initials(state.session.name), name: state.session.name })} @click=${() => openDialog(person())}>${initials(state.session.name)}</button>`
      : nothing}
  </header>`;
}

/** Those of the map that there are. */
const pages = () => NAVIGATION.filter(([name]) => ROUTES.some((entry) => entry.view === name));

/** @param {string} name */
const initials = (name) =>
  (name.startsWith("studio-") ? "ME" : name.split(/[^a-z0-9]+/i).map((word) => word.slice(0, 1)).join("").slice(0, 2) || name.slice(0, 2)).toUpperCase();

/** @param {State} state */
function bar(state) {
  const id = state.route.params.design ?? "";
  const title = state.page?.design?.title ?? id;
  return html`<div class="bar" role="region" aria-label=${title}>
    <div class="left">
      <a class="icon sm" href="/studio" aria-label=${t("nav.all")}>${icon("left")}</a>
      <h1>${title}</h1><span class="saved">${state.page?.saved ?? nothing}</span>
    </div>
    <nav class="tabs" aria-label=${t("nav.design")}>
      ${ROUTES.flatMap((entry) => entry.tab
        ? [html`<a href=${designAddress(id, entry.view === "preview" ? "" : entry.view)} aria-current=${current(state, entry.view)} ${ref(bringIn)}>${t(entry.tab)}</a>`]
        : [])}
    </nav>
    <div class="right">${state.view?.next?.(state) ?? nothing}</div>
  </div>`;
}

/** Scroll the current tab into view on a narrow screen. @param {Element | undefined} tab */
function bringIn(tab) {
  if (tab?.hasAttribute("aria-current")) queueMicrotask(() => tab.scrollIntoView({ block: "nearest", inline: "center" }));
}

/** @param {State} state */
function away(state) {
  return state.away
    ? html`<div class="strap warn" role="status">${icon("warn")}<span class="grow">${t("away.text")}</span><button class="btn sm" @click=${tryAgain}>${t("away.now")}</button></div>`
    : nothing;
}

/** @param {State} state */
function dock(state) {
  if (!state.session) return nothing;
  return html`<nav class="dock" aria-label=${t("nav.dock")}>
    ${pages().map(([name, address, symbol, word]) => html`<a href=${address} aria-current=${current(state, name)}>${icon(symbol)}${t(word)}</a>`)}
    <button @click=${() => openDialog(help())}>${icon("more")}${t("nav.more")}</button>
  </nav>`;
}

/** @param {import("../vendor/lit.js").TemplateResult} content */
const dialog = (content) =>
  html`<dialog class="sheet" aria-labelledby="dialog-title" ${ref(showModal)} @close=${closeDialog} @click=${closeOutside}>${content}</dialog>`;

/** @param {Element | undefined} element */
function showModal(element) {
  if (element instanceof HTMLDialogElement && !element.open) queueMicrotask(() => element.isConnected && element.showModal());
}

/** @param {MouseEvent} event */
function closeOutside(event) {
  if (event.target === event.currentTarget) closeDialog();
}

export const closeButton = () =>
  html`<button class="icon sm" aria-label=${t("close")} @click=${closeDialog}>${icon("close")}</button>`;

const openFinder = () => openDialog(finder());

/** Keys of every page. @param {KeyboardEvent} event */
export function frameKeys(event) {
  if (!state().session) return;
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
    event.preventDefault();
    openFinder();
  }
  const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "?" && !isTyping) openDialog(help());
}

/** @param {"auto" | "light" | "dark"} theme */
function setTheme(theme) {
  localStorage.setItem("imgurl.theme", theme);
  document.documentElement.dataset.theme = theme;
  set({ theme });
}

/** @param {string} language */
async function setLanguage(language) {
  localStorage.setItem("imgurl.language", language);
  closeDialog();
  await loadWords(language);
  set({ language });
}

const help = () => html`<header><h2 id="dialog-title" class="grow">${t("help.title")}</h2>${closeButton()}</header>
  <div class="pad">
    <p>${t("help.text")}</p>
    <h3 class="mt16 mb8">${t("help.keys")}</h3>
    <ul class="rows">
      <li><span>${t("find.title")}</span><kbd>${t("find.keys")}</kbd></li>
      <li><span>${t("help.title")}</span><kbd>?</kbd></li>
    </ul>
    <h3 class="mt16 mb8">${t("help.appearance")}</h3>
    <div class="seg" role="group" aria-label=${t("help.appearance")}>
      ${/** @type {const} */ (["auto", "light", "dark"]).map((theme) => html`<button aria-pressed=${state().theme === theme} @click=${() => (setTheme(theme), openDialog(help()))}>${t(`theme.name.${theme}`)}</button>`)}
    </div>
    <h3 class="mt16 mb8">${t("help.language")}</h3>
    <div class="seg" role="group" aria-label=${t("help.language")}>
      ${LANGUAGES.map((name) => html`<button lang=${name} aria-pressed=${state().language === name} @click=${() => setLanguage(name)}>${t(`language.${name}`)}</button>`)}
    </div>
  </div>`;

const person = () => html`<header><h2 id="dialog-title" class="grow">${t("person.title", { name: state().session?.name ?? "" })}</h2>${closeButton()}</header>
  <div class="pad">
    <p class="quiet">${t("person.may", { scopes: (state().session?.scopes ?? []).map((scope) => t(`scope.${scope}`)).join(", ") })}</p>
    <div class="acts mt16"><button class="btn" @click=${leave}>${t("person.leave")}</button></div>
  </div>`;

async function leave() {
  await signOut();
  closeDialog();
  await go("/studio", { replace: true });
}
