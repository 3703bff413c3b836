/** Addresses: every page has one, and what a page shows is in its query. Values of recipients never are. */
import { ROUTES } from "../routes.js";
import { set, state } from "./store.js";

/** @type {{close(): void} | void} */
let open;

/** Count of pages opened; what was loaded for an earlier one comes too late. */
let opened = 0;

/** Draw the page of the address, now and whenever it changes. */
export function startRouter() {
  addEventListener("popstate", () => show());
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a[href^='/studio']");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.hasAttribute("download") || link.hasAttribute("target")) return;
    event.preventDefault();
    go(link.getAttribute("href") ?? "/studio");
  });
  return show();
}

/** @param {string} address @param {{replace?: boolean}} [options] */
export function go(address, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  scrollTo(0, 0);
  return show(true);
}

/**
 * Change what the address says of the page that is open, which stays open.
 *
 * @param {Record<string, string | null>} patch null takes a parameter away
 */
export function setQuery(patch) {
  const route = state().route;
  const query = Object.fromEntries(
    Object.entries({ ...route.query, ...patch }).flatMap(([name, text]) => (text ? [[name, text]] : [])),
  );
  const search = new URLSearchParams(query).toString();
  history.replaceState(null, "", location.pathname + (search ? `?${search}` : ""));
  set({ route: Object.freeze({ ...route, query: Object.freeze(query) }) });
}

/** @param {string} design @param {string} [tab] the name of a view, none for the preview */
export const designAddress = (design, tab = "") => `/studio/designs/${design}${tab ? `/${tab}` : ""}`;

/** @param {string} path */
export function match(path) {
  for (const entry of ROUTES) {
    const names = entry.path.split("/");
    const parts = path.replace(/\/$/, "").split("/");
    if (names.length !== parts.length) continue;
    if (!names.every((name, place) => name.startsWith(":") || name === parts[place])) continue;
    const params = names.flatMap((name, place) =>
      name.startsWith(":") ? [[name.slice(1), decodeURIComponent(parts[place] ?? "")]] : [],
    );
    return { entry, params: Object.freeze(Object.fromEntries(params)) };
  }
  return null;
}

/** @param {boolean} [moves] whether the reader went here, so that the page is read from its beginning */
async function show(moves = false) {
  const number = ++opened;
  const found = match(location.pathname);
  const query = Object.freeze(Object.fromEntries(new URLSearchParams(location.search)));
  const view = found ? (await found.entry.load()).default : null;
  if (number !== opened) return;
  if (open) open.close();
  const route = Object.freeze({ view: found?.entry.view ?? "", params: found?.params ?? {}, query });
  set({ route, view, page: null, dialog: null });
  open = state().session || route.view === "enter" ? view?.open(route) : undefined;
  if (moves) queueMicrotask(() => document.querySelector("main")?.focus());
}

/** Open the page of the address once more: somebody has signed in. */
export const reopen = () => show();
