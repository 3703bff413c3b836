/**
 * What somebody works on: the document as a text, which is the truth, its last good value, the selection, and what the
 * server makes of it.
 *
 * @typedef {{pointer: string, sentence: string}} Problem
 * @typedef {{layer: string, step: string, size: number, full_size: number, lines: number}} Fit
 * @typedef {{name: string, lightest: number, boldest: number, is_italic: boolean, is_own: boolean}} Family
 * @typedef {{text: string, revision: string, number: number | null, saved: number, by: string}} Base
 * @typedef {{text: string, selection: readonly string[], key: string, at: number}} Step
 * @typedef {{kind: string, url: string, fits: Fit[]}} Small
 * @typedef {{layer: string, x: number, y: number, width: number, height: number}} Place of a layer that a group places
 *
 * @typedef {object} Parts three pictures for a drag
 * @property {string} key of text and selection that they show
 * @property {string} below
 * @property {string} selection
 * @property {string} above
 *
 * @typedef {object} WorkState
 * @property {{title: string} | null} design
 * @property {string | null} saved the line beside the title
 * @property {string} id
 * @property {Base | null} base what the edits began from
 * @property {string} whyNot
 * @property {Family[]} families
 * @property {string[]} pictures
 * @property {string} text
 * @property {any} document the last good value of the text
 * @property {boolean} isJson whether the text is JSON now
 * @property {readonly string[]} selection
 * @property {string | null} hover
 * @property {string | null} inside the pointer of the group that was entered
 * @property {readonly Step[]} undo
 * @property {readonly Step[]} redo
 * @property {readonly Problem[]} problems
 * @property {{url: string, fits: Fit[], places: readonly Place[], text: string} | null} look
 * @property {boolean} isSlow
 * @property {readonly Small[]} eight
 * @property {Parts | null} parts
 * @property {{pointer: string, ratio: number} | null} contrast of the selected text on what is below it
 * @property {{id: string, typed: string, at: number} | null} offer the fields that are offered while << is typed
 * @property {Record<string, string>} values
 * @property {number | null} zoom null: as large as there is room
 * @property {{x: number, y: number}} pan
 * @property {{width: number, height: number}} room of the canvas
 * @property {string} tool
 * @property {any} drag
 * @property {{dx: number, dy: number, parts: Parts} | null} ghost what was dropped, until the whole is drawn
 * @property {boolean} hasJson whether the JSON is shown
 * @property {boolean} hasSheet whether the layers are shown over the canvas, where it is narrow
 * @property {boolean} isSaving
 * @property {{place: string, base: Base, text: string, count: number} | null} left edits that were left here
 * @property {Base | null} newer what somebody else saved meanwhile
 * @property {string | null} trouble why saving failed
 */
import { commitField, openDialog, say } from "../core/page.js";
import { ServerError, call, isAbort } from "../core/server.js";
import { Pages } from "../core/store.js";
import { t } from "../core/words.js";
import { measured } from "./contrast.js";
import * as json from "./json.js";
import { copiesOf, forget, keep, placeOf } from "./kept.js";
import { chosen, flat, layersOf } from "./layers.js";
import { changesOf, merged } from "./merging.js";
import { markOf } from "./references.js";
import { settled } from "./settling.js";

const STEPS = 200;
const TYPING_MS = 600;
const EIGHT_MS = 250;
const SLOW_MS = 2_000;
const BUSY_MS = 1_500;
const LOOK_AGAIN_MS = 15_000;

/** @type {Work | null} */
let open = null;

/** The work that is open. @returns {Work} */
export function work() {
  if (!open) throw new Error("no design is open");
  return open;
}

