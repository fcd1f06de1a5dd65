// Drafts, in localStorage, which stores each letter at once, before the page can be closed. Each user and each tab
// has drafts of its own: two tabs that show the same conversation do not overwrite each other's.

import { isTabOpen, TAB } from "./tabs.js";

/** @param {string} userUuid */
const all = (userUuid) => `cruddur-draft/${userUuid}/`;
/** @param {string} userUuid
    @param {string} conversation */
const unowned = (userUuid, conversation) => all(userUuid) + conversation;
/** @param {string} userUuid
    @param {string} conversation */
const own = (userUuid, conversation) => `${unowned(userUuid, conversation)}~${TAB}`;

/** This tab's draft. If it has none, it takes over the drafts of closed tabs.
    @param {string} userUuid
    @param {string} conversation */
export function draftOf(userUuid, conversation) {
  try {
    return localStorage.getItem(own(userUuid, conversation)) ?? inherit(userUuid, conversation);
  } catch {
    return ""; // the browser refuses storage
  }
}

/** What this tab would show in the composer of each conversation, without taking drafts over.
    @param {string} userUuid
    @returns {Map<string, string>} by conversation */
export function draftsOf(userUuid) {
  /** @type {Map<string, string>} */
  const found = new Map();
  try {
    for (const key of keysOf(userUuid)) {
      const [conversation, tab] = key.slice(all(userUuid).length).split("~");
      const isOthers = tab && tab !== TAB && isTabOpen(tab);
      if (conversation.includes("/") || isOthers) continue; // the first are changed texts of messages
      if (tab === TAB || !found.has(conversation))
        found.set(conversation, localStorage.getItem(key) ?? "");
    }
  } catch {
    // The browser refuses storage.
  }
  return found;
}

/** @param {string} userUuid
    @param {string} conversation */
function inherit(userUuid, conversation) {
  const prefix = unowned(userUuid, conversation);
  /** @param {string} key */
  const isLeft = (key) =>
    key === prefix || (key.startsWith(`${prefix}~`) && !isTabOpen(key.split("~")[1]));
  const keys = Object.keys(localStorage).filter(isLeft).sort();
  const text = [...new Set(keys.map((key) => localStorage.getItem(key)))].join("\n");
  if (text && putDraft(userUuid, conversation, text))
    for (const key of keys) localStorage.removeItem(key);
  return text;
}

/** Stores the draft. Returns whether a reload will find it.
    @param {string} userUuid
    @param {string} conversation
    @param {string} text */
export function putDraft(userUuid, conversation, text) {
  return put(own(userUuid, conversation), text.trim() === "" ? null : text);
}

/** @param {string} userUuid */
const allReplies = (userUuid) => `cruddur-reply/${userUuid}/`;

/** The number of the message that this tab's draft answers, or null. Like a draft, it is taken over from closed tabs.
    @param {string} userUuid
    @param {string} conversation */
export function replyOf(userUuid, conversation) {
  try {
    const prefix = `${allReplies(userUuid)}${conversation}~`;
    /** @param {string} key */
    const isLeft = (key) => key.startsWith(prefix) && !isTabOpen(key.slice(prefix.length));
    const mine = localStorage.getItem(prefix + TAB);
    const left = mine ? [] : Object.keys(localStorage).filter(isLeft).sort();
    const seq = Number(mine ?? localStorage.getItem(left.at(-1) ?? ""));
    if (seq && left.length && putReply(userUuid, conversation, seq))
      for (const key of left) localStorage.removeItem(key);
    return seq > 0 ? seq : null;
  } catch {
    return null; // the browser refuses storage
  }
}

/** Stores which message the draft answers. Returns whether a reload will find it.
    @param {string} userUuid
    @param {string} conversation
    @param {number | null} seq */
export const putReply = (userUuid, conversation, seq) =>
  put(`${allReplies(userUuid)}${conversation}~${TAB}`, seq === null ? null : String(seq));

/** @param {string} userUuid
    @param {string} conversation */
const rewritesOf = (userUuid, conversation) => `${unowned(userUuid, conversation)}/`;

/** Whether both are the same message. It has a number only after the server has stored it.
    @param {Page.Rewritten | null} one
    @param {Page.Rewritten | null} other */
export const isSameMessage = (one, other) =>
  Number.isInteger(one?.seq) ? one?.seq === other?.seq : Boolean(one) && one?.uuid === other?.uuid;

/** The messages of a conversation that are being edited, with the new texts; the newest message is last.
    @param {string} userUuid
    @param {string} conversation
    @returns {{ message: Page.Rewritten; text: string }[]} */
export function rewritesIn(userUuid, conversation) {
  try {
    /** @param {string} key */
    const isHere = (key) => key.startsWith(rewritesOf(userUuid, conversation));
    const found = Object.keys(localStorage)
      .filter(isHere)
      .map((key) => JSON.parse(localStorage.getItem(key) ?? ""));
    return found.sort((one, other) =>
      (one.message.seq ?? Infinity) < (other.message.seq ?? Infinity) ? -1 : 1,
    );
  } catch {
    return [];
  }
}

/** Stores the new text of a message that is being edited, or removes it for null. Returns whether a reload will
    find it.
    @param {string} userUuid
    @param {string} conversation
    @param {Page.Rewritten} rewritten
    @param {string | null} text */
export function putRewrite(
  userUuid,
  conversation,
  { message_group_uuid, uuid, seq, message },
  text,
) {
  const key = rewritesOf(userUuid, conversation) + (seq ?? uuid);
  const value = { message: { message_group_uuid, uuid, seq, message }, text };
  return put(key, text === null ? null : JSON.stringify(value));
}

/** @param {string} key
    @param {string | null} value */
function put(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false; // the storage is full or refused; the text is still in the field
  }
}

/** @param {string} userUuid */
const keysOf = (userUuid) =>
  Object.keys(localStorage).filter((key) => key.startsWith(all(userUuid)));

/** The number of this user's drafts in all tabs.
    @param {string} userUuid */
export function countDrafts(userUuid) {
  try {
    return keysOf(userUuid).length;
  } catch {
    return 0;
  }
}

/** @param {string} userUuid */
export function forgetDrafts(userUuid) {
  const replies = Object.keys(localStorage).filter((key) => key.startsWith(allReplies(userUuid)));
  for (const key of [...keysOf(userUuid), ...replies]) localStorage.removeItem(key);
}
