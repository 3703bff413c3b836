/**
 * A difference between two versions, in words.
 *
 * @typedef {{part: string, id: string, key: string, before: any, after: any}} Changed
 */
import { t } from "../core/words.js";
import { sentence } from "./layers.js";

/** Properties that have a word of their own; the others are called as the document does. */
const WORDS = ["text", "box.x", "box.y", "box.width", "box.height", "font.family", "font.size", "font.weight", "font.min_size", "font.style", "color", "fill", "asset", "sample", "fallback", "title", "background", "order", "max_lines", "line_height", "opacity", "rotation", "hidden", "alt", "when", "format"];

/** What was changed. @param {Changed} change */
export function subject({ part, id }) {
  if (part === "design") return t("history.design");
  if (part === "field") return t("history.field", { name: sentence(id) });
  return id.startsWith("/") ? t("history.layer.number", { number: Number(id.split("/").at(-1)) + 1 }) : sentence(id);
}

/** @param {Changed} change */
export function propertyWord({ key, before }) {
  if (!key) return before === null ? t("history.added") : t("history.removed");
  if (key.startsWith("shadow")) return t("edit.shadow");
  return WORDS.includes(key) ? t(`history.key.${key}`) : sentence(key.replaceAll(".", " "));
}

/** @param {Changed} change */
export function inWords(change) {
  const value = typeof change.after === "object" || change.after === null ? "" : `: ${String(change.after).slice(0, 40)}`;
  return `${subject(change)}, ${propertyWord(change)}${change.key ? value : ""}`;
}
