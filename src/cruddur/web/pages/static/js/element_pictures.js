// The pictures of people in the elements: fetched with the page's token, since an image of the browser sends none.

import { Emitter } from "./emitter.js";
import { fetchPictures } from "./frame_pictures.js";

/** @type {Emitter<{ change: undefined }>} */
const pictures = new Emitter();

fetchPictures(() => pictures.emit("change"));

/** Calls `show` when a picture has come, until the returned function is called.
    @param {() => void} show */
export const onPictures = (show) => pictures.on("change", show);
