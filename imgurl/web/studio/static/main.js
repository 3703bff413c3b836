/** The Studio begins here. */
import { startRouter } from "./core/router.js";
import { askSession } from "./core/server.js";
import { onChange, set, state } from "./core/store.js";
import { loadWords, preferredLanguage, t } from "./core/words.js";
import { render } from "./vendor/lit.js";
import { frame, frameKeys } from "./views/frame.js";

const place = /** @type {HTMLElement} */ (document.getElementById("studio"));
const theme = /** @type {"auto" | "light" | "dark"} */ (localStorage.getItem("imgurl.theme") ?? "auto");
const language = preferredLanguage();

set({ theme, language });
document.documentElement.dataset.theme = theme;
document.addEventListener("keydown", frameKeys);
await Promise.all([loadWords(language), askSession().catch(() => {})]);
onChange((now) => {
  render(frame(now), place);
  const title = now.view?.title(now);
  document.title = title ? `${title} · ${t("studio")}` : t("studio");
});
await startRouter();
set({ theme: state().theme });
