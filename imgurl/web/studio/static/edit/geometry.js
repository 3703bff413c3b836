/**
 * Where boxes go: resizing, snapping, aligning, distributing. All results are whole pixels.
 *
 * @typedef {import("./layers.js").Box} Box
 *
 * @typedef {object} Guide a line that something snapped to
 * @property {"x" | "y"} axis
 * @property {number} at
 * @property {number | null} gap the distance that is shown beside it
 *
 * @typedef {object} Snapped
 * @property {number} dx
 * @property {number} dy
 * @property {Guide[]} guides
 */

/** The least side of a box. */
const LEAST = 1;

/**
 * A box whose handle was dragged.
 *
 * @param {Box} box
 * @param {string} handle of n, e, s, w: "ne" is the corner at the top right
 * @param {number} dx
 * @param {number} dy
 * @param {{ratio?: boolean, centre?: boolean}} [how]
 * @returns {Box}
 */
export function resized(box, handle, dx, dy, { ratio = false, centre = false } = {}) {
  const across = handle.includes("e") ? 1 : handle.includes("w") ? -1 : 0;
  const down = handle.includes("s") ? 1 : handle.includes("n") ? -1 : 0;
  const twice = centre ? 2 : 1;
  let width = Math.max(LEAST, box.width + across * dx * twice);
  let height = Math.max(LEAST, box.height + down * dy * twice);
  if (ratio && box.width > 0 && box.height > 0) {
    const byWidth = width / box.width;
    const byHeight = height / box.height;
    const factor = !across ? byHeight : !down ? byWidth : Math.abs(byWidth - 1) > Math.abs(byHeight - 1) ? byWidth : byHeight;
    [width, height] = [Math.max(LEAST, box.width * factor), Math.max(LEAST, box.height * factor)];
  }
  [width, height] = [Math.round(width), Math.round(height)];
  const left = centre || (!across && ratio) ? box.x + (box.width - width) / 2 : across < 0 ? box.x + box.width - width : box.x;
  const top = centre || (!down && ratio) ? box.y + (box.height - height) / 2 : down < 0 ? box.y + box.height - height : box.y;
  return { x: Math.round(left), y: Math.round(top), width, height };
}

/** Edges and centre along an axis. @param {Box} box @param {"x" | "y"} axis @returns {number[]} */
const lines = (box, axis) => {
  const [start, size] = axis === "x" ? [box.x, box.width] : [box.y, box.height];
  return [start, start + size / 2, start + size];
};

/**
 * How far a moving box has to go on so that it meets edges or centres of others, or leaves an equal gap.
 *
 * @param {Box} box
 * @param {readonly Box[]} others with that of the canvas
 * @param {number} within in pixels of the design
 * @returns {Snapped}
 */
export function snap(box, others, within) {
  const x = nearest(box, others, "x", within);
  const y = nearest(box, others, "y", within);
  return { dx: x?.by ?? 0, dy: y?.by ?? 0, guides: [x, y].flatMap((one) => (one ? [one.guide] : [])) };
}

/** @param {Box} box @param {readonly Box[]} others @param {"x" | "y"} axis @param {number} within @returns {{by: number, guide: Guide} | null} */
function nearest(box, others, axis, within) {
  /** @type {{by: number, guide: Guide} | null} */
  let best = null;
  for (const other of others) {
    for (const line of lines(other, axis)) {
      for (const own of lines(box, axis)) {
        const by = line - own;
        // Whole pixels: the middle of an odd side would end between two.
        if (Math.abs(by) <= within && Number.isInteger(by) && Math.abs(by) < Math.abs(best?.by ?? Infinity)) {
          best = { by, guide: { axis, at: line, gap: null } };
        }
      }
    }
  }
  return best ?? equalGap(box, others, axis, within);
}

/** The place between two neighbours in a row where both gaps are the same. @param {Box} box @param {readonly Box[]} others @param {"x" | "y"} axis @param {number} within @returns {{by: number, guide: Guide} | null} */
function equalGap(box, others, axis, within) {
  const [start, size] = axis === "x" ? /** @type {const} */ (["x", "width"]) : /** @type {const} */ (["y", "height"]);
  const before = others.filter((one) => one[start] + one[size] <= box[start] + within && isBeside(one, box, axis));
  const behind = others.filter((one) => one[start] >= box[start] + box[size] - within && isBeside(one, box, axis));
  if (!before.length || !behind.length) return null;
  const from = Math.max(...before.map((one) => one[start] + one[size]));
  const to = Math.min(...behind.map((one) => one[start]));
  const wanted = from + (to - from - box[size]) / 2;
  const by = Math.round(wanted) - box[start];
  return Math.abs(by) <= within && to - from > box[size] ? { by, guide: { axis, at: Math.round(wanted), gap: Math.round(wanted) - from } } : null;
}

