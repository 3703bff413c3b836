/**
 * What parts of a document name each other, and what becomes of who names a part that goes.
 *
 * Layers of a group name each other (`hug`, `after`); texts, colours, files, addresses, conditions, lengths, sources
 * and default values name fields; layers name sizes; texts by language name languages; tests name choices. A part that
 * goes leaves what is seen by recipients who have no value of it.
 *
 * @typedef {import("./layers.js").Box} Box
 * @typedef {{name: string, type?: string, fallback?: any, sample?: any, choices?: string[], openable?: boolean, required?: boolean, time_zone?: string}} Field
 * @typedef {Map<string, Box>} Places where layers stand now, by `markOf`, in pixels of the design
 *
 * @typedef {object} Visitor
 * @property {(text: string, context: string, tag: string) => string | null} text null: what holds it has to go
 * @property {(test: any) => any} test true or false where the outcome does not depend on anything any more
 * @property {(name: string, context: string) => string | null} name
 * @property {(text: string) => string | undefined} [zone] that of a moment which a text named
 */
import { isSame } from "./json.js";

/** Keys whose texts may differ by language, and what tells objects of another kind from those. */
const BY_LANGUAGE = new Set(["text", "alt", "fallback", "locale", "format", "asset", "expired_image", "static", "expired", "days", "hours", "minutes", "seconds"]);
const NOT_BY_LANGUAGE = ["by", "initials"];
const NO_TEXT = ["flag", "color", "url"];
const NUMBERS = ["number", "money"];
const DATES = ["date", "datetime"];
const LISTED = ["choice", "language"];
const FILES = ["asset", "mask", "assets", "else", "fallback"];
const FIELD_KEYS = /** @type {Record<string, string>} */ ({ rating: "number", progress: "number", chart: "list", image: "url" });
const TOKEN = /\\(?:<<|>>|\[\[|\]\]|<\/?[a-z]+>)|<<\s*([^<>]*?)\s*>>|(\[\[)|(\]\])/g;

/** @param {any} node @returns {node is Record<string, any>} */
const isObject = (node) => typeof node === "object" && node !== null && !Array.isArray(node);

/** @param {Record<string, any>} node @param {(value: any, key: string) => any} map what undefined is returned for goes */
const mapped = (node, map) =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, map(value, key)]).filter(([, value]) => value !== undefined));

/** A document in which all that names fields was visited. @param {any} document @param {Visitor} visitor @returns {any} */
function visited(document, visitor) {
  const found = mapped(document, (value, key) => {
    if (key === "layers") return layersIn(value, visitor);
    if (key === "alt") return textsIn(value, "text", visitor);
    if (key === "pdf") return isObject(value) ? mapped(value, (one, name) => (name === "title" ? visitor.text(one, "plain", "") ?? "" : one)) : value;
    if (key === "default_values") return isObject(value) ? named(value, "value", visitor) : value;
    if (key === "background" && isObject(value) && Array.isArray(value.cases)) return chosen(value, "background", visitor);
    return key === "sources" && isObject(value) ? sourcesIn(value, visitor) : value;
  });
  return found;
}

/** An object whose keys are fields. @param {Record<string, any>} node @param {string} context @param {Visitor} visitor */
function named(node, context, visitor) {
  const entries = Object.entries(node).map(([name, value]) => [visitor.name(name, context), value]).filter(([name]) => name !== null);
  return Object.fromEntries(entries);
}

/** @param {Record<string, any>} sources @param {Visitor} visitor */
function sourcesIn(sources, visitor) {
  const found = mapped(sources, (source) => {
    if (!isObject(source)) return source;
    const values = isObject(source.values) ? named(source.values, "value", visitor) : source.values;
    const url = typeof source.url === "string" ? visitor.text(source.url, "address", "") : source.url;
    return url === null || (isObject(values) && !Object.keys(values).length) ? undefined : { ...source, url, values };
  });
  return Object.keys(found).length ? found : undefined;
}

/** A text, or one by language; undefined where none is left. @param {any} value @param {string} context @param {Visitor} visitor */
function textsIn(value, context, visitor) {
  if (typeof value === "string") return value.includes("<<") ? visitor.text(value, context, "") ?? undefined : value;
  return isObject(value) ? mapped(value, (one, tag) => (typeof one === "string" && one.includes("<<") ? visitor.text(one, context, tag) ?? undefined : one)) : value;
}

