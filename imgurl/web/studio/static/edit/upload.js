/** Pictures and fonts of one's own, put beside the document. */
import { say } from "../core/page.js";
import { call } from "../core/server.js";
import { t } from "../core/words.js";
import { addLayer } from "./actions.js";
import { sentenceOf, work } from "./work.js";

/** @typedef {import("./layers.js").Box} Box */

const PICTURES = "image/png,image/jpeg,image/webp,image/gif,image/svg+xml";
const FONTS = ".ttf,.otf,.woff2";

/** Have somebody choose files. @param {string} accept @returns {Promise<File | null>} */
const choose = (accept) =>
  new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });

/** Put a file beside the document. @param {File} file @returns {Promise<any>} null if it can't be used, which is said */
export async function upload(file) {
  const here = work();
  try {
    const found = await call("POST", `${here.path("files")}?name=${encodeURIComponent(file.name)}`, { body: new Blob([file], { type: "application/octet-stream" }) });
    here.set({
      trouble: null,
      families: found.families.length ? [...here.now.families, ...found.families] : here.now.families,
      pictures: found.families.length || here.now.pictures.includes(found.name) ? here.now.pictures : [...here.now.pictures, found.name],
    });
    return found;
  } catch (error) {
    here.set({ trouble: sentenceOf(error) });
    say(sentenceOf(error), "assertive");
    return null;
  }
}

/** Choose a picture and put it into a box, or as large as it is. @param {Box | null} box */
export async function choosePicture(box) {
  const file = await choose(PICTURES);
  const found = file && (await upload(file));
  if (!file || !found) return;
  addLayer({ id: found.name.replace(/\.\w+$/, ""), type: "image", asset: found.name, box: box ?? (await boxFor(file)) });
}

/** @returns {Promise<string | null>} the name of a picture that was put beside the document */
export async function anotherPicture() {
  const file = await choose(PICTURES);
  return file ? ((await upload(file))?.name ?? null) : null;
}

/** @returns {Promise<string | null>} the family of a font that was put beside the document */
export async function anotherFont() {
  const file = await choose(FONTS);
  const found = file ? await upload(file) : null;
  if (found) say(t("edit.font.added", { name: found.families[0]?.name ?? found.name }));
  return found?.families[0]?.name ?? null;
}

/** A box in the middle with the ratio of a picture. @param {File} file @returns {Promise<Box>} */
async function boxFor(file) {
  const { width, height } = work().now.document.size;
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await image.decode().catch(() => {});
  URL.revokeObjectURL(image.src);
  const [wide, high] = [image.naturalWidth || 200, image.naturalHeight || 200];
  const scale = Math.min(1, (width * 0.6) / wide, (height * 0.6) / high);
  const [w, h] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
  return { x: Math.round((width - w) / 2), y: Math.round((height - h) / 2), width: w, height: h };
}
