/**
 * The one state of the pages: frozen, replaced by `set`, and drawn after each change.
 *
 * @typedef {object} Session who is signed in, as GET /studio/api/session says
 * @property {string} name
 * @property {string[]} scopes
 * @property {string[] | null} designs
 * @property {boolean} is_test
 * @property {string} change_token
 * @property {string} links_begin_with
 * @property {boolean} is_private
 * @property {"" | "scope" | "designs" | "folder"} why_no_new_designs "": they can make them
 * @property {string} version
 *
 * @typedef {object} Route
 * @property {string} view the name of a view in routes.js
 * @property {Readonly<Record<string, string>>} params parts of the path
 * @property {Readonly<Record<string, string>>} query
 *
 * @typedef {object} Away the server does not answer
 * @property {number} tries
 *
 * @typedef {object} State
 * @property {Session | null | undefined} session null if nobody is signed in, undefined until that is known
 * @property {Route} route
 * @property {import("../views/view.js").View | null} view the module of the route, once it is loaded
 * @property {any} page the state of the view, which it knows the form of; frozen
 * @property {"auto" | "light" | "dark"} theme
 * @property {string} language
 * @property {Away | null} away
 * @property {import("../vendor/lit.js").TemplateResult | null} dialog what lies above the page
 */

/** @type {State} */
let current = Object.freeze({
  session: undefined,
  route: Object.freeze({ view: "", params: {}, query: {} }),
  view: null,
  page: null,
  theme: "auto",
  language: "en",
  away: null,
  dialog: null,
});

/** @type {((state: State) => void) | null} */
let draw = null;
let isWaiting = false;

/** The state as it is now. */
export const state = () => current;

/** @param {Partial<State>} patch */
export function set(patch) {
  current = Object.freeze({ ...current, ...patch });
  if (isWaiting || draw === null) return;
  isWaiting = true;
  queueMicrotask(() => {
    isWaiting = false;
    draw?.(current);
  });
}

/** @param {(state: State) => void} drawing is called with the state after each change */
export function onChange(drawing) {
  draw = drawing;
}

/**
 * The state of one view while it is open. What comes late, when another one is, changes nothing.
 *
 * @template {object} Page
 */
export class Pages {
  /** @param {Page} first */
  constructor(first) {
    this.leaving = new AbortController();
    /** @type {Page | null} the state as it was when the view was left */
    this.last = null;
    set({ page: Object.freeze(first) });
  }

  /** Aborted when the view is left: for fetches. */
  get signal() {
    return this.leaving.signal;
  }

  /** @returns {Page} */
  get now() {
    return this.last ?? current.page;
  }

  /** @param {Partial<Page>} patch */
  set(patch) {
    if (!this.signal.aborted) set({ page: Object.freeze({ ...current.page, ...patch }) });
  }

  close() {
    this.last = current.page;
    this.leaving.abort();
  }
}

/** Close several things as one: the state of a view, and the pictures it shows. @param {{close(): void}[]} kept */
export const together = (...kept) => ({ close: () => kept.forEach((one) => one.close()) });
