// Reads a picture of whatever size and format the browser knows, and makes the small one of a part of it.

/** @import { Crop } from "./crop.js" */

const SIDE = 256;
const MOST_BYTES = 32_000; // domain/person_picture.py has the same
const MOST_FILE_BYTES = 50_000_000;
const SHORTER_SIDE = 1280; // more would only cost memory: eight times zoomed in it still has 160 pixels
const LONGER_SIDE = 8192;
const QUALITIES = [0.86, 0.75, 0.6, 0.45, 0.3, 0.15, 0];

const UNREADABLE = "This browser cannot read that file as a picture. Choose a JPEG or PNG.";
const HEIC =
  "This browser cannot read HEIC pictures. Choose a JPEG, or let your phone share it as one.";
const TOO_LARGE = "That file has more than 50 MB. Choose a smaller one.";
const NOT_SMALL = "This browser could not make the picture small enough.";

/** The picture, no larger than it has to be. Throws an error whose message is for the user.
    @param {File} file */
export async function readPicture(file) {
  if (file.size > MOST_FILE_BYTES) throw new Error(TOO_LARGE);
  const whole = await createImageBitmap(file).catch(() => null);
  if (!whole) throw new Error(/hei[cf]$/i.test(file.type || file.name) ? HEIC : UNREADABLE);
  return shrunk(whole);
}

/** @param {ImageBitmap} whole */
async function shrunk(whole) {
  const { width, height } = whole;
  const scale = Math.min(
    SHORTER_SIDE / Math.min(width, height),
    LONGER_SIDE / Math.max(width, height),
  );
  if (scale >= 1) return whole;
  const [resizeWidth, resizeHeight] = [width, height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  const small = await createImageBitmap(whole, {
    resizeWidth,
    resizeHeight,
    resizeQuality: "high",
  });
  whole.close(); // a picture of 50 megapixels takes 200 MB
  return small;
}

/** Draws the square of a picture on the whole canvas.
    @param {HTMLCanvasElement} canvas
    @param {ImageBitmap} picture
    @param {Crop} crop */
export function draw(canvas, picture, { square: { x, y, side } }) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error(NOT_SMALL);
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff"; // the initials below must not show through
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height);
}

/** The square as a file that the service takes: WebP, or JPEG where the browser writes no WebP, as Safari.
    @param {ImageBitmap} picture
    @param {Crop} crop
    @returns {Promise<Blob>} */
export async function smallPicture(picture, crop) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  draw(canvas, picture, crop);
  for (const quality of QUALITIES) {
    const found = (await written(canvas, "image/webp", quality)) ?? (await jpeg(canvas, quality));
    if (found && found.size <= MOST_BYTES) return found;
  }
  throw new Error(NOT_SMALL);
}

/** @param {HTMLCanvasElement} canvas
    @param {number} quality */
const jpeg = (canvas, quality) => written(canvas, "image/jpeg", quality);

/** The canvas as a file of this type, or null: browsers write PNG instead of a type that they do not know.
    @param {HTMLCanvasElement} canvas
    @param {string} type
    @param {number} quality
    @returns {Promise<Blob | null>} */
const written = (canvas, type, quality) =>
  new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob?.type === type ? blob : null), type, quality);
  });
