// The beginnings of messages, as the inbox shows them.

let readText = (/** @type {string} */ text) => text;

/** Says what reads the marks that people write, such as *bold*. Until then they stay as they are: a page that shows
    no messages need not load what reads them.
    @param {(text: string) => string} read */
export function readMarksBy(read) {
  readText = read;
}

/** The beginning of a message on one line and without marks, as the server makes it for the inbox.
    @param {string} text */
export function preview(text) {
  const flat = [...readText(text).trim().split(/\s+/u).join(" ")];
  return flat.length <= 140 ? flat.join("") : `${flat.slice(0, 139).join("")}…`;
}