/** @extends {Pages<WorkState>} */
export class Work extends Pages {
  /** @param {string} id */
  constructor(id) {
    super({
      design: null, saved: null, id, base: null, whyNot: "", families: [], pictures: [], text: "", document: null,
      isJson: true, selection: [], hover: null, inside: null, undo: [], redo: [], problems: [], look: null, isSlow: false,
      eight: [], parts: null, contrast: null, offer: null, values: {}, zoom: null, pan: { x: 0, y: 0 }, room: { width: 0, height: 0 }, tool: "select",
      drag: null, ghost: null, hasJson: false, hasSheet: false, isSaving: false, left: null, newer: null, trouble: null,
    });
    open = this;
    this.isDrawing = false;
    this.isDrawingEight = false;
    this.isFetching = false;
    /** @type {string | null} */
    this.drawn = null;
    this.eightTimer = 0;
    this.partsTimer = 0;
    this.keepTimer = 0;
    /** Where the copy of these edits is kept. */
    this.place = "";
    this.watching = setInterval(() => this.lookForNewer(), LOOK_AGAIN_MS);
    this.load();
  }

  /** @override */
  close() {
    commitField();
    this.keep();
    clearInterval(this.watching);
    [this.eightTimer, this.partsTimer, this.keepTimer].forEach((timer) => clearTimeout(timer));
    super.close();
    if (open === this) open = null;
  }

  /** @param {string} rest */
  path(rest) {
    return `/designs/${encodeURIComponent(this.now.id)}/${rest}`;
  }

  /** Load the document as it is in the folder. */
  async load() {
    try {
      this.take(await call("GET", this.path("document"), { signal: this.signal }));
    } catch (error) {
      if (!isAbort(error)) this.set({ trouble: sentenceOf(error) });
      return;
    }
    this.offerLeft();
  }

  /** Offer the newest edits that were left, if they are not saved by now. */
  offerLeft() {
    const others = copiesOf(this.now.id).filter(({ place }) => place !== this.place);
    others.filter(({ text }) => text === this.now.text).forEach(({ place }) => forget(place));
    const left = others.find(({ text }) => text !== this.now.text);
    this.set({ left: left ? { ...left, count: countOf(left.base.text, left.text) } : null });
  }

  /** Take up what was left, on what it began from: saving joins it with what others have saved since. */
  takeLeft() {
    const { left } = this.now;
    if (!left) return;
    this.set({ left: null, base: left.base });
    this.change(left.text);
    this.keep();
    forget(left.place);
    this.lookForNewer();
  }

  discardLeft() {
    if (this.now.left) forget(this.now.left.place);
    this.offerLeft();
  }

  /** @param {any} found the answer of GET …/document */
  take(found) {
    const base = baseOf(found);
    const document = parsed(found.text);
    this.place = placeOf(this.now.id);
    this.set({
      base, text: found.text, document: document ?? {}, isJson: document !== null, whyNot: found.why_not,
      families: found.families, pictures: found.pictures, undo: [], redo: [], newer: null, trouble: null,
      values: Object.fromEntries((document?.fields ?? []).map((/** @type {any} */ one) => [one.name, String(one.sample ?? "")])),
      design: { title: document?.title ?? this.now.id }, selection: [], inside: null,
    });
    this.tell();
    this.draw();
  }

  /** The line beside the title. */
  tell() {
    const { base, text } = this.now;
    if (!base) return;
    const count = countOf(base.text, text);
    const number = base.number ?? 1;
    this.set({ saved: count ? t("edit.changes", { count, number }) : base.number ? t("edit.version", { number }) : "" });
  }

  get isDirty() {
    return this.now.base !== null && this.now.text !== this.now.base.text;
  }

  get layers() {
    const { look, document, text } = this.now;
    return layersOf(document, look?.text === text ? look.places : []);
  }

  /** Where layers stand now that are placed by others, by what they are known by. @returns {import("./references.js").Places} */
  get places() {
    return new Map(flat(this.layers).flatMap((one) => (one.seen ? [[markOf(one.raw), one.seen]] : [])));
  }

  get chosen() {
    return chosen(this.layers, this.now.selection);
  }

  /** @param {string} pointer */
  layer(pointer) {
    return flat(this.layers).find((one) => one.pointer === pointer) ?? null;
  }

