/**
 * The table of all pages: their addresses, and the module that is loaded when one is first opened.
 *
 * @typedef {object} Entry
 * @property {string} view its name
 * @property {string} path `:name` is one part of the path
 * @property {() => Promise<{default: import("./views/view.js").View}>} load
 * @property {string} [tab] the key of its word, if it is a tab of a design
 */

/** @type {readonly Entry[]} */
export const ROUTES = [
  { view: "gallery", path: "/studio", load: () => import("./views/gallery.js") },
  { view: "enter", path: "/studio/enter/:link", load: () => import("./views/enter.js") },
  { view: "preview", path: "/studio/designs/:design", load: () => import("./views/preview.js"), tab: "tab.preview" },
  { view: "edit", path: "/studio/designs/:design/edit", load: () => import("./views/edit.js"), tab: "tab.edit" },
  { view: "embed", path: "/studio/designs/:design/embed", load: () => import("./views/embed.js"), tab: "tab.embed" },
  { view: "mailbox", path: "/studio/designs/:design/mailbox", load: () => import("./views/mailbox.js"), tab: "tab.mailbox" },
  { view: "preflight", path: "/studio/designs/:design/preflight", load: () => import("./views/preflight.js"), tab: "tab.preflight" },
  { view: "history", path: "/studio/designs/:design/history", load: () => import("./views/history.js"), tab: "tab.history" },
  { view: "new", path: "/studio/new", load: () => import("./views/new.js") },
  { view: "campaigns", path: "/studio/campaigns", load: () => import("./views/campaigns.js") },
  { view: "explain", path: "/studio/explain", load: () => import("./views/explain.js") },
];
