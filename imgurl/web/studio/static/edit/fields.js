/** A field as a dialog: its type, its rules, its fallback, who fills it. And another language for all texts. */
import { closeDialog, openDialog } from "../core/page.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { closeButton } from "../views/frame.js";
import * as json from "./json.js";
import { flat, layersOf } from "./layers.js";
import { usesOf, withChoiceRenamed, withFieldRenamed } from "./references.js";
import { labelOf } from "./sides.js";
import { parsed, work } from "./work.js";

const TYPES = ["text", "name", "number", "money", "date", "datetime", "choice", "language", "flag", "color", "url"];
const CASINGS = ["upper", "lower", "title", "name"];
const SAMPLES = /** @type {Record<string, string>} */ ({ name: "Ava", number: "12", money: "19.99", date: "2026-03-01", datetime: "2026-03-01 18:00", flag: "true", color: "#1a73e8", url: "https://example.com/a.png" });

/** @param {number | null} index of the field, null for a new one */
export function fieldDialog(index) {
  const field = index === null ? { name: "", type: "text" } : (work().now.document.fields?.[index] ?? {});
  return html`<form @submit=${(/** @type {SubmitEvent} */ event) => save(event, index)}>
    <header><h2 id="dialog-title" class="grow">${index === null ? t("edit.fields.add") : t("edit.field.title", { name: field.label ?? field.name })}</h2>${closeButton()}</header>
    <div class="pad form">
      ${input("label", t("edit.field.label"), field.label ?? "")}
      ${input("name", t("edit.field.name"), field.name, { pattern: "[a-z][a-z0-9_]{0,31}", required: true, title: t("edit.field.name.how") })}
      ${select("type", t("edit.field.type"), field.type ?? "text", TYPES.map((one) => [one, t(`edit.type.${one}`)]))}
      ${input("sample", t("edit.field.sample"), String(field.sample ?? ""), { required: index !== null })}
      ${select("missing", t("edit.field.missing"), field.required ? "required" : "fallback", [["fallback", t("edit.field.missing.fallback")], ["required", t("edit.field.missing.required")]])}
      ${typeof field.fallback === "object" ? nothing : input("fallback", t("edit.field.fallback"), String(field.fallback ?? ""))}
      ${select("openable", t("edit.field.who"), field.openable ? "open" : "sealed", [["open", t("edit.field.who.open")], ["sealed", t("edit.field.who.sealed")]])}
      ${input("max_length", t("edit.field.longest"), String(field.max_length ?? ""), { inputmode: "numeric", pattern: "[0-9]{0,4}" })}
      ${input("choices", t("edit.field.choices"), (field.choices ?? []).join(", "))}
      ${input("pattern", t("edit.field.pattern"), field.pattern ?? "")}
      ${select("casing", t("edit.field.casing"), field.casing ?? "", [["", t("edit.field.casing.none")], ...CASINGS.map((one) => /** @type {[string, string]} */ ([one, t(`edit.casing.${one}`)]))])}
      <div class="acts">${index === null ? nothing : html`<button class="btn" type="button" @click=${() => remove(index)}>${t("edit.field.delete")}</button>`}<span class="grow"></span><button class="btn go">${index === null ? t("edit.fields.add") : t("edit.apply")}</button></div>
    </div></form>`;
}

/** @param {string} name @param {string} label @param {string} value @param {{pattern?: string, required?: boolean, title?: string, inputmode?: string}} [how] */
const input = (name, label, value, how = {}) =>
  html`<label class="field"><span>${label}</span><input class="input" name=${name} .value=${value} pattern=${how.pattern ?? nothing} ?required=${how.required ?? false} title=${how.title ?? nothing} inputmode=${how.inputmode ?? nothing} autocomplete="off"></label>`;

/** @param {string} name @param {string} label @param {string} value @param {readonly (readonly [string, string] | string[])[]} options */
const select = (name, label, value, options) =>
  html`<label class="field"><span>${label}</span><select class="input" name=${name}>${options.map(([key, word]) => html`<option value=${key ?? ""} ?selected=${key === value}>${word}</option>`)}</select></label>`;