/** @param {any} layers @param {Visitor} visitor @returns {any} */
function layersIn(layers, visitor) {
  if (!Array.isArray(layers)) return layers;
  return layers.flatMap((layer) => {
    if (!isObject(layer)) return [layer];
    if (layer.type === "choose" && Array.isArray(layer.cases)) {
      const found = chosen(layer, "layers", visitor);
      return Array.isArray(found) ? found : [found];
    }
    const found = layerIn(layer, visitor);
    return found ? [found] : [];
  });
}

/**
 * A choice with the cases whose condition can still decide; what is chosen for good where there is none.
 *
 * @param {Record<string, any>} choice
 * @param {"layers" | "background"} what each case has
 * @param {Visitor} visitor
 */
function chosen(choice, what, visitor) {
  const inner = (/** @type {any} */ one) => (what === "layers" ? layersIn(one, visitor) : one);
  const cases = [];
  let rest = inner(choice.else);
  for (const one of choice.cases) {
    const when = isObject(one) && isObject(one.when) ? condition(one.when, visitor) : one?.when;
    if (when === false) continue;
    const kept = isObject(one) ? { ...one, when, [what]: inner(one[what]) } : one;
    if (when === true) {
      rest = kept[what];
      break;
    }
    cases.push(kept);
  }
  return cases.length ? { ...choice, cases, else: rest } : rest;
}

/** A layer; null if it can't be without the field. @param {Record<string, any>} layer @param {Visitor} visitor @param {boolean} [isPatch] @returns {any} */
function layerIn(layer, visitor, isPatch = false) {
  let isGone = false;
  /** @type {Record<string, any>} */
  const more = {};
  const found = mapped(layer, (value, key) => {
    if (key === "id" || key === "type") return value;
    if ((key === "when" || key === "show_if") && isObject(value)) {
      const left = key === "when" ? condition(value, visitor) : visitor.test(value);
      if (left === false) more.hidden = true;
      // In what differs in a size, null takes away what is said elsewhere.
      return typeof left === "boolean" ? (isPatch ? null : undefined) : left;
    }
    if (key === "layers") {
      const inner = layersIn(value, visitor);
      isGone ||= Array.isArray(inner) && !inner.length;
      return inner;
    }
    if (key === "sizes" && isObject(value)) return mapped(value, (patch) => (isObject(patch) ? (layerIn(patch, visitor, true) ?? undefined) : patch));
    if (key === "field" && typeof value === "string") {
      const name = visitor.name(value, FIELD_KEYS[layer.type] ?? "number");
      isGone ||= name === null;
      return name ?? undefined;
    }
    if (key === "bind" && isObject(value)) {
      const kept = mapped(value, (one) => {
        if (!isObject(one)) return one;
        const name = visitor.name(String(one.field), "number");
        return name === null ? undefined : { ...one, field: name };
      });
      return Object.keys(kept).length ? kept : undefined;
    }
    if (key === "styles" && isObject(value)) return named(mapped(value, (one) => partsIn(one, "", visitor)), "text", visitor);
    const left = partsIn(value, key, visitor);
    isGone ||= left === undefined;
    return left;
  });
  // A moment of a field is one of the field's time zone.
  if (layer.type === "countdown" && found.to !== layer.to && !layer.time_zone) more.time_zone = visitor.zone?.(layer.to) ?? layer.time_zone;
  return isGone ? null : { ...found, ...mapped(more, (one) => one) };
}

/** What a text is for, by the key that it is at. @param {string} key @param {string} text */
const contextOf = (key, text) =>
  key === "data" ? "sealed" : key === "url" ? "address" : key === "to" ? "date" : FILES.includes(key) ? "file"
    : /color$|^fill$|^track$/.test(key) && text.startsWith("<<") ? "color" : key === "text" ? "text" : "plain";

/** A value of a layer, whatever it is; undefined if the layer can't be without the field. @param {any} node @param {string} key @param {Visitor} visitor @returns {any} */
function partsIn(node, key, visitor) {
  if (typeof node === "string") return node.includes("<<") ? (visitor.text(node, contextOf(key, node), "") ?? undefined) : node;
  if (Array.isArray(node)) return node.map((one) => partsIn(one, key, visitor));
  if (!isObject(node)) return node;
  if (typeof node.by === "string" && isObject(node.assets)) {
    const by = visitor.name(node.by, "any");
    if (by === null) return node.else || undefined;
    return { ...node, by, assets: mapped(node.assets, (one) => partsIn(one, "assets", visitor)) };
  }
  if (isSpoken(node, key)) return textsIn(node, contextOf(key, String(Object.values(node)[0] ?? "")), visitor);
  return mapped(node, (one, name) => partsIn(one, name, visitor) ?? null);
}

