/** Pictures that come as base64 in an answer, because their values must not be in a URL. */

/** What browsers of 2025 and later decode base64 with, in a tenth of the time. @type {((text: string) => Uint8Array<ArrayBuffer>) | undefined} */
const fromBase64 = /** @type {any} */ (Uint8Array).fromBase64;

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export function bytesOf(text) {
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) bytes[place] = letters.charCodeAt(place);
  return bytes;
}

/** @param {{image: string, media_type: string}} look */
export const blobOf = (look) => new Blob([bytesOf(look.image)], { type: look.media_type });

/**
 * Return the address of a picture once it can be shown at once, so that nothing blinks.
 *
 * @param {{image: string, media_type: string}} look
 */
export async function shownUrl(look) {
  const url = URL.createObjectURL(blobOf(look));
  const picture = new Image();
  picture.src = url;
  await picture.decode().catch(() => {});
  return url;
}

/** Keeps the addresses of the pictures of a page, and gives them back when others take their place. */
export class Addresses {
  /** @type {Map<string, string>} */
  #urls = new Map();

  /** @param {string} place @param {{image: string, media_type: string}} look */
  async put(place, look) {
    const url = await shownUrl(look);
    const before = this.#urls.get(place);
    this.#urls.set(place, url);
    // The old picture is shown until the new one is drawn.
    if (before) setTimeout(() => URL.revokeObjectURL(before), 2_000);
    return url;
  }

  close() {
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
  }
}

/**
 * Runs work with one request in flight: what is asked for meanwhile is done next, the latest only.
 */
export class Latest {
  #isRunning = false;
  /** @type {(() => Promise<void>) | null} */
  #next = null;

  /** @param {() => Promise<void>} work */
  async run(work) {
    if (this.#isRunning) {
      this.#next = work;
      return;
    }
    this.#isRunning = true;
    try {
      await work();
    } finally {
      this.#isRunning = false;
      const next = this.#next;
      this.#next = null;
      if (next) this.run(next);
    }
  }
}
