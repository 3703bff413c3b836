/** A fill: one colour, or a gradient with its stops. */
import { icon } from "../core/icons.js";
import { number as asNumber, t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { choice, color, hex, number } from "./prop.js";

const MAX_STOPS = 16;

/** @typedef {{offset: number, color: string}} Stop @typedef {(value: unknown, path?: (string | number)[]) => void} Apply */

/**
 * @param {string} label
 * @param {any} value a colour, a gradient, or nothing
 * @param {Apply} apply
 */
export function paint(label, value, apply) {
  const isGradient = typeof value === "object" && value !== null && Array.isArray(value.stops);
  const kind = isGradient ? String(value.type ?? "linear") : "color";
  return html`<div class="props w">${isGradient ? gradient(label, value, apply) : color(label, value ?? "", (found) => apply(found || undefined))}
    ${choice(t("edit.paint"), kind, [["color", t("edit.paint.color")], ["linear", t("edit.paint.linear")], ["radial", t("edit.paint.radial")]], (other) => apply(converted(value, other)), true)}</div>`;
}

/** @param {string} label @param {any} value @param {Apply} apply */
const gradient = (label, value, apply) => html`<div class="w stops" role="group" aria-label=${label}>
  ${value.stops.map((/** @type {Stop} */ stop, /** @type {number} */ place) => stopOf(value.stops, stop, place, apply))}
  <button class="btn sm" aria-disabled=${value.stops.length >= MAX_STOPS} @click=${() => value.stops.length < MAX_STOPS && apply(withStop(value.stops), ["stops"])}>${icon("plus", "s")}${t("edit.stop.add")}</button></div>
  ${value.type === "radial"
    ? html`${number(t("edit.radial.x"), Math.round((value.center?.[0] ?? 0.5) * 100), (found) => apply([(found ?? 50) / 100, value.center?.[1] ?? 0.5], ["center"]), { unit: " %", least: -1000, most: 1000 })}
      ${number(t("edit.radial.y"), Math.round((value.center?.[1] ?? 0.5) * 100), (found) => apply([value.center?.[0] ?? 0.5, (found ?? 50) / 100], ["center"]), { unit: " %", least: -1000, most: 1000 })}
      ${number(t("edit.radial.radius"), Math.round((value.radius ?? 1) * 100), (found) => apply((found ?? 100) / 100, ["radius"]), { unit: " %", least: 1, most: 400 })}`
    : number(t("edit.angle"), value.angle ?? 180, (found) => apply(found ?? 180, ["angle"]), { unit: "°", least: -360, most: 360, name: t("edit.gradient.angle", { what: label }) })}`;

/** @param {Stop[]} stops @param {Stop} stop @param {number} place @param {Apply} apply */
function stopOf(stops, stop, place, apply) {
  const name = t("edit.stop", { number: asNumber(place + 1) });
  // Places ascend, so that one stop can't pass another.
  const [least, most] = [(stops[place - 1]?.offset ?? 0) * 100, (stops[place + 1]?.offset ?? 1) * 100];
  return html`<div class="stop">${color(name, stop.color, (found) => apply(found, ["stops", place, "color"]))}
    ${number("", Math.round(stop.offset * 1000) / 10, (found) => apply(Math.round((found ?? 0) * 10) / 1000, ["stops", place, "offset"]), { unit: " %", least, most, name: t("edit.stop.at", { stop: name }) })}
    ${stops.length > 2 ? html`<button class="icon sm" aria-label=${t("edit.stop.remove", { stop: name })} @click=${() => apply(stops.filter((_, index) => index !== place), ["stops"])}>${icon("close", "s")}</button>` : nothing}</div>`;
}

/** Stops with one more, in the middle of the widest gap. @param {readonly Stop[]} stops @returns {Stop[]} */
export function withStop(stops) {
  const gaps = stops.slice(1).map((stop, place) => stop.offset - (stops[place]?.offset ?? 0));
  const place = gaps.indexOf(Math.max(...gaps));
  const [one, other] = [stops[place], stops[place + 1]];
  if (!one || !other) return [...stops];
  return stops.toSpliced(place + 1, 0, { offset: Math.round((one.offset + other.offset) * 500) / 1000, color: other.color });
}

/** A fill of another kind, with the colours that it has. @param {any} value @param {string} kind */
export function converted(value, kind) {
  const stops = Array.isArray(value?.stops) ? value.stops : null;
  if (kind === "color") return stops?.[0]?.color ?? value ?? "#1a73e8";
  const found = stops ?? [{ offset: 0, color: value || "#1a73e8" }, { offset: 1, color: darker(value || "#1a73e8") }];
  return kind === "radial" ? { type: "radial", stops: found } : { type: "linear", angle: 180, stops: found };
}

/** @param {string} text */
function darker(text) {
  const found = hex(text.startsWith("<<") ? "#1a73e8" : text);
  return `#${[1, 3, 5].map((at) => Math.round(parseInt(found.slice(at, at + 2), 16) * 0.6).toString(16).padStart(2, "0")).join("")}`;
}
