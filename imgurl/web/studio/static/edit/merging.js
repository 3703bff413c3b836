/**
 * Two people's edits of one document: what somebody changed, put on what somebody else saved.
 *
 * Layers are known by their id and fields by their name, so what was inserted before them does not matter; a layer
 * without an id is known by its place.
 *
 * @typedef {import("./json.js").Key} Key
 *
 * @typedef {object} Change
 * @property {Key[]} path with `#id` in place of a number for what has one
 * @property {"set" | "remove" | "insert" | "order"} what
 * @property {any} before
 * @property {any} after
 * @property {number} [index] where it was inserted
 */
import { insert, isSame, move, remove, set } from "./json.js";

/** @param {any} item @returns {string | null} */
const keyOf = (item) => (typeof item === "object" && item ? (item.id ? `#${item.id}` : item.name && item.sample !== undefined ? `#${item.name}` : null) : null);

/** Whether all items of a list can be told apart by their keys. @param {any} list */
const isKeyed = (list) => {
  if (!Array.isArray(list) || !list.length) return false;
  const keys = list.map(keyOf);
  return keys.every((key) => key !== null) && new Set(keys).size === keys.length;
};

/**
 * What is different in another value.
 *
 * @param {any} before
 * @param {any} after
 * @param {Key[]} [path]
 * @returns {Change[]}
 */
export function changesOf(before, after, path = []) {
  if (isSame(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const areKeyed = (isKeyed(before) || !before.length) && (isKeyed(after) || !after.length);
    return areKeyed ? changesOfKeyed(before, after, path) : changesOfPlain(before, after, path);
  }
  if (typeof before === "object" && typeof after === "object" && before && after && !Array.isArray(before) && !Array.isArray(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
      if (!(key in after)) return [{ path: [...path, key], what: /** @type {const} */ ("remove"), before: before[key], after: undefined }];
      if (!(key in before)) return [{ path: [...path, key], what: /** @type {const} */ ("set"), before: undefined, after: after[key] }];
      return changesOf(before[key], after[key], [...path, key]);
    });
  }
  return [{ path, what: "set", before, after }];
}

/** @param {any[]} before @param {any[]} after @param {Key[]} path @returns {Change[]} */
function changesOfKeyed(before, after, path) {
  const [old, now] = [new Map(before.map((one) => [keyOf(one), one])), new Map(after.map((one) => [keyOf(one), one]))];
  /** @type {Change[]} */
  const found = [];
  for (const [key, one] of old) {
    if (!now.has(key)) found.push({ path: [...path, key ?? ""], what: "remove", before: one, after: undefined });
    else found.push(...changesOf(one, now.get(key), [...path, key ?? ""]));
  }
  for (const [index, one] of after.entries()) {
    if (!old.has(keyOf(one))) found.push({ path, what: "insert", before: undefined, after: one, index });
  }
  const [was, is] = [before.map(keyOf).filter((key) => now.has(key)), after.map(keyOf).filter((key) => old.has(key))];
  if (!isSame(was, is)) found.push({ path, what: "order", before: was, after: is });
  return found;
}

/** @param {any[]} before @param {any[]} after @param {Key[]} path @returns {Change[]} */
function changesOfPlain(before, after, path) {
  if (before.length !== after.length) return [{ path, what: "set", before, after }];
  return before.flatMap((one, index) => changesOf(one, after[index], [...path, index]));
}

/**
 * Put one's own changes on what somebody else saved.
 *
 * @param {string} base the text that both began from
 * @param {string} mine
 * @param {string} theirs
 * @returns {{text: string, shared: string, conflicts: Change[], others: Change[]}} a text with all of one's own changes,
 *   and one with those that the other one has not changed as well; the conflicts, and all that the other one changed
 */
export function merged(base, mine, theirs) {
  const first = JSON.parse(base);
  const own = changesOf(first, JSON.parse(mine));
  const other = changesOf(first, JSON.parse(theirs));
  /** @type {Change[]} */
  const conflicts = [];
  let [text, shared] = [theirs, theirs];
  for (const change of own) {
    const hits = other.filter((one) => touches(change, one) && !isSame(one, change));
    if (hits.length) conflicts.push(change);
    else shared = applied(shared, change);
    text = applied(text, change);
  }
  return { text, shared, conflicts, others: other };
}

/** Whether two changes are about the same. @param {Change} one @param {Change} other */
function touches(one, other) {
  if (one.what === "insert" || other.what === "insert") return one.what === other.what && keyOf(one.after) !== null && keyOf(one.after) === keyOf(other.after);
  if (one.what === "order" || other.what === "order") return one.what === other.what && isSame(one.path, other.path);
  const short = Math.min(one.path.length, other.path.length);
  return isSame(one.path.slice(0, short), other.path.slice(0, short));
}

/** @param {string} text @param {Change} change */
function applied(text, change) {
  const path = placed(JSON.parse(text), change.path);
  if (!path) return change.what === "remove" ? text : revived(text, change);
  if (change.what === "remove") return remove(text, path);
  if (change.what === "set") return set(text, path, change.after);
  if (change.what === "insert") return inserted(text, path, change);
  return ordered(text, path, change.after);
}

/** A layer that the other one has deleted can't be changed; what was set in it is lost with it. @param {string} text @param {Change} change */
const revived = (text, change) => (change.path.length === 1 ? set(text, change.path, change.after) : text);

/** @param {string} text @param {Key[]} path @param {Change} change */
function inserted(text, path, change) {
  const list = path.reduce((/** @type {any} */ node, key) => node?.[key], JSON.parse(text));
  const there = Array.isArray(list) ? list.findIndex((one) => keyOf(one) === keyOf(change.after)) : -1;
  return there >= 0 ? set(text, [...path, there], change.after) : insert(text, path, change.index ?? 0, change.after);
}

/** @param {string} text @param {Key[]} path @param {string[]} order */
function ordered(text, path, order) {
  let result = text;
  const listOf = () => path.reduce((/** @type {any} */ node, key) => node?.[key], JSON.parse(result));
  const places = /** @type {any[]} */ (listOf()).map(keyOf).flatMap((key, index) => (order.includes(key ?? "") ? [index] : []));
  const known = order.filter((key) => listOf().some((/** @type {any} */ one) => keyOf(one) === key));
  for (const [rank, key] of known.entries()) {
    const from = /** @type {any[]} */ (listOf()).findIndex((one) => keyOf(one) === key);
    result = move(result, path, from, places[rank] ?? from);
  }
  return result;
}

/** A path with numbers for a document; null if it has no such place. @param {any} document @param {Key[]} path @returns {Key[] | null} */
function placed(document, path) {
  /** @type {Key[]} */
  const found = [];
  let node = document;
  for (const [depth, key] of path.entries()) {
    if (Array.isArray(node)) {
      const index = typeof key === "number" ? key : node.findIndex((one) => keyOf(one) === key);
      if (index < 0 || index >= node.length) return null;
      found.push(index);
      node = node[index];
    } else {
      if (typeof node !== "object" || !node) return null;
      // What is missing is made on the way, unless it would have to be an item of a list.
      if (!(key in node) && path.slice(depth).some((one) => String(one).startsWith("#"))) return null;
      if (!(key in node)) return [...found, ...path.slice(depth)];
      found.push(key);
      node = node[key];
    }
  }
  return found;
}
