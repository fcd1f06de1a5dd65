// What a text is made of: characters, links, initials, colours.

export const MESSAGE_MAX_CHARS = 1024;
const LINK = /\bhttps?:\/\/[^\s<>"]+/giu;
const REL = "noopener noreferrer nofollow ugc";
const AVATAR_COLOURS = 10;

/** Counts code points, as the server does; `length` would count an emoji twice. */
export function countChars(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Without the invisible control characters that the server refuses and nobody could find to remove. */
export function cleaned(text) {
  return text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

/** Text as DOM nodes, with http and https addresses as links. Nothing is ever parsed as HTML. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = withoutTail(match[0]);
    if (!URL.canParse(address)) continue;
    nodes.push(text.slice(from, match.index), link(address));
    from = match.index + address.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

/** "https://a.org/x)." → "https://a.org/x": the end of a sentence is no part of an address. */
function withoutTail(address) {
  let end = address.length;
  while (end > 0 && isTail(address.slice(0, end))) end -= 1;
  return address.slice(0, end);
}

function isTail(address) {
  const last = address.at(-1);
  if (last === ")") return countOf(address, ")") > countOf(address, "(");
  return ".,;:!?'\"]}*_…".includes(last);
}

const countOf = (text, char) => text.split(char).length - 1;

function link(address) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.rel = REL;
  anchor.target = "_blank";
  anchor.textContent = address;
  return anchor;
}

/** The first letters of the first and the last word. */
export function initials(name) {
  const words = (name ?? "").trim().split(/\s+/u).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

/** A colour that stays with a person: the last digits of a UUID are random in every version. */
export const avatarColour = (uuid) =>
  `colour-${(Number.parseInt((uuid ?? "").slice(-2), 16) || 0) % AVATAR_COLOURS}`;

/** One line's worth of a message, as the server makes it for the inbox. */
export function preview(text) {
  const flat = [...text.trim().split(/\s+/u).join(" ")];
  return flat.length <= 140 ? flat.join("") : `${flat.slice(0, 139).join("")}…`;
}

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
