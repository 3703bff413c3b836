// The types of lit.js, for the type checker only.
export { html, svg, nothing, render, noChange } from "lit-html";
export type { TemplateResult, SVGTemplateResult } from "lit-html";
export { repeat } from "lit-html/directives/repeat.js";
export { ref, createRef } from "lit-html/directives/ref.js";
export type { Ref } from "lit-html/directives/ref.js";
export { live } from "lit-html/directives/live.js";
export { keyed } from "lit-html/directives/keyed.js";
export { guard } from "lit-html/directives/guard.js";
export { ifDefined } from "lit-html/directives/if-defined.js";