  /**
   * Take another text for the document. Edits with the same key within a moment are one step to undo.
   *
   * @param {string} text
   * @param {{key?: string, selection?: readonly string[]}} [how]
   */
  change(text, { key = "", selection = this.now.selection } = {}) {
    const now = this.now;
    if (text === now.text) {
      if (selection !== now.selection) this.select(selection);
      return;
    }
    const last = now.undo.at(-1);
    const at = Date.now();
    const joins = key !== "" && last?.key === key && at - last.at < TYPING_MS;
    const step = { text: now.text, selection: now.selection, key, at };
    const undo = joins && last ? [...now.undo.slice(0, -1), { ...last, at }] : [...now.undo, step].slice(-STEPS);
    this.put(text, selection, { undo, redo: [] });
  }

  /** @param {(text: string) => string} edit @param {{key?: string, selection?: readonly string[]}} [how] */
  edit(edit, how) {
    if (!this.now.isJson) return;
    const { text, isMended } = settled(edit(this.now.text), this.places, this.now.document);
    this.change(text, how);
    if (isMended) say(t("edit.mended"));
  }

  /** Set a value of the document. @param {json.Path} path @param {unknown} value undefined removes it @param {string} [key] */
  assign(path, value, key = "") {
    this.edit((text) => (value === undefined ? json.remove(text, path) : json.set(text, path, value)), { key });
  }

  /** @param {string} text @param {readonly string[]} selection @param {Partial<WorkState>} more */
  put(text, selection, more) {
    const document = parsed(text);
    const pointers = new Set(flat(layersOf(document ?? this.now.document)).map((one) => one.pointer));
    this.set({
      ...more, text, isJson: document !== null, document: document ?? this.now.document,
      selection: selection.filter((one) => pointers.has(one)),
      design: { title: document?.title ?? this.now.design?.title ?? this.now.id },
    });
    this.tell();
    this.draw();
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(() => this.keep(), 400);
  }

  undo() {
    const step = this.now.undo.at(-1);
    if (!step) return;
    const back = { text: this.now.text, selection: this.now.selection, key: "", at: 0 };
    this.put(step.text, step.selection, { undo: this.now.undo.slice(0, -1), redo: [...this.now.redo, back] });
    say(t("edit.undone"));
  }

  redo() {
    const step = this.now.redo.at(-1);
    if (!step) return;
    const back = { text: this.now.text, selection: this.now.selection, key: "", at: 0 };
    this.put(step.text, step.selection, { redo: this.now.redo.slice(0, -1), undo: [...this.now.undo, back] });
    say(t("edit.redone"));
  }

  /** @param {readonly string[]} selection */
  select(selection) {
    if (json.isSame(selection, this.now.selection)) return;
    this.set({ selection });
    this.fetchParts();
  }

  /** Keep what is not saved in this browser. */
  keep(base = this.now.base) {
    const { id, text } = this.now;
    if (!base) return;
    if (text === base.text) forget(this.place);
    else keep(id, this.place, base, text);
  }

  /** Have the document drawn, one at a time, the latest last. */
  async draw() {
    if (this.isDrawing) return;
    this.isDrawing = true;
    const slow = setTimeout(() => this.set({ isSlow: true }), SLOW_MS);
    try {
      while (!this.signal.aborted && this.now.text !== this.drawn) await this.drawOnce();
    } finally {
      clearTimeout(slow);
      this.isDrawing = false;
      if (this.now) this.set({ isSlow: false });
    }
  }

