/** Icons of the sprite: 16 px, in the colour of the text around them. */
import { html } from "../vendor/lit.js";

const SPRITE = new URL("../icons.svg", import.meta.url).pathname;

/**
 * @param {string} name an id of icons.svg
 * @param {string} [size] "s" for 14 px
 */
export const icon = (name, size = "") =>
  html`<svg class="i ${size}" viewBox="0 0 16 16" aria-hidden="true"><use href="${SPRITE}#${name}"></use></svg>`;

export const logo = html`<svg viewBox="0 0 22 22" aria-hidden="true"><rect width="22" height="22" rx="6"/><path d="m10 6.500-4 4.500 4 4.500M16 6.500l-4 4.500 4 4.500"/></svg>`;
