// Laws of the JSON that is edited as a text: the value is what the edit means, and the bytes beside it stay.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import * as json from "../../imgurl/web/studio/static/edit/json.js";

const DESIGNS = new URL("../../designs/", import.meta.url);
const DOCUMENTS = readdirSync(DESIGNS, { withFileTypes: true })
  .filter((one) => one.isDirectory() && one.name !== "artkit")
  .map((one) => readFileSync(new URL(`${one.name}/design.json`, DESIGNS), "utf8"));
const ODD = ['{"a": {"b": []}, "" : {"x": 1e3, "\\u0061": "\\"}]", "a\\"b": [ ]}}', "[]", "{}", ' [1 , [2,{"k":null}] ]\r\n', '{"a":1,"a":{"b":2}}', '"x"', "[\n]"];

/** A generator of numbers from 0 to 1 that begins with a seed. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = (next, list) => list[Math.floor(next() * list.length)];

/** All paths of a value. */
function* paths(value, path = []) {
  yield path;
  if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) yield* paths(child, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

const at = (value, path) => path.reduce((node, key) => node?.[key], value);

/** The same edit on a value. */
function edited(value, path, change) {
  if (!path.length) return change(value);
  const [key, ...rest] = path;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = edited(copy[key], rest, change);
  return copy;
}

const VALUES = [1, -0.5, "", "ü\"\\\n<<x>>", null, true, [], {}, [1, { a: 2 }], { "b/~": [null] }];

test("4,000 random edits: what is read afterwards is what the edit means, and all bytes beside it stay", () => {
  const next = random(7);
  for (const [number, first] of [...DOCUMENTS, ...ODD].entries()) {
    let text = first;
    for (let round = 0; round < 250; round += 1) {
      const value = JSON.parse(text);
      const path = pick(next, [...paths(value)]);
      const parent = at(value, path.slice(0, -1));
      const key = path.at(-1);
      const what = pick(next, ["set", "set", "add", "remove", "insert", "move"]);
      const before = text;
      let expected = value;
      if (what === "set") {
        const put = pick(next, VALUES);
        text = json.set(text, path, put);
        expected = edited(value, path, () => put);
        assert.ok(changedInside(before, text, json.find(json.read(before), path)), `${number} set ${path}`);
      } else if (what === "add" && !Array.isArray(at(value, path)) && typeof at(value, path) === "object" && at(value, path)) {
        const put = pick(next, VALUES);
        text = json.set(text, [...path, "new key", "inner"], put);
        expected = edited(value, path, (one) => ({ ...one, "new key": typeof one["new key"] === "object" && one["new key"] && !Array.isArray(one["new key"]) ? { ...one["new key"], inner: put } : { inner: put } }));
      } else if (what === "remove" && path.length) {
        text = json.remove(text, path);
        expected = edited(value, path.slice(0, -1), (one) => {
          if (Array.isArray(one)) return one.filter((_, place) => place !== key);
          const { [key]: _, ...rest } = one;
          return rest;
        });
      } else if (what === "insert" && Array.isArray(at(value, path))) {
        const [put, place] = [pick(next, VALUES), Math.floor(next() * (at(value, path).length + 1))];
        text = json.insert(text, path, place, put);
        expected = edited(value, path, (one) => one.toSpliced(place, 0, put));
      } else if (what === "move" && path.length && Array.isArray(parent)) {
        const to = Math.floor(next() * parent.length);
        text = json.move(text, path.slice(0, -1), key, to);
        expected = edited(value, path.slice(0, -1), (one) => one.toSpliced(key, 1).toSpliced(to, 0, one[key]));
      }
      if (!/"(\w+)":.*"\1":/.test(ODD.includes(first) ? first : "")) assert.deepEqual(JSON.parse(text), expected, `${number} ${what} ${path}`);
      else JSON.parse(text);
      if (text.length > 60_000) break;
    }
  }
});

/** Whether two texts are the same before and after a node of the first. */
function changedInside(before, after, node) {
  return after.startsWith(before.slice(0, node.start)) && after.endsWith(before.slice(node.end));
}

test("a value that is set to what it is leaves every byte", () => {
  for (const text of DOCUMENTS) {
    const value = JSON.parse(text);
    for (const path of paths(value)) assert.equal(json.set(text, path, at(value, path)), text);
  }
});

test("what is removed and put back at its place is the same value", () => {
  for (const text of DOCUMENTS) {
    const value = JSON.parse(text);
    const back = json.insertSource(json.remove(text, ["layers", 1]), ["layers"], 1, json.source(text, ["layers", 1]));
    assert.deepEqual(JSON.parse(back), value);
    assert.equal(back.length, text.length);
  }
});

test("the path at a place leads back to it", () => {
  for (const text of DOCUMENTS) {
    const root = json.read(text);
    for (const path of paths(JSON.parse(text))) {
      const node = json.find(root, path);
      if (node.kind === "plain") assert.deepEqual(json.pathAt(text, node.start + 1), path);
    }
  }
});

test("pointers and paths", () => {
  assert.equal(json.pointerOf(["layers", 0, "a/b~c"]), "/layers/0/a~1b~0c");
  assert.deepEqual(json.pathOf("/layers/0/a~1b~0c"), ["layers", 0, "a/b~c"]);
});
