/** Counts by day as bars, and as a line in a row of a table: SVG, in the colours of the states. */
import { date, number, t } from "../core/words.js";
import { html, svg } from "../vendor/lit.js";

const WIDTH = 1120;
const LEFT = 50;
const TOP = 30;
const BOTTOM = 160;

/** @param {{day: string, personal: number, fallback: number}[]} days */
export function plot(days) {
  const highest = ceiling(Math.max(1, ...days.map((day) => day.personal + day.fallback)));
  const step = (WIDTH - LEFT - 10) / days.length;
  const most = days.reduce((best, day) => (day.personal + day.fallback > best.personal + best.fallback ? day : best), days[0] ?? { day: "", personal: 0, fallback: 0 });
  const label = t("campaigns.plot", { count: days.length, most: most.personal + most.fallback, day: most.day ? date(most.day) : "" });
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} 190" role="img" aria-label=${label}>
    ${[0, 0.5, 1].map((part) => svg`<line class="axis" x1=${LEFT} x2=${WIDTH - 10} y1=${level(part)} y2=${level(part)}/><text x=${LEFT - 10} y=${level(part) + 4} text-anchor="end">${number(highest * part)}</text>`)}
    ${days.map((day, place) => bar(day, LEFT + place * step, step, highest, place % Math.ceil(days.length / 15) === 0))}
  </svg>`;
}

/** @param {{day: string, personal: number, fallback: number}} day @param {number} x @param {number} step @param {number} highest @param {boolean} isNamed */
function bar(day, x, step, highest, isNamed) {
  const width = Math.min(56, step * 0.6);
  const left = x + (step - width) / 2;
  const height = (/** @type {number} */ count) => ((BOTTOM - TOP) * count) / highest;
  const own = height(day.personal);
  const other = day.fallback ? Math.max(2, height(day.fallback)) : 0;
  return svg`<rect class="f-good" x=${left} y=${BOTTOM - own} width=${width} height=${own} rx="2"/>
    <rect class="f-warn" x=${left} y=${BOTTOM - own - other - (other ? 1 : 0)} width=${width} height=${other} rx="1"/>
    <text x=${x + step / 2} y="180" text-anchor="middle">${isNamed ? date(day.day) : ""}</text>`;
}

/** @param {number} part */
const level = (part) => BOTTOM - (BOTTOM - TOP) * part;

/** The next number that reads well: 1, 2, 4, 5 or 10 times a power of ten, even so that its half is whole. @param {number} count */
export function ceiling(count) {
  const power = 10 ** Math.floor(Math.log10(count));
  return Math.max(2, (([1, 2, 4, 6, 10].find((times) => times * power >= count) ?? 10) * power));
}

/** @param {number[]} counts */
export function spark(counts) {
  const highest = Math.max(1, ...counts);
  const points = counts.map((count, place) => `${((120 * place) / Math.max(1, counts.length - 1)).toFixed(1)},${(22 - (20 * count) / highest).toFixed(1)}`);
  return html`<svg class="spark" viewBox="0 0 120 24" role="img" aria-label=${t("campaigns.byday")}><path d="M${points.join(" ")}"/></svg>`;
}
