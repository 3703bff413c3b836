/** What pages do with the browser: say things aloud, copy, keep keys of the whole page. */
import { set } from "./store.js";
import { t } from "./words.js";

/** Have a screen reader say something. @param {string} sentence @param {"polite" | "assertive"} [how] */
export function say(sentence, how = "polite") {
  const place = document.getElementById(how);
  if (!place) return;
  place.textContent = "";
  // A text that is put back at once is not read again.
  setTimeout(() => (place.textContent = sentence), 50);
}

/** Copy a text, and say so. @param {string} text */
export async function copy(text) {
  // Browsers have a clipboard only where the connection is secure.
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copyBySelection(text);
  say(t("copied"));
}

/** @param {string} text */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/**
 * Open a dialog. Its content is a function's result, so that it is drawn in the language and state of then.
 *
 * @param {import("../vendor/lit.js").TemplateResult} content
 */
export const openDialog = (content) => set({ dialog: content });
export const closeDialog = () => set({ dialog: null });

/** Whether something is typed in a field that it has not been asked to take yet. @param {EventTarget | null} field */
export const isTyped = (field) => field instanceof HTMLInputElement && field.type !== "file" && field.value !== field.defaultValue;

/** Have the field that somebody types in take what is typed: by itself it does when it loses the focus. */
export function commitField() {
  if (isTyped(document.activeElement)) document.activeElement?.dispatchEvent(new Event("change"));
}

/** Save a blob as a file. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
