// Laws of what the panels of the editor work with: contrast, gradients, texts without a field, offered fields.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contrastOf, needed } from "../../imgurl/web/studio/static/edit/contrast.js";
import { filledIn, renamedIn } from "../../imgurl/web/studio/static/edit/references.js";

const pixels = (...colors) => colors.flat();

test("contrast is that of WCAG: 21 of black on white, 1 of a colour on itself, of what is seen of a fainter one", () => {
  const [white, black, clear] = [[255, 255, 255, 255], [0, 0, 0, 255], [0, 0, 0, 0]];
  assert.equal(Math.round(contrastOf(pixels(white, white), pixels(black, clear)) * 100) / 100, 21);
  assert.equal(contrastOf(pixels(black, white), pixels(black, clear)), 1);
  assert.equal(contrastOf(pixels(white), pixels(clear)), null);
  // #767676 on white is the usual example of what is just enough.
  assert.equal(Math.round(contrastOf(pixels(white), pixels([118, 118, 118, 255])) * 100) / 100, 4.54);
  const half = contrastOf(pixels(white), pixels([0, 0, 0, 128]));
  assert.ok(half > 3.9 && half < 4.1);
  assert.deepEqual([needed(16, 400), needed(24, 400), needed(19, 700), needed(18, 700)], [4.5, 3, 3, 4.5]);
});

test("a text without a field shows what people see who have no value", () => {
  assert.equal(filledIn("Hi <<name>>[[ in <<city>>]]!", "city", "", true), "Hi <<name>>!");
  assert.equal(filledIn("Hi <<name>>[[ in <<city>>]]!", "city", "Oslo", true), "Hi <<name>> in Oslo!");
  assert.equal(filledIn("[[<<city>>, <<name>>]]", "city", "Oslo", true), "[[Oslo, <<name>>]]");
  assert.equal(filledIn("\\<<city>> << city >>", "city", "<b>", true), "\\<<city>> \\<b>");
  assert.equal(filledIn("<<city>>", "city", "a[[b]]", false), "a\\[[b\\]]");
  assert.equal(renamedIn("\\<<a>> <<a>>[[<< a >>]] <<ab>>", "a", "b"), "\\<<a>> <<b>>[[<<b>>]] <<ab>>");
});