/** @param {Box} one @param {Box} other @param {"x" | "y"} axis */
const isBeside = (one, other, axis) =>
  axis === "x" ? one.y < other.y + other.height && other.y < one.y + one.height : one.x < other.x + other.width && other.x < one.x + one.width;

/** @typedef {"left" | "centre" | "right" | "top" | "middle" | "bottom"} Edge */

/** A box at an edge of a frame. @param {Box} box @param {Box} frame @param {Edge} edge @returns {Box} */
export function aligned(box, frame, edge) {
  const x = { left: frame.x, centre: frame.x + (frame.width - box.width) / 2, right: frame.x + frame.width - box.width };
  const y = { top: frame.y, middle: frame.y + (frame.height - box.height) / 2, bottom: frame.y + frame.height - box.height };
  return edge in x
    ? { ...box, x: Math.round(x[/** @type {keyof typeof x} */ (edge)]) }
    : { ...box, y: Math.round(y[/** @type {keyof typeof y} */ (edge)]) };
}

/** Boxes with even gaps between them; the outer two stay. @param {readonly Box[]} boxes @param {"x" | "y"} axis @returns {Box[]} in the same order */
export function distributed(boxes, axis) {
  const size = axis === "x" ? "width" : "height";
  const order = [...boxes.keys()].sort((one, other) => (boxes[one]?.[axis] ?? 0) - (boxes[other]?.[axis] ?? 0));
  const [first, last] = [boxes[order[0] ?? 0], boxes[order.at(-1) ?? 0]];
  if (!first || !last || boxes.length < 3) return [...boxes];
  const room = last[axis] + last[size] - first[axis] - boxes.reduce((sum, one) => sum + one[size], 0);
  const gap = room / (boxes.length - 1);
  const placed = [...boxes];
  let at = first[axis];
  for (const place of order) {
    const box = boxes[place];
    if (!box) continue;
    placed[place] = place === order[0] || place === order.at(-1) ? box : { ...box, [axis]: Math.round(at) };
    at += box[size] + gap;
  }
  return placed;
}

/** The angle of a turn, in whole degrees; it sticks at quarters. @param {number} angle @param {boolean} isCoarse in steps of 15 */
export function turned(angle, isCoarse) {
  const step = isCoarse ? 15 : 1;
  const whole = Math.round(angle / step) * step;
  const quarter = Math.round(angle / 90) * 90;
  const near = Math.abs(angle - quarter) <= 3 ? quarter : whole;
  return ((((near + 180) % 360) + 360) % 360) - 180 || 0;
}

/** The number of a sum such as 600/2+10, null for what is none. @param {string} text @returns {number | null} */
export function sum(text) {
  const clean = text.replace(/\s|px|°|%/g, "").replace(/−/g, "-").replace(/(\d),(\d)/g, "$1.$2").replace(/×/g, "*").replace(/÷/g, "/");
  const tokens = clean.match(/\d*\.?\d+|[-+*/()]/g) ?? [];
  if (!tokens.length || tokens.join("") !== clean) return null;
  let at = 0;
  /** @returns {number} */
  const factor = () => {
    const token = tokens[at++];
    if (token === "-") return -factor();
    if (token === "+") return factor();
    if (token === "(") {
      const inner = terms();
      at += 1;
      return inner;
    }
    return token === undefined ? NaN : Number(token);
  };
  const products = () => {
    let value = factor();
    while (tokens[at] === "*" || tokens[at] === "/") value = tokens[at++] === "*" ? value * factor() : value / factor();
    return value;
  };
  /** @returns {number} */
  function terms() {
    let value = products();
    while (tokens[at] === "+" || tokens[at] === "-") value = tokens[at++] === "+" ? value + products() : value - products();
    return value;
  }
  const value = terms();
  return at >= tokens.length && Number.isFinite(value) ? value : null;
}
