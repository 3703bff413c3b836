/** How well a text can be read on what is below it, as WCAG 2 measures it: from the pixels that are drawn. */

/** A share of the letters may be on worse ground. */
const SHARE = 0.05;

/** @param {string} url @param {number} width @param {number} height */
async function pixels(url, width, height) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(image, 0, 0, width, height);
  return context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
}

/** @param {number} part of 255 */
const linear = (part) => (part <= 10.31475 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);

/** @param {number} red @param {number} green @param {number} blue */
const luminance = (red, green, blue) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/**
 * The contrast that nearly all of the letters have at least.
 *
 * @param {ArrayLike<number>} below pixels, four bytes each
 * @param {ArrayLike<number>} own those of the text on nothing
 * @returns {number | null} null for a text that is not seen
 */
export function contrastOf(below, own) {
  let most = 0;
  for (let at = 3; at < own.length; at += 4) most = Math.max(most, own[at] ?? 0);
  if (most < 24) return null;
  /** @type {number[]} */
  const found = [];
  for (let at = 0; at < own.length; at += 4) {
    const alpha = own[at + 3] ?? 0;
    // What is fainter is an edge, or a shadow.
    if (alpha < most * 0.95) continue;
    const ground = [0, 1, 2].map((part) => below[at + part] ?? 0);
    const letter = ground.map((one, part) => ((own[at + part] ?? 0) * alpha + one * (255 - alpha)) / 255);
    const [light, dark] = [luminance(letter[0] ?? 0, letter[1] ?? 0, letter[2] ?? 0), luminance(ground[0] ?? 0, ground[1] ?? 0, ground[2] ?? 0)].sort((one, other) => other - one);
    found.push(((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05));
  }
  found.sort((one, other) => one - other);
  return found[Math.floor(found.length * SHARE)] ?? null;
}

/** @param {string} below @param {string} own @param {{width: number, height: number}} size */
export async function measured(below, own, { width, height }) {
  const [ground, letters] = await Promise.all([pixels(below, width, height), pixels(own, width, height)]);
  return contrastOf(ground, letters);
}

/** What a text needs by WCAG 2.2, 1.4.3: large letters less. @param {number} size in px @param {number} weight */
export const needed = (size, weight) => (size >= 24 || (size >= 18.66 && weight >= 700) ? 3 : 4.5);
