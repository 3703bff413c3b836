// Boxes, sums, and two people's edits of one document.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { aligned, distributed, resized, snap, sum, turned } from "../../imgurl/web/studio/static/edit/geometry.js";
import { set, insert, move, remove } from "../../imgurl/web/studio/static/edit/json.js";
import { changesOf, merged } from "../../imgurl/web/studio/static/edit/merging.js";

const HERO = readFileSync(new URL("../../designs/newsletter-hero-april/design.json", import.meta.url), "utf8");
const box = (x, y, width, height) => ({ x, y, width, height });

test("a handle moves its own edges; with the centre kept, both", () => {
  assert.deepEqual(resized(box(10, 10, 100, 50), "e", 5, 9), box(10, 10, 105, 50));
  assert.deepEqual(resized(box(10, 10, 100, 50), "nw", 5, 9), box(15, 19, 95, 41));
  assert.deepEqual(resized(box(10, 10, 100, 50), "s", 0, 4, { centre: true }), box(10, 6, 100, 58));
  assert.deepEqual(resized(box(0, 0, 100, 50), "se", 100, 0, { ratio: true }), box(0, 0, 200, 100));
  assert.deepEqual(resized(box(0, 0, 100, 50), "w", 500, 0), box(99, 0, 1, 50));
});

test("a box snaps to the nearest line, on whole pixels, and to equal gaps", () => {
  assert.deepEqual(snap(box(68, 500, 10, 10), [box(70, 0, 20, 20)], 6), { dx: 2, dy: 0, guides: [{ axis: "x", at: 70, gap: null }] });
  assert.deepEqual(snap(box(33, 0, 20, 10), [box(0, 0, 10, 10), box(80, 0, 10, 10)], 3).dx, 2);
  assert.deepEqual(snap(box(50, 50, 10, 10), [box(0, 0, 5, 5)], 6).guides, []);
});

test("aligned and distributed boxes are on whole pixels, and the outer ones stay", () => {
  assert.deepEqual(aligned(box(0, 0, 11, 11), box(0, 0, 100, 100), "centre"), box(45, 0, 11, 11));
  assert.deepEqual(aligned(box(0, 0, 10, 10), box(5, 5, 100, 100), "bottom"), box(0, 95, 10, 10));
  assert.deepEqual(distributed([box(90, 0, 10, 1), box(0, 0, 10, 1), box(20, 0, 10, 1)], "x").map((one) => one.x), [90, 0, 45]);
});

test("an angle sticks at quarters", () => {
  assert.deepEqual([turned(88, false), turned(84.4, false), turned(40, true), turned(190, false), turned(-2, false)], [90, 84, 45, -170, 0]);
});

test("sums", () => {
  assert.deepEqual(["600/2", "3+4*2", "(1+2)×3", "12 px", "1,5", "-4", "50 %"].map(sum), [300, 11, 9, 12, 1.5, -4, 50]);
  assert.deepEqual(["", "x", "1/0", "2 +", "1e9"].map(sum), [null, null, null, null, null]);
});

test("edits that have nothing in common are both kept, whatever was inserted or moved in between", () => {
  const mine = set(set(HERO, ["layers", 2, "box", "x"], 99), ["title"], "Mine");
  let theirs = set(HERO, ["layers", 2, "box", "y"], 7);
  theirs = insert(theirs, ["layers"], 0, { id: "new", type: "shape" });
  theirs = move(theirs, ["layers"], 3, 1);
  const { text, conflicts } = merged(HERO, mine, theirs);
  assert.deepEqual(conflicts, []);
  const found = JSON.parse(text);
  const greeting = found.layers.find((one) => one.id === "greeting");
  assert.deepEqual([found.title, greeting.box.x, greeting.box.y, found.layers[0].id], ["Mine", 99, 7, "new"]);
  assert.equal(changesOf(JSON.parse(theirs), found).length, 2);
});

test("the same property, and a layer that the other one deleted, are conflicts; what both did alike is none", () => {
  const at = ["layers", 2, "font", "size"];
  assert.equal(merged(HERO, set(HERO, at, 90), set(HERO, at, 80)).conflicts.length, 1);
  assert.equal(JSON.parse(merged(HERO, set(HERO, at, 90), set(HERO, at, 80)).text).layers[2].font.size, 90);
  const mine = set(set(HERO, at, 90), ["title"], "Mine");
  const both = JSON.parse(merged(HERO, mine, set(HERO, at, 80)).shared);
  assert.deepEqual([both.title, both.layers[2].font.size], ["Mine", 80]);
  assert.equal(merged(HERO, set(HERO, at, 90), set(HERO, at, 90)).conflicts.length, 0);
  assert.equal(merged(HERO, set(HERO, at, 90), remove(HERO, ["layers", 2])).conflicts.length, 1);
  assert.equal(merged(HERO, remove(HERO, ["layers", 2]), set(HERO, at, 90)).conflicts.length, 1);
});

test("orders are put on each other", () => {
  const mine = move(HERO, ["layers"], 0, 6);
  const { text, conflicts } = merged(HERO, mine, insert(HERO, ["layers"], 7, { id: "last", type: "shape" }));
  assert.deepEqual(conflicts, []);
  assert.deepEqual(JSON.parse(text).layers.map((one) => one.id), [...JSON.parse(mine).layers.map((one) => one.id), "last"]);
});
