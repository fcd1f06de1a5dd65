// The people whom a text mentions: `@` and the handle of a member, outside of addresses. domain/mentions.py finds the same.

import { BLANK } from "./marks.js";

const HANDLE_OR_ADDRESS = new RegExp(
  String.raw`(?:(?<![A-Za-z0-9])[Hh][Tt][Tt][Pp][Ss]?:\/\/|(?<![A-Za-z0-9@\/.\-])[Ww]{3}\.)[^${BLANK}<>"\x60]*` +
    String.raw`|(?<![A-Za-z0-9_@.\/\-])@([A-Za-z0-9][A-Za-z0-9._\-]{1,29})(?![A-Za-z0-9_])`,
  "gu",
);

/** A person whom a message mentions: `shown` is their handle as it is now.
    @typedef {{ uuid: string; shown: string }} Mentioned */

/** The people of a message's mentions, by the handles that stand in the text, in small letters.
    @param {Api.Mention[] | undefined} mentions
    @param {Map<string, string>} handles by uuid, as they are now
    @returns {Map<string, Mentioned>} */
export const mentionedIn = (mentions, handles) =>
  new Map(
    (mentions ?? []).map(({ user_uuid: uuid, handle }) => [
      handle.toLowerCase(),
      { uuid, shown: handles.get(uuid) ?? handle },
    ]),
  );

/** The pieces of a text, each with the person whose handle it is, or null.
    @param {string} text
    @param {Map<string, Mentioned>} known
    @returns {{ text: string; person: Mentioned | null }[]} */
export function piecesOf(text, known) {
  /** @type {{ text: string; person: Mentioned | null }[]} */
  const pieces = [];
  let start = 0;
  for (const found of known.size ? text.matchAll(HANDLE_OR_ADDRESS) : []) {
    const handle = knownPart(found[1] ?? "", known);
    if (!handle) continue;
    pieces.push({ text: text.slice(start, found.index), person: null });
    start = found.index + 1 + handle.length;
    const person = known.get(handle.toLowerCase()) ?? null;
    pieces.push({ text: text.slice(found.index, start), person });
  }
  pieces.push({ text: text.slice(start), person: null });
  return pieces;
}

/** The handle without signs at its end that are not of it: "maya." → "maya"; empty for nobody's.
    @param {string} text
    @param {Map<string, Mentioned>} known */
function knownPart(text, known) {
  let handle = text;
  while (handle && !known.has(handle.toLowerCase()))
    handle = /[._-]$/u.test(handle) ? handle.slice(0, -1) : "";
  return handle;
}
