// The pictures of people in a frame of another product: an image of the browser sends no token, so they are fetched
// with one.

import { send } from "./authorized.js";
import { inside } from "./base_path.js";
import { showPicturesBy } from "./pictures.js";

const MOST = 300; // at most 43 KB each, as text

/** @type {Map<string, string | null>} By path: the picture, or null until it is there. */
const loaded = new Map();

/** Fetches each picture when a face asks for it. Faces ask again when `show` is called.
    @param {() => void} show */
export function fetchPictures(show) {
  showPicturesBy((path) => {
    if (!loaded.has(path)) load(path, show);
    return loaded.get(path) ?? null;
  });
}

/** A picture that cannot be had is not asked for again, so that the initials stay.
    @param {string} path
    @param {() => void} show */
async function load(path, show) {
  if (loaded.size >= MOST) loaded.clear();
  loaded.set(path, null);
  const answer = await send(inside(path), { headers: {} }).catch(() => null);
  if (!answer?.ok) return;
  loaded.set(path, await asText(await answer.blob()));
  show();
}

/** The picture as a `data:` address, which the page's policy lets images have.
    @param {Blob} picture
    @returns {Promise<string>} */
const asText = (picture) =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsDataURL(picture);
  });
