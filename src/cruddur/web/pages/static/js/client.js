// What `/embed/v1.js` exports: the client for pages of other products. Importing it defines the elements.

import { Chat } from "./chat.js";
import { Emitter } from "./emitter.js";
import { defineElements } from "./element_stubs.js";
import { Frame } from "./frame_stub.js";

const HERE = import.meta.url.match(/^(https?:.*)\/embed\/v1\.js/)?.[1];

/** @type {Emitter<{ change: undefined }>} */
const page = new Emitter();
/** @type {Chat | null} */
let current = null;

/** @type {typeof Client.connect} */
export function connect(options) {
  current?.close(); // requests are one user's only
  current = new Chat({ ...options, url: serviceAt(options.url) });
  page.emit("change");
  return current;
}

/** @type {typeof Client.frame} */
export const frame = (place, options) =>
  new Frame(place, { ...options, url: serviceAt(options.url) });

/** @param {string} [url] */
function serviceAt(url = HERE) {
  if (!url) throw new TypeError("`url` is missing");
  return new URL(url, document.baseURI).href;
}

if (globalThis.customElements) defineElements(page, () => current);