/** A condition; true or false where its outcome does not depend on anything any more. @param {any} when @param {Visitor} visitor @returns {any} */
function condition(when, visitor) {
  if (!isObject(when)) return when;
  if (isObject(when.not)) {
    const inner = condition(when.not, visitor);
    return typeof inner === "boolean" ? !inner : { ...when, not: inner };
  }
  for (const [key, ends] of /** @type {[string, boolean][]} */ ([["all", false], ["any", true]])) {
    if (!Array.isArray(when[key])) continue;
    const parts = when[key].map((/** @type {any} */ one) => condition(one, visitor));
    if (parts.includes(ends)) return ends;
    const left = parts.filter((/** @type {any} */ one) => one !== !ends);
    return left.length ? { ...when, [key]: left } : !ends;
  }
  return typeof when.field === "string" ? visitor.test(when) : when;
}

/** A text with another name for a field. @param {string} text @param {string} old @param {string} name */
export const renamedIn = (text, old, name) => text.replace(TOKEN, (all, found) => (found === old ? `<<${name}>>` : all));

/**
 * A text in which a value stands for a field; a part in brackets goes if the value is empty.
 *
 * @param {string} text
 * @param {string} name
 * @param {string} value
 * @param {boolean} hasTags whether words in tags have a style there
 */
export function filledIn(text, name, value, hasTags) {
  const written = value.replace(hasTags ? /<<|>>|\[\[|\]\]|<\/?[a-z]+>/g : /<<|>>|\[\[|\]\]/g, (sign) => `\\${sign}`);
  /** @type {{isOptional: boolean, text: string, names: string[], isHit: boolean}[]} */
  const pieces = [{ isOptional: false, text: "", names: [], isHit: false }];
  let at = 0;
  for (const token of text.matchAll(TOKEN)) {
    const piece = /** @type {typeof pieces[number]} */ (pieces.at(-1));
    piece.text += text.slice(at, token.index);
    at = token.index + token[0].length;
    if (token[2] || token[3]) pieces.push({ isOptional: Boolean(token[2]), text: "", names: [], isHit: false });
    else if (token[1] === name) {
      piece.text += written;
      piece.isHit = true;
    } else {
      piece.text += token[0];
      if (token[1] !== undefined) piece.names.push(token[1]);
    }
  }
  const last = /** @type {typeof pieces[number]} */ (pieces.at(-1));
  last.text += text.slice(at);
  return pieces.map((one) => {
    if (!one.isOptional) return one.text;
    if (one.isHit && !value) return "";
    return one.isHit && !one.names.length ? one.text : `[[${one.text}]]`;
  }).join("");
}

/** The names of fields in a text. @param {string} text */
const namesIn = (text) => [...text.matchAll(TOKEN)].flatMap(([, name]) => (name === undefined ? [] : [name]));

/** What is seen of a field without a value. @param {Field} field @param {any} document @param {string} tag @param {boolean} needsOne */
function seenWithout(field, document, tag, needsOne) {
  const texts = field.fallback ?? (field.required ? document.default_values?.[field.name] : undefined) ?? "";
  const found = isObject(texts) ? String(texts[tag] ?? Object.values(texts)[0] ?? "") : String(texts);
  return found || (needsOne ? String(field.sample ?? "") : "");
}

/** Whether a test holds for a value: true, false, null for what can't be known. @param {any} test @param {Field} field @param {string} value @returns {boolean | null} */
function holds(test, field, value) {
  if (typeof test.is_set === "boolean" && Boolean(value) !== test.is_set) return false;
  const isFlag = field.type === "flag";
  const same = (/** @type {any} */ one) => (typeof one === "number" ? Number(value) === one : isFlag ? String(one).toLowerCase() === value.toLowerCase() : String(one) === value);
  /** @type {[string, (operand: any) => boolean][]} */
  const comparisons = [
    ["is", same], ["in", (list) => [list].flat().some(same)], ["at_least", (one) => Number(value) >= one], ["at_most", (one) => Number(value) <= one],
    ["before", (one) => value.slice(0, 10) < one], ["after", (one) => value.slice(0, 10) > one], ["matches", () => false],
  ];
  const asked = comparisons.filter(([key]) => key in test);
  if (!asked.length) return true;
  return value ? asked.every(([key, isSo]) => isSo(test[key])) : null;
}

