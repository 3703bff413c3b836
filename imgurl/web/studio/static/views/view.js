/**
 * What a page is: a module in this folder whose default export is a View, listed in routes.js.
 *
 * @typedef {import("../vendor/lit.js").TemplateResult} Template
 * @typedef {import("../core/store.js").State} State
 *
 * @typedef {object} View
 * @property {(state: State) => string} title what the browser's tab says before "imgurl Studio"
 * @property {(route: import("../core/store.js").Route) => {close(): void} | void} open makes the page's state
 *   (`new Pages({…})`) and asks for what it shows; what it returns is closed when the page is left
 * @property {(state: State) => Template} draw the page as a function of the state
 * @property {"page" | "design"} [frame] "design": with the bar of a design and its tabs
 * @property {(state: State) => Template | null} [next] the button at the right of the bar: the next step
 */
export {};
