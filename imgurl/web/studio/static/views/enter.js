/** A one-time link: it is used up by this page's request, so whatever only looks at a link leaves it whole. */
import { go } from "../core/router.js";
import { ServerError, signIn } from "../core/server.js";
import { Pages, state } from "../core/store.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";

/** @type {import("./view.js").View} */
export default {
  title: () => t("signin.title"),
  open(route) {
    const page = new Pages({ complaint: "" });
    signIn({ link: route.params.link ?? "" }).then(
      () => go("/studio", { replace: true }),
      (error) => {
        const isUsed = error instanceof ServerError && error.status === 401;
        // Whoever is signed in already needs no other link.
        if (isUsed && state().session) go("/studio", { replace: true });
        else page.set({ complaint: t(isUsed ? "enter.used" : "failed") });
      },
    );
    return page;
  },
  draw: ({ page }) => html`<main class="page door" id="main" tabindex="-1">
    ${page?.complaint
      ? html`<div class="card void"><h1 class="big">${t("signin.title")}</h1><p role="alert">${page.complaint}</p>
          <div class="acts"><a class="btn go" href="/studio">${t("enter.key")}</a></div></div>`
      : nothing}
  </main>`,
};
