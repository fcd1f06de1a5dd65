// Splits a text that is too long for one message.

import { countChars } from "./text.js";

const PARTS_MAX = 20; // a text of more parts is a document

/** The parts of a text, each of at most `most` code points. A part ends with a paragraph, a line, a sentence or a
    word if possible, and never within a grapheme, a character as people see it. Null if the text cannot be split, or into more than PARTS_MAX.
    @param {string} text
    @param {number} most */
export function splitText(text, most) {
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

/** Whether something ends with the grapheme at this position: a paragraph, a line, a sentence, a word.
    @type {((part: string[], at: number) => boolean)[]} */
const ENDINGS = [
  (part, at) => part[at].includes("\n") && Boolean(part[at - 1]?.includes("\n")),
  (part, at) => part[at].includes("\n"),
  (part, at) => /[。！？]/u.test(part[at]) || (/\s/u.test(part[at]) && isSentence(part, at)),
  (part, at) => /\s/u.test(part[at]),
];

/** Whether a sentence ends before this position, perhaps with a quote or a bracket.
    @param {string[]} part
    @param {number} at */
const isSentence = (part, at) =>
  /[.!?…؟।][)\]"'”’»]*$/u.test(part.slice(Math.max(0, at - 3), at).join(""));

/** The position after the last ending in the second half of the part, or else the part's end.
    @param {string[]} part */
function endOf(part) {
  for (const isEnd of ENDINGS) {
    const at = part.findLastIndex((_, place) => isEnd(part, place)) + 1;
    if (at > part.length / 2) return at;
  }
  return part.length;
}

/** @param {string} text */
const withoutEdges = (text) => text.replace(/^\s*\n|\s+$/g, "");
