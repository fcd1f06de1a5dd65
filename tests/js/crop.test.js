import assert from "node:assert/strict";
import { test } from "node:test";

import { Crop } from "../../src/cruddur/web/pages/static/js/crop.js";

test("at first the middle is taken, as large as it goes", () => {
  assert.deepEqual(new Crop(400, 300).square, { x: 50, y: 0, side: 300 });
  assert.deepEqual(new Crop(300, 400).square, { x: 0, y: 50, side: 300 });
});

test("the square never leaves the picture, however far it is moved and zoomed", () => {
  const crop = new Crop(400, 300);
  for (const [right, down, zoom] of [
    [9, 9, 2],
    [-9, -9, 4],
    [0.3, -0.2, 100],
    [5, -5, 0],
    [-0.1, 0.1, 1.5],
  ]) {
    crop.zoomTo(zoom);
    crop.move(right, down);
    const { x, y, side } = crop.square;
    assert.ok(x >= 0 && y >= 0 && x + side <= 400.001 && y + side <= 300.001, JSON.stringify(crop));
  }
});

test("the picture follows the finger: by a whole side it shows what lay beside it", () => {
  const crop = new Crop(900, 300);
  crop.move(-1, 0);
  assert.deepEqual(crop.square, { x: 600, y: 0, side: 300 });
  crop.move(0.5, 0);
  assert.deepEqual(crop.square, { x: 450, y: 0, side: 300 });
});

test("it is zoomed around its middle, and not into a few pixels", () => {
  const crop = new Crop(400, 400);
  crop.zoomTo(2);
  assert.deepEqual(crop.square, { x: 100, y: 100, side: 200 });
  crop.zoomTo(100);
  assert.equal(crop.square.side, 64);
  assert.equal(new Crop(20, 5000).most, 1);
  assert.equal(new Crop(5000, 5000).most, 8);
});
