/** One design, as its recipients see it. */
import { call } from "../core/server.js";
import { Pages } from "../core/store.js";
import { html } from "../vendor/lit.js";

/** @type {import("./view.js").View} */
export default {
  title: ({ page, route }) => page?.design?.title ?? route.params.design,
  frame: "design",
  open(route) {
    const page = new Pages({ design: /** @type {any} */ (null) });
    call("GET", `/designs/${route.params.design}`, { signal: page.signal }).then((design) => page.set({ design }), () => {});
    return page;
  },
  draw: ({ page, route }) => html`<main class="work" id="main" tabindex="-1"><div class="stage"><figure class="hero">
    <img src="/studio/api/designs/${route.params.design}/preview.png" alt=${page.design?.alt ?? ""}></figure></div></main>`,
};