  async drawOnce() {
    const text = this.now.text;
    this.drawn = text;
    try {
      const dpr = devicePixelRatio > 1.2 ? 2 : 1;
      const { problems, look } = await call("POST", this.path("draft"), { body: { text, data: this.now.values, dpr }, signal: this.signal });
      if (!look) return this.set({ problems, ghost: null });
      const url = await pictureOf(look.image, look.media_type);
      if (this.signal.aborted) return;
      const old = this.now.look?.url;
      this.set({ problems: [], look: { url, fits: look.fits, places: look.places, text }, ...(text === this.now.text ? { ghost: null } : {}) });
      if (old) setTimeout(() => URL.revokeObjectURL(old), 1_000);
      clearTimeout(this.eightTimer);
      this.eightTimer = setTimeout(() => this.drawEight(), EIGHT_MS);
      this.fetchParts();
    } catch (error) {
      if (isAbort(error)) return;
      if (error instanceof ServerError && (error.status === 503 || error.status === 0)) {
        // Busy, or away: the last good picture stays, and this one is asked for again.
        setTimeout(() => this.signal.aborted || this.redraw(), BUSY_MS);
        return;
      }
      this.set({ problems: [{ pointer: "", sentence: sentenceOf(error) }], ghost: null });
    }
  }

  /** Draw what is shown once more: for other values. */
  redraw() {
    this.drawn = null;
    this.draw();
  }

  async drawEight() {
    const text = this.now?.text;
    if (this.isDrawingEight) {
      this.eightTimer = setTimeout(() => this.drawEight(), EIGHT_MS);
      return;
    }
    this.isDrawingEight = true;
    try {
      const { pictures } = await call("POST", this.path("draft/eight"), { body: { text, data: this.now.values }, signal: this.signal });
      if (this.signal.aborted || text !== this.now.text) return;
      const eight = await Promise.all(pictures.map(async (/** @type {any} */ one) => ({
        kind: one.kind, url: await pictureOf(one.look.image, one.look.media_type), fits: one.look.fits,
      })));
      const old = this.now.eight;
      this.set({ eight });
      setTimeout(() => old.forEach((one) => URL.revokeObjectURL(one.url)), 1_000);
    } catch (error) {
      if (!isAbort(error) && !(error instanceof ServerError)) throw error;
    } finally {
      this.isDrawingEight = false;
    }
  }

  get partsKey() {
    return `${this.now.selection.join()}|${this.now.text}`;
  }

  /** Fetch the three pictures of a drag, soon. */
  fetchParts() {
    clearTimeout(this.partsTimer);
    if (this.now.selection.length && this.now.isJson && !this.now.problems.length) {
      this.partsTimer = setTimeout(() => this.fetchPartsNow(), 120);
    }
  }

  async fetchPartsNow() {
    if (this.signal.aborted || !this.now.selection.length || this.now.drag) return;
    const key = this.partsKey;
    if (this.now.parts?.key === key) return;
    // One in flight, as with the whole: the latest is asked for afterwards.
    if (this.isFetching) return this.fetchParts();
    const { text, values, selection } = this.now;
    this.isFetching = true;
    try {
      const found = await call("POST", this.path("draft/parts"), { body: { text, data: values, selected: selection }, signal: this.signal });
      if (this.signal.aborted || !found.selection) return;
      const [below, own, above] = await Promise.all(
        [found.below, found.selection, found.above].map((image) => pictureOf(image, found.media_type)),
      );
      const old = this.now.parts;
      this.set({ parts: { key, below: below ?? "", selection: own ?? "", above: above ?? "" } });
      await this.measure(below ?? "", own ?? "");
      if (old) [old.below, old.selection, old.above].forEach((url) => URL.revokeObjectURL(url));
    } catch (error) {
      if (!isAbort(error) && !(error instanceof ServerError)) throw error;
    } finally {
      this.isFetching = false;
    }
  }

  /** How well the selected text can be read. @param {string} below @param {string} own pictures */
  async measure(below, own) {
    const [layer] = this.chosen;
    if (!layer || layer.kind !== "text" || this.chosen.length > 1 || !below || !own) return this.set({ contrast: null });
    const ratio = await measured(below, own, this.now.document.size);
    if (!this.signal.aborted) this.set({ contrast: ratio === null ? null : { pointer: layer.pointer, ratio } });
  }

