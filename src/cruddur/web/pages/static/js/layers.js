// Layers are the open dialogs and menus. Going back closes only the topmost layer, as people expect on a phone. So each
// layer adds an entry to the browser's history.

import { layersNow, pushLayers } from "./visits.js";

/** @typedef {{ isOpen: () => boolean; close: () => void }} Layer */

/** The open layers, from the lowest to the topmost.
    @type {Layer[]} */
let layers = [];

function openLayers() {
  layers = layers.filter((layer) => layer.isOpen());
  return layers;
}

export const countLayers = () => openLayers().length;

/** To be called when a layer has opened. It uses the entry of a layer that was closed otherwise, if there is one.
    @param {Layer} layer */
export function addLayer(layer) {
  layers = [...openLayers().filter((one) => one !== layer), layer];
  if (layersNow() < layers.length) pushLayers(layers.length);
}

/** Closes all layers above the lowest `count`. Returns whether there were any.
    @param {number} count */
export function closeLayersAbove(count) {
  const above = openLayers().slice(count);
  for (const layer of above.reverse()) layer.close();
  return above.length > 0;
}
