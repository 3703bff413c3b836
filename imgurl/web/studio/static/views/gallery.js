/** The designs as pictures. */
import { call } from "../core/server.js";
import { Pages } from "../core/store.js";
import { t } from "../core/words.js";
import { html } from "../vendor/lit.js";

/** @type {import("./view.js").View} */
export default {
  title: () => t("nav.designs"),
  open() {
    const page = new Pages({ designs: /** @type {any[]} */ ([]) });
    call("GET", "/designs?limit=100", { signal: page.signal }).then((found) => page.set({ designs: found.designs }), () => {});
    return page;
  },
  draw: ({ page }) => html`<main class="page" id="main" tabindex="-1">
    <div class="head"><div class="grow"><h1>${t("nav.designs")}</h1></div></div>
    <ul class="gallery">${page.designs.map((/** @type {any} */ one) => html`<li><a class="tile" href="/studio/designs/${one.design_id}">
      <div class="frame"><img src="/studio/api/designs/${one.design_id}/preview.png" width=${one.width} height=${one.height} alt=""></div>
      <h2>${one.title}</h2><p class="meta">${one.width} × ${one.height}</p></a></li>`)}</ul></main>`,
};