/** Whether a layer is shown by a condition of old documents. @param {any} test @param {string} value */
function holdsOld(test, value) {
  const isNegated = test.negate === true;
  if (Array.isArray(test.values) && test.values.length) return value ? test.values.includes(value) !== isNegated : false;
  return (value !== "" && value !== "false") !== isNegated;
}

/** Whether a field of a type can be where it is named. @param {Field | undefined} field @param {string} context */
function suits(field, context) {
  if (!field) return false;
  const type = field.type ?? "text";
  if (context === "text" || context === "plain") return !NO_TEXT.includes(type);
  if (context === "sealed") return !NO_TEXT.includes(type) && !field.openable;
  if (context === "color") return type === "color";
  if (context === "number") return NUMBERS.includes(type);
  if (context === "list") return type === "text";
  if (context === "url") return type === "url";
  if (context === "file") return LISTED.includes(type) || type === "flag";
  return context === "date" ? type === "datetime" : true;
}

/** A test without what its field can't be asked; undefined if nothing is left. @param {any} test @param {Field} field */
function askable(test, field) {
  const type = field.type ?? "text";
  const { choices } = field;
  const isListed = (/** @type {any} */ one) => !choices?.length || choices.includes(one);
  const isFit = (/** @type {any} */ one) => (type === "flag" ? ["true", "false"].includes(String(one)) : typeof one !== "boolean" && isListed(one) && !(NUMBERS.includes(type) && typeof one === "string"));
  const left = mapped(test, (value, key) => {
    if (key === "is") return isFit(value) ? value : undefined;
    if (key === "in") return [value].flat().some(isFit) ? [value].flat().filter(isFit) : undefined;
    if (key === "at_least" || key === "at_most") return NUMBERS.includes(type) ? value : undefined;
    if (key === "before" || key === "after") return DATES.includes(type) ? value : undefined;
    return value;
  });
  return Object.keys(left).some((key) => key !== "field") ? left : undefined;
}

/** A document with a field under another name. @param {any} document @param {string} old @param {string} name */
export function withFieldRenamed(document, old, name) {
  const one = (/** @type {string} */ found) => (found === old ? name : found);
  const after = visited(document, { text: (text) => renamedIn(text, old, name), test: (test) => ({ ...test, field: one(test.field) }), name: one });
  return { ...after, fields: (document.fields ?? []).map((/** @type {any} */ field) => (field.name === old ? { ...field, name } : field)) };
}

/** A document with another word for a choice of a field. @param {any} document @param {string} field @param {string} old @param {string} word */
export function withChoiceRenamed(document, field, old, word) {
  const one = (/** @type {any} */ found) => (found === old ? word : found);
  const after = visited(document, {
    text: (text) => text, name: (name) => name,
    test: (test) => (test.field === field ? mapped(test, (value, key) => (key === "is" ? one(value) : key === "in" || key === "values" ? [value].flat().map(one) : value)) : test),
  });
  const isLanguage = (document.fields ?? []).some((/** @type {any} */ one) => one.name === field && one.type === "language");
  return isLanguage ? mapped(after, (value, key) => (key === "sources" ? value : respoken(value, old, word, key))) : after;
}

/** Texts by language with another tag for a language. @param {any} node @param {string} old @param {string} tag @param {string} key @returns {any} */
function respoken(node, old, tag, key) {
  if (Array.isArray(node)) return node.map((one) => respoken(one, old, tag, ""));
  if (!isObject(node)) return node;
  if (isSpoken(node, key)) return Object.fromEntries(Object.entries(node).map(([one, text]) => [one === old ? tag : one, text]));
  return mapped(node, (one, name) => respoken(one, old, tag, name));
}

/** Whether an object is a text by language. @param {Record<string, any>} node @param {string} key */
const isSpoken = (node, key) =>
  BY_LANGUAGE.has(key) && Object.values(node).length > 0 && Object.values(node).every((one) => typeof one === "string") && !NOT_BY_LANGUAGE.some((one) => one in node);