  /** Save as a new version; on what somebody else saved meanwhile, where nothing is in common. */
  async save() {
    const { base, text, isSaving, whyNot } = this.now;
    if (!base || isSaving || whyNot || !this.isDirty) return;
    if (!this.now.isJson || this.now.problems.length) {
      say(t("edit.save.mistakes"), "assertive");
      return;
    }
    this.set({ isSaving: true, trouble: null });
    try {
      await this.send(text, base.revision, "");
    } catch (error) {
      if (error instanceof ServerError && error.status === 409) await this.collide();
      else if (!isAbort(error)) this.fail(error);
    }
    if (!this.signal.aborted) this.set({ isSaving: false });
  }

  /** @param {string} text @param {string} revision @param {string} other whose changes are in it, "" for nobody's */
  async send(text, revision, other) {
    const done = await call("POST", this.path("document"), { body: { text, revision } });
    const base = { text, revision: done.revision, number: done.number, saved: done.saved, by: "" };
    // What was typed while it was saved is a change of the next version.
    this.set({ base, newer: null, trouble: null });
    this.keep(base);
    this.tell();
    const sentence = other ? t("edit.saved.with", { number: done.number, name: other }) : t("edit.saved", { number: done.number });
    if (!this.isDirty) this.set({ saved: sentence });
    say(sentence);
  }

  /** Somebody else saved first. */
  async collide() {
    const { base, text } = this.now;
    const theirs = baseOf(await call("GET", this.path("document")));
    // Nobody is here to be asked: the edits are kept, and offered the next time.
    if (this.signal.aborted) return;
    if (!base || parsed(theirs.text) === null) return this.fail(new ServerError(409, t("edit.collision.broken")));
    const found = merged(base.text, text, theirs.text);
    // What one has deleted, the other may have named.
    const whole = (/** @type {string} */ joined) => settled(joined, this.places, parsed(base.text)).text;
    const both = { ...found, text: whole(found.text), shared: found.shared === theirs.text ? theirs.text : whole(found.shared) };
    if (both.conflicts.length) {
      const { collision } = await import("./collision.js");
      openDialog(collision(this, theirs, both));
      return;
    }
    this.put(both.text, this.now.selection, { undo: [...this.now.undo, { text, selection: this.now.selection, key: "", at: 0 }], redo: [] });
    try {
      await this.send(both.text, theirs.revision, theirs.by || t("edit.somebody"));
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {unknown} error */
  fail(error) {
    const errors = error instanceof ServerError ? error.errors : [];
    const trouble = t("edit.save.failed", { why: sentenceOf(error) });
    this.set({ trouble, problems: errors.length ? errors.map((one) => ({ pointer: one.pointer, sentence: one.detail })) : this.now.problems });
    say(trouble, "assertive");
  }

  /** Ask whether somebody else has saved. Nothing is loaded by itself. */
  async lookForNewer() {
    const base = this.now?.base;
    if (!base || document.hidden || this.now.isSaving) return;
    try {
      const found = await call("GET", this.path("document"), { signal: this.signal });
      const isNewer = found.revision !== this.now.base?.revision && !this.now.isSaving;
      this.set({ newer: isNewer ? baseOf(found) : null });
    } catch {
      // Away: the strip of the frame says so.
    }
  }
}

/** @param {any} found @returns {Base} */
const baseOf = (found) => ({ text: found.text, revision: found.revision, number: found.number, saved: found.saved, by: found.by });

/** @param {string} before @param {string} after */
export function countOf(before, after) {
  const [old, now] = [parsed(before), parsed(after)];
  return before === after ? 0 : old && now ? Math.max(1, changesOf(old, now).length) : 1;
}

/** @param {string} text @returns {any} null for what is no JSON object */
export function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} error */
export const sentenceOf = (error) => (error instanceof ServerError && error.message ? error.message : t("failed"));

/** A picture's address, once it can be shown without a blink. @param {string} base64 @param {string} type */
export async function pictureOf(base64, type) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const image = new Image();
  image.src = url;
  await image.decode().catch(() => {});
  return url;
}