/** @param {SubmitEvent} event @param {number | null} index */
function save(event, index) {
  event.preventDefault();
  const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const said = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  const isRequired = said("missing") === "required";
  const type = said("type");
  const choices = said("choices").split(",").map((one) => one.trim()).filter(Boolean);
  const sample = said("sample") || choices[0] || SAMPLES[type] || said("label") || said("name");
  /** @type {[string, unknown][]} */
  const values = [
    ["name", said("name")], ["type", type === "text" ? undefined : type], ["label", said("label") || undefined], ["sample", sample],
    ["fallback", isRequired ? undefined : data.has("fallback") ? said("fallback") : null], ["required", isRequired || undefined],
    ["openable", said("openable") === "open" || undefined], ["max_length", Number(said("max_length")) || undefined],
    ["choices", choices.length ? choices : undefined], ["pattern", said("pattern") || undefined], ["casing", said("casing") || undefined],
  ];
  closeDialog();
  if (index === null) {
    const made = Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
    work().edit((text) => withDefault(json.insert(text, ["fields"], 1_000, made), made));
    return;
  }
  const before = work().now.document.fields[index];
  work().edit((text) => {
    const changed = values.reduce((found, [key, value]) => {
      // Null is what the dialog did not ask: texts by language.
      if (value === null || (key === "type" && value === undefined && before.type === "text")) return found;
      return value === undefined ? (key in before ? json.remove(found, ["fields", index, key]) : found) : key === "name" ? found : json.set(found, ["fields", index, key], value);
    }, text);
    const known = renamed(changed, before.name, said("name"), before.choices ?? [], choices);
    return withDefault(known, { ...Object.fromEntries(values), sample });
  });
  work().set({ values: { ...work().now.values, [said("name")]: sample } });
  work().redraw();
}

/** The text with another name of a field, and other words of its choices, wherever they are. @param {string} text @param {string} old @param {string} name @param {string[]} words @param {string[]} others */
function renamed(text, old, name, words, others) {
  const changed = words.length === others.length ? words.flatMap((word, place) => (word === others[place] || others.includes(word) ? [] : [[word, others[place] ?? word]])) : [];
  const chosen = changed.reduce((found, [word, other]) => withChoiceRenamed(found, old, String(word), String(other)), parsed(text));
  return json.rewrite(text, old === name ? chosen : withFieldRenamed(chosen, old, name));
}

/** A required field needs a value for the picture that is shown without one. @param {string} text @param {any} field */
const withDefault = (text, field) => {
  const document = parsed(text);
  return field.required && document && document.default_values?.[field.name] === undefined ? json.set(text, ["default_values", field.name], field.sample) : text;
};

/** Delete a field; where something names it, say first what becomes of that. @param {number} index */
function remove(index) {
  const { document } = work().now;
  const field = document.fields[index];
  const uses = usesOf(document, field.name);
  const removed = () => {
    closeDialog();
    work().edit((text) => json.remove(text, ["fields", index]));
  };
  if (!uses.length) return removed();
  const names = [...new Set(uses.map((pointer) => (pointer ? (work().layer(pointer)?.name ?? pointer) : t("edit.field.delete.design"))))];
  openDialog(html`<header><h2 id="dialog-title" class="grow">${t("edit.field.delete.ask", { name: labelOf(field) })}</h2>${closeButton()}</header>
    <div class="ask"><p>${t("edit.field.delete.uses", { count: names.length, names: new Intl.ListFormat().format(names) })}</p>
    <div class="acts"><button class="btn" @click=${closeDialog}>${t("edit.cancel")}</button><button class="btn go" @click=${removed}>${t("edit.field.delete.do", { name: labelOf(field) })}</button></div></div>`);
}

export const languageDialog = () => html`<form @submit=${addLanguage}>
  <header><h2 id="dialog-title" class="grow">${t("edit.languages.add")}</h2>${closeButton()}</header>
  <div class="pad form"><p>${t("edit.languages.how")}</p>
    ${hasLanguages() ? nothing : input("first", t("edit.languages.now"), "en", { pattern: "[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", required: true })}
    ${input("tag", t("edit.languages.new"), "", { pattern: "[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", required: true })}
    <div class="acts"><span class="grow"></span><button class="btn go">${t("edit.languages.add")}</button></div></div></form>`;

const hasLanguages = () => (work().now.document.fields ?? []).some((/** @type {any} */ one) => one.type === "language");

/** Every text gets the new language, with the words that it has now. @param {SubmitEvent} event */
function addLanguage(event) {
  event.preventDefault();
  const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const [tag, first] = [String(data.get("tag") ?? "").trim(), String(data.get("first") ?? "").trim()];
  closeDialog();
  work().edit((text) => {
    let result = text;
    const fields = parsed(text)?.fields ?? [];
    const place = fields.findIndex((/** @type {any} */ one) => one.type === "language");
    const base = place < 0 ? first : String(fields[place].fallback ?? fields[place].choices?.[0]);
    if (place < 0) result = json.insert(result, ["fields"], 1_000, { name: "language", type: "language", choices: [first, tag], sample: first, fallback: first, openable: true });
    else if (!fields[place].choices.includes(tag)) result = json.set(result, ["fields", place, "choices"], [...fields[place].choices, tag]);
    for (const layer of flat(layersOf(parsed(result)))) {
      if (layer.kind !== "text") continue;
      const now = layer.raw.text;
      const texts = typeof now === "object" && now ? now : { [base]: now };
      result = json.set(result, [...layer.path, "text"], { ...texts, [tag]: texts[tag] ?? texts[base] ?? "" });
    }
    return result;
  });
}

