// Helpers for texts: characters, links, initials, colours.

import { partsOf } from "./links.js";

const REL = "noopener noreferrer nofollow ugc";
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[^\p{Z}\p{M}\p{Cc}\p{Cf}\p{Cs}]/u;
const AVATAR_COLOURS = 16;

/** The number of code points, which the server limits. `length` would count an emoji twice.
    @param {string} text */
export function countChars(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The text as the server stores it: composed (NFC), and without control characters, which people could not find to
    remove. Empty if nothing of it is visible.
    @param {string} text */
export function cleaned(text) {
  const lines = text.normalize("NFC").replace(/\r\n?|[\u2028\u2029]/g, "\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
  const clean = lines.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
  return VISIBLE.test(clean) ? clean : "";
}

/** The text as DOM nodes, with addresses as links. Nothing is parsed as HTML.
    @param {string} text */
export const linked = (text) =>
  partsOf(text).map((part) => (part.href === null ? part.text : link(part.text, part.href)));

/** A link. Its direction is set to left to right, so that the text before it cannot reverse the address.
    @param {string} text
    @param {string} href */
function link(text, href) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.rel = REL;
  anchor.dir = "ltr";
  if (!href.startsWith("mailto:")) anchor.target = "_blank";
  if (isForeign(text)) anchor.title = anchor.href; // in the browser's form, which shows a look-alike domain as "xn--…"
  anchor.textContent = text;
  return anchor;
}

/** @param {string} text */
const isForeign = (text) => /[^\0-\x7f]/u.test(text);

/** The first letters of the first and the last word; "?" if there is none. An emoji counts only if no word begins with a
    letter or a digit.
    @param {string} name */
export function initials(name) {
  const all = (name ?? "").trim().split(/\s+/u).filter(Boolean);
  const named = all.filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const words = named.length ? named : all;
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word = "") => ([...word][0] ?? "").toUpperCase()).join("") || "?";
}

/** The class of a person's colour, from the last digits of the UUID, which are random in every version.
    @param {string | null} uuid */
export const avatarColour = (uuid) =>
  `colour-${(Number.parseInt((uuid ?? "").slice(-2), 16) || 0) % AVATAR_COLOURS}`;

/** @param {number} count
    @param {string} one
    @param {string} many */
export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