/** A document with a layer under another id, and with it whoever names it. @param {any} document @param {import("./json.js").Path} list of the layer @param {string} old @param {string} id */
export function withLayerRenamed(document, list, old, id) {
  const rename = (/** @type {any} */ node) => !isObject(node) ? node : mapped(node, (value, key) => {
    if ((key === "hug" || key === "after") && isObject(value) && value.layer === old) return { ...value, layer: id };
    return key === "sizes" && isObject(value) ? mapped(value, rename) : value;
  });
  /** @param {any} node @param {import("./json.js").Path} path @returns {any} */
  const at = (node, path) => {
    const [key, ...rest] = path;
    if (key === undefined) return node.map((/** @type {any} */ one) => (one?.id === old ? { ...rename(one), id } : rename(one)));
    if (Array.isArray(node)) return node.map((one, index) => (index === key ? at(one, rest) : one));
    return { ...node, [key]: at(node[key], rest) };
  };
  return at(document, list);
}

/** What a layer is known by while it moves. @param {any} raw @returns {string} */
export const markOf = (raw) => (raw.id ? `#${raw.id}` : JSON.stringify({ ...raw, box: undefined }));

/**
 * Layers in which whoever names a layer that is not there any more stands where it does now.
 *
 * @param {any} layers of one list
 * @param {boolean} mayRefer whether its layers may name each other
 * @param {{x: number, y: number}} origin
 * @param {Places} places
 * @returns {any}
 */
function standing(layers, mayRefer, origin, places) {
  if (!Array.isArray(layers)) return layers;
  const ids = new Set(mayRefer ? layers.map((one) => one?.id).filter(Boolean) : []);
  return layers.map((layer) => {
    if (!isObject(layer)) return layer;
    const { x = 0, y = 0 } = layer.box ?? {};
    const inside = { x: origin.x + Number(x), y: origin.y + Number(y) };
    if (layer.type === "group") return freed({ ...layer, layers: standing(layer.layers, !layer.stack, inside, places) }, ids, origin, places);
    if (layer.type === "choose") {
      const cases = Array.isArray(layer.cases) ? layer.cases.map((/** @type {any} */ one) => (isObject(one) ? { ...one, layers: standing(one.layers, false, origin, places) } : one)) : layer.cases;
      return { ...layer, cases, else: standing(layer.else, false, origin, places) };
    }
    return freed(layer, ids, origin, places);
  });
}

/** @param {Record<string, any>} layer @param {Set<string>} ids @param {{x: number, y: number}} origin @param {Places} places @returns {any} */
function freed(layer, ids, origin, places) {
  const isLost = (/** @type {any} */ one) => isObject(one) && one.layer !== undefined && !ids.has(one.layer);
  const lost = ["hug", "after"].filter((key) => isLost(layer[key]));
  const kept = mapped(layer, (value, key) => {
    if (lost.includes(key)) return undefined;
    if (key !== "sizes" || !isObject(value)) return value;
    const left = mapped(value, (patch) => (isObject(patch) ? mapped(patch, (one, name) => (isLost(one) || (lost.includes(name) && isObject(one) && one.layer === undefined) ? undefined : one)) : patch));
    return isSame(left, value) ? value : left;
  });
  const place = lost.length ? places.get(markOf(layer)) : undefined;
  if (!place || !isObject(layer.box)) return kept;
  const at = { x: place.x - origin.x, y: place.y - origin.y };
  return { ...kept, box: { ...layer.box, ...at, ...(lost.includes("hug") ? { width: place.width, height: place.height } : {}) } };
}

/** Texts in the languages that there are; in one if no field picks one. @param {any} node @param {readonly string[]} tags none: one language @param {string} first @param {string} [key] @returns {any} */
function spoken(node, tags, first, key = "") {
  if (Array.isArray(node)) return node.map((one) => spoken(one, tags, first));
  if (!isObject(node)) return node;
  if (isSpoken(node, key)) {
    const values = Object.values(node);
    if (!tags.length) return node[first] ?? values[0];
    const left = mapped(node, (one, tag) => (tags.includes(tag) ? one : undefined));
    return first in left ? left : { [first]: node[first] ?? values[0], ...left };
  }
  return mapped(node, (one, name) => (name === "sources" ? one : spoken(one, tags, first, name)));
}

/** Layers without what they say of sizes that are not there. @param {any} node @param {readonly string[]} sizes @returns {any} */
function sized(node, sizes) {
  if (Array.isArray(node)) return node.map((one) => sized(one, sizes));
  if (!isObject(node)) return node;
  return mapped(node, (value, key) => {
    if (key !== "sizes" || !("type" in node) || !isObject(value)) return sized(value, sizes);
    const left = mapped(value, (patch, name) => (sizes.includes(name) ? patch : undefined));
    return Object.keys(left).length ? left : undefined;
  });
}

