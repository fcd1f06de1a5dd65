// The entries of the browser's history. Each knows the path that it was reached from, and how many layers (see
// layers.js) lay over the page. A layer's entry has the path of the page beneath it.

import { addressOf, here } from "./base_path.js";

/** @typedef {{ from?: string; layers?: number; path?: string } | null} Visit */

/** @returns {Visit} */
const visit = () => history.state;

export const cameFrom = () => visit()?.from;

export const layersNow = () => visit()?.layers ?? 0;

const seen = () => ({ path: here(), layers: layersNow() });

let last = seen();

/** To be called when the browser has gone to another entry. Returns the entry before. */
export function arrive() {
  const left = last;
  last = seen();
  return left;
}

/** @param {number} layers */
export function pushLayers(layers) {
  history.pushState({ ...visit(), layers }, "");
  last = seen();
}

/** To another path, while so many layers are open. The entry of a layer that was closed becomes the path's, so
    that going back from there leads to the page beneath at once.
    @param {string} path
    @param {number} layers */
export function goTo(path, layers) {
  const reached = { from: here(), path };
  if (layersNow() > 0) history.replaceState(reached, "", addressOf(path));
  else history.pushState(reached, "", addressOf(path));
  last = seen();
  if (layers > 0) pushLayers(layers);
}

/** Replaces the address of the current entry.
    @param {string} path */
export function rename(path) {
  history.replaceState({ ...visit(), path }, "", addressOf(path));
  last = seen();
}
