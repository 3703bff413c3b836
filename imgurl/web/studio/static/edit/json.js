/**
 * JSON that is edited as a text: an edit changes only its own bytes, so that order, blanks and line ends stay.
 *
 * @typedef {string | number} Key
 * @typedef {readonly Key[]} Path
 *
 * @typedef {object} Node a value in the text
 * @property {number} start
 * @property {number} end
 * @property {"object" | "array" | "plain"} kind
 * @property {Entry[]} entries members or items, in their order
 *
 * @typedef {object} Entry
 * @property {Key} key
 * @property {number} start where its key begins, or the item itself
 * @property {Node} node
 */

const BLANK = /[\s]/;
const PLAIN_END = /[\s,\]}]/;

/**
 * Return the places of all values of a text that is JSON. Raises SyntaxError.
 *
 * @param {string} text
 * @returns {Node}
 */
export function read(text) {
  JSON.parse(text);
  // It is JSON, so only the places are looked for.
  return nodeAt(text, skip(text, 0));
}

/** @param {string} text @param {number} at */
function skip(text, at) {
  while (BLANK.test(text[at] ?? "")) at += 1;
  return at;
}

/** The place after a string. @param {string} text @param {number} at */
function stringEnd(text, at) {
  at += 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** @param {string} text @param {number} start @returns {Node} */
function nodeAt(text, start) {
  const sign = text[start];
  if (sign === '"') return { start, end: stringEnd(text, start), kind: "plain", entries: [] };
  if (sign !== "{" && sign !== "[") {
    let end = start;
    while (end < text.length && !PLAIN_END.test(text[end] ?? "")) end += 1;
    return { start, end, kind: "plain", entries: [] };
  }
  const isObject = sign === "{";
  /** @type {Entry[]} */
  const entries = [];
  let at = skip(text, start + 1);
  while (text[at] !== "}" && text[at] !== "]") {
    const begin = at;
    /** @type {Key} */
    let key = entries.length;
    if (isObject) {
      const end = stringEnd(text, at);
      key = JSON.parse(text.slice(at, end));
      at = skip(text, skip(text, end) + 1);
    }
    const node = nodeAt(text, at);
    entries.push({ key, start: begin, node });
    at = skip(text, node.end);
    if (text[at] === ",") at = skip(text, at + 1);
  }
  return { start, end: at + 1, kind: isObject ? "object" : "array", entries };
}

/** @param {Node} node @param {Key} key of a key that appears twice the last one counts, as for all readers */
const entryOf = (node, key) => node.entries.findLast((entry) => entry.key === key);

/** The node at a path. @param {Node} root @param {Path} path @returns {Node | null} */
export function find(root, path) {
  let node = root;
  for (const key of path) {
    const entry = entryOf(node, key);
    if (!entry) return null;
    node = entry.node;
  }
  return node;
}

/**
 * Return the text with another value at a path; what is missing on the way to it is made.
 *
 * @param {string} text
 * @param {Path} path
 * @param {unknown} value
 * @returns {string}
 */
export function set(text, path, value) {
  let node = read(text);
  for (const [depth, key] of path.entries()) {
    const entry = entryOf(node, key);
    if (entry) {
      node = entry.node;
      continue;
    }
    const isNoPlace = node.kind === "plain" || (node.kind === "array" && typeof key !== "number");
    if (isNoPlace) return splice(text, node, write(nested(path.slice(depth), value)));
    return add(text, node, node.entries.length, key, write(nested(path.slice(depth + 1), value)));
  }
  if (isSame(JSON.parse(text.slice(node.start, node.end)), value)) return text;
  return splice(text, node, write(value));
}

/** Return the text without what is at a path. @param {string} text @param {Path} path @returns {string} */
export function remove(text, path) {
  const parent = find(read(text), path.slice(0, -1));
  const place = parent?.entries.findLastIndex((entry) => entry.key === path.at(-1)) ?? -1;
  return parent && place >= 0 ? without(text, parent, place) : text;
}

/** Return the text with a value more in a list. @param {string} text @param {Path} path to the list @param {number} index @param {unknown} value */
export const insert = (text, path, index, value) => insertSource(text, path, index, write(value));

/**
 * The same with the value as it is to be written.
 *
 * @param {string} text
 * @param {Path} path
 * @param {number} index
 * @param {string} source
 */
export function insertSource(text, path, index, source) {
  const list = find(read(text), path);
  if (!list) return set(text, path, [JSON.parse(source)]);
  return add(text, list, Math.max(0, Math.min(index, list.entries.length)), null, source);
}

/** Return the text with an item of a list at another place; its bytes stay. @param {string} text @param {Path} path @param {number} from @param {number} to */
export function move(text, path, from, to) {
  const list = find(read(text), path);
  const item = list?.entries[from]?.node;
  if (!list || !item || from === to) return text;
  const source = text.slice(item.start, item.end);
  return insertSource(without(text, list, from), path, to, source);
}

/** What is written at a path, "" for nothing. @param {string} text @param {Path} path */
export function source(text, path) {
  const node = find(read(text), path);
  return node ? text.slice(node.start, node.end) : "";
}

/** The path to the innermost value around a place of the text. @param {string} text @param {number} at @returns {Key[]} */
export function pathAt(text, at) {
  /** @type {Key[]} */
  const path = [];
  let node = read(text);
  for (;;) {
    const entry = node.entries.find((one) => one.start <= at && at <= one.node.end);
    if (!entry) return path;
    path.push(entry.key);
    node = entry.node;
  }
}

/** @param {string} text @param {Node} node @param {string} source */
const splice = (text, node, source) => text.slice(0, node.start) + source + text.slice(node.end);

/** @param {string} text @param {Node} parent @param {number} place */
function without(text, parent, place) {
  const entries = parent.entries;
  const [before, entry, behind] = [entries[place - 1], entries[place], entries[place + 1]];
  if (!entry) return text;
  if (before) return text.slice(0, before.node.end) + text.slice(entry.node.end);
  return text.slice(0, entry.start) + text.slice(behind ? behind.start : entry.node.end);
}

/**
 * @param {string} text
 * @param {Node} parent
 * @param {number} index
 * @param {Key | null} key of a member
 * @param {string} source
 */
function add(text, parent, index, key, source) {
  const written = parent.kind === "object" ? `${JSON.stringify(key)}: ${source}` : source;
  const entries = parent.entries;
  const before = entries[index - 1];
  if (!entries.length) return text.slice(0, parent.start + 1) + written + text.slice(parent.end - 1);
  if (before) return `${text.slice(0, before.node.end)},${gap(text, parent)}${written}${text.slice(before.node.end)}`;
  const first = entries[0]?.start ?? parent.start + 1;
  return `${text.slice(0, first)}${written},${gap(text, parent)}${text.slice(first)}`;
}

/** The blanks between two entries: those before the second one, or else the first. @param {string} text @param {Node} parent */
function gap(text, parent) {
  const [first, second] = parent.entries;
  const before = second ?? first;
  if (!before) return " ";
  let at = before.start;
  while (BLANK.test(text[at - 1] ?? "")) at -= 1;
  return text.slice(at, before.start) || " ";
}

/** @param {Path} path @param {unknown} value @returns {unknown} */
const nested = (path, value) =>
  path.reduceRight((/** @type {unknown} */ inner, key) => (typeof key === "number" ? [inner] : { [key]: inner }), value);

/**
 * JSON on one line, as people write it.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function write(value) {
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).filter(([, one]) => one !== undefined).map(([key, one]) => `${JSON.stringify(key)}: ${write(one)}`).join(", ")}}`;
}

/**
 * The text with another value, in which only what differs has other bytes.
 *
 * @param {string} text
 * @param {any} after
 * @param {Path} [path] of the value
 * @param {any} [before] what the text has there
 * @returns {string}
 */
export function rewrite(text, after, path = [], before = JSON.parse(text)) {
  if (isSame(before, after)) return text;
  if (Array.isArray(before) && Array.isArray(after)) return rewriteList(text, after, path, before);
  const areObjects = [before, after].every((one) => typeof one === "object" && one && !Array.isArray(one));
  if (!areObjects) return set(text, path, after);
  const kept = Object.keys(before).reduce((found, key) => (key in after ? found : remove(found, [...path, key])), text);
  return Object.keys(after).reduce((found, key) => (key in before ? rewrite(found, after[key], [...path, key], before[key]) : set(found, [...path, key], after[key])), kept);
}

/** @param {string} text @param {any[]} after @param {Path} path @param {any[]} before @returns {string} */
function rewriteList(text, after, path, before) {
  const isLike = (/** @type {any} */ one, /** @type {any} */ other) => (one?.id || one?.name ? one.id === other?.id && one.name === other?.name : isSame(one, other));
  /** @type {number[]} */
  const kept = [];
  if (before.length !== after.length) {
    // What is there still, in its order; another list is written as a whole.
    let next = 0;
    for (const one of after) {
      const place = before.findIndex((other, index) => index >= next && isLike(other, one));
      if (place < 0) return set(text, path, after);
      kept.push(place);
      next = place + 1;
    }
  } else kept.push(...before.keys());
  const shorter = before.reduceRight((found, _, index) => (kept.includes(index) ? found : remove(found, [...path, index])), text);
  return kept.reduce((found, place, index) => rewrite(found, after[index], [...path, index], before[place]), shorter);
}

/** @param {unknown} one @param {unknown} other @returns {boolean} */
export function isSame(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  const [left, right] = /** @type {Record<string, unknown>[]} */ ([one, other]);
  return keys.length === others.length && keys.every((key) => key in (right ?? {}) && isSame(left?.[key], right?.[key]));
}

/** @param {Path} path */
export const pointerOf = (path) => path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** @param {string} pointer @returns {Key[]} numbers where it can only be one */
export const pathOf = (pointer) =>
  pointer.split("/").slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~")));
