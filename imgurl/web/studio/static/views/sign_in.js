/** Signing in, above whatever page is kept. */
import { reopen } from "../core/router.js";
import { ServerError, signIn as begin } from "../core/server.js";
import { set, state } from "../core/store.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";

/** What went wrong at the last try. */
let complaint = "";

/** @param {import("../core/store.js").State} now */
export const signIn = (now) => {
  if (now.route.view === "enter") return nothing;
  const card = html`<form class="card void" @submit=${submit}>
    <h1 class="big">${t("signin.title")}</h1>
    <p>${t("signin.text")}</p>
    <input class="input mt8" type="password" name="key" aria-label=${t("signin.key")} placeholder=${t("signin.key")} autocomplete="current-password" required>
    ${complaint ? html`<p class="complaint" role="alert">${complaint}</p>` : nothing}
    <button class="btn go wide">${t("signin.do")}</button>
    <p class="small">${t("signin.cookie")}</p>
  </form>`;
  return now.page === null
    ? html`<main class="page door" id="main" tabindex="-1">${card}</main>`
    : html`<div class="door above" role="region" aria-label=${t("signin.title")}>${card}</div>`;
};

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const key = String(new FormData(form).get("key") ?? "");
  try {
    await begin({ key });
    complaint = "";
    form.reset();
    // Work that was kept stays; without any the page begins now.
    if (state().page === null) await reopen();
  } catch (error) {
    complaint = error instanceof ServerError && error.status === 401 ? t("signin.wrong") : t("failed");
    set({});
  }
}
