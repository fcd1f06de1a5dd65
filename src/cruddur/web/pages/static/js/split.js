// Splits a text that is too long for one message.

import { countChars, MESSAGE_MAX_CHARS } from "./text.js";

const PARTS_MAX = 20; // a text of more parts is a document

/** The parts of a text, each of at most `most` code points. A part ends with a line or a word if possible, and never
    within a grapheme, a character as people see it. Null if the text cannot be split, or into more than PARTS_MAX.
    @param {string} text
    @param {number} [most] */
export function splitText(text, most = MESSAGE_MAX_CHARS) {
  if (!("Segmenter" in Intl) || countChars(text) > PARTS_MAX * most) return null;
  const parts = [];
  /** @type {string[]} */
  let part = [];
  let count = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const length = countChars(segment);
    if (length > most) return null;
    if (count + length > most) {
      const end = endOf(part);
      parts.push(part.slice(0, end).join(""));
      part = part.slice(end);
      count = countChars(part.join(""));
    }
    part.push(segment);
    count += length;
  }
  parts.push(part.join(""));
  return parts.map(withoutEdges).filter((one) => one !== "");
}

/** The position after the last line end in the second half of the part, or else after its last word, or its end.
    @param {string[]} part */
function endOf(part) {
  for (const isEnd of [/\n/, /\s/u]) {
    const at = part.findLastIndex((segment) => isEnd.test(segment)) + 1;
    if (at > part.length / 2) return at;
  }
  return part.length;
}

/** @param {string} text */
const withoutEdges = (text) => text.replace(/^\s*\n|\s+$/g, "");