/** A document whose default values are ones of their fields' types. @param {any} document @param {Map<string, Field>} fields @param {Map<string, Field>} old */
function withDefaults(document, fields, old) {
  if (!isObject(document.default_values)) return document;
  const kept = mapped(document.default_values, (value, name) => {
    const [field, was] = [fields.get(name), old.get(name)];
    const isAnother = field && was && ((field.type ?? "text") !== (was.type ?? "text") || (field.choices && !isObject(value) && !field.choices.includes(value)));
    return isAnother ? (field.required ? field.sample : undefined) : value;
  });
  return { ...document, default_values: kept };
}

/**
 * A document in which nothing names what is not there: what named it shows what is seen now, or by who has no value.
 *
 * @param {any} document
 * @param {Places} [places] where layers stand now
 * @param {any} [before] the document as it was, for the fields that are gone
 */
export function mended(document, places = new Map(), before = null) {
  const fields = new Map(/** @type {[string, Field][]} */ ((Array.isArray(document.fields) ? document.fields : []).map((/** @type {any} */ one) => [one?.name, one])));
  const old = new Map(/** @type {[string, Field][]} */ ((before?.fields ?? []).map((/** @type {any} */ one) => [one?.name, one])));
  const was = (/** @type {string} */ name) => old.get(name) ?? fields.get(name) ?? { name, fallback: "" };
  const within = before ? { ...document, default_values: before.default_values ?? document.default_values } : document;
  const without = (/** @type {string} */ name, /** @type {string} */ tag, /** @type {boolean} */ needsOne) => seenWithout(was(name), within, tag, needsOne);
  /** @type {Visitor} */
  const visitor = {
    text: (text, context, tag) => {
      const needsOne = context !== "text" && context !== "plain";
      const found = namesIn(text).filter((name) => !suits(fields.get(name), context))
        .reduce((result, name) => filledIn(result, name, without(name, tag, needsOne), context === "text"), text);
      return needsOne && !found ? null : found;
    },
    test: (test) => {
      const field = fields.get(test.field);
      const isOld = "values" in test || "negate" in test || Object.keys(test).length === 1;
      const isFit = field?.type !== "flag" || [test.values ?? []].flat().every((one) => ["true", "false"].includes(one));
      if (field && isOld && isFit) return test;
      const asked = field && !isOld ? askable(test, field) : undefined;
      if (asked) return isSame(asked, test) ? test : (Object.keys(asked).length < Object.keys(test).length ? false : asked);
      const value = without(test.field, "", false);
      return (isOld ? holdsOld(test, value) : holds(test, was(test.field), value)) === true;
    },
    name: (name, context) => (suits(fields.get(name), context) ? name : null),
    zone: (text) => namesIn(text).filter((name) => !suits(fields.get(name), "date")).map((name) => was(name).time_zone)[0],
  };
  const after = withDefaults(visited(document, visitor), fields, old);
  const language = [...fields.values()].find((one) => one.type === "language");
  const tags = language?.choices ?? [];
  const gone = [...old.values()].find((one) => one.type === "language");
  const first = String(language?.fallback ?? tags[0] ?? gone?.fallback ?? "");
  const said = Object.fromEntries(Object.entries(after).map(([key, value]) => [key, key === "sources" ? value : spoken(value, tags, first, key)]));
  const sizes = isObject(document.sizes) ? Object.keys(document.sizes) : [];
  const found = { ...said, ...(Array.isArray(said.layers) ? { layers: standing(sized(said.layers, sizes), false, { x: 0, y: 0 }, places) } : {}) };
  return isSame(found, document) ? document : found;
}

/** Where in words a document names a field: the pointers of layers, "" for the document itself. @param {any} document @param {string} name @returns {string[]} */
export function usesOf(document, name) {
  const without = { ...document, fields: (document.fields ?? []).filter((/** @type {any} */ one) => one?.name !== name) };
  const uses = (/** @type {any} */ part) => {
    let isFound = false;
    visited(part, { text: (text) => { isFound ||= namesIn(text).includes(name); return text; }, test: (test) => { isFound ||= test.field === name; return test; }, name: (one) => { isFound ||= one === name; return one; } });
    return isFound;
  };
  const { layers, default_values: _values, ...rest } = without;
  const found = (Array.isArray(layers) ? layers : []).flatMap((layer, index) => (uses({ layers: [layer] }) ? [`/layers/${index}`] : []));
  return uses(rest) ? [...found, ""] : found;
}
