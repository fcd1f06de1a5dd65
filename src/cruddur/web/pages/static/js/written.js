// Compares drafts with what was sent.

import { cleaned } from "./text.js";

/** The text as it is sent: cleaned, and without empty lines around it.
    @param {string} text */
export const ready = (text) => cleaned(text).replace(/^\s*\n|\s+$/g, "");

/** @param {string} draft
    @param {string} text */
const isSame = (draft, text) => ready(draft) === text;

/** @param {string} text */
const withoutBlanks = (text) => text.replace(/\s+/gu, "");

/** @param {string} draft
    @param {string[]} texts */
export const areSame = (draft, texts) =>
  withoutBlanks(cleaned(draft)) === withoutBlanks(texts.join(""));

/** The draft with a text that comes back. A draft that equals the text was only not removed yet.
    @param {string} draft
    @param {string} text */
export function joined(draft, text) {
  return draft.trim() && !isSame(draft, text) ? `${draft}\n${text}` : text;
}
