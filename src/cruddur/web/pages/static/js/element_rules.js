// What its user can do in <cruddur-conversation>, and whether they can write there at all.

import { isTemporary } from "./api.js";
import { isErased } from "./conversation_ref.js";

/** @typedef {"reply" | "edit" | "copy" | "delete"} Act */

/** @typedef {object} Known what the element has heard beside the conversation itself
    @property {Client.State} state
    @property {string} me
    @property {Api.Conversation | null} group with its members, if it is one and they are known
    @property {boolean} isBlocked whether this user has blocked the other one of a direct conversation */

/** Whether the conversation is closed to this user altogether: they were removed, or are signed out.
    @param {Client.Conversation} talk
    @param {Known} known */
export const isGone = ({ error }, { state }) =>
  state === "signed_out" || (error !== null && !isTemporary(error));

/** Why this user cannot write now, for people; empty if they can.
    @param {Client.Conversation} talk
    @param {Known} known */
export function whyClosed(talk, known) {
  const { group, me, state, isBlocked } = known;
  if (state === "signed_out") return "You are signed out.";
  if (isGone(talk, known)) return talk.error?.message ?? "";
  if (isErased(talk.row?.handle ?? null)) return "This account was deleted.";
  if (isBlocked) return "You have blocked this person. Unblock them to write to them.";
  const role = group?.members.find(({ uuid }) => uuid === me)?.role;
  return group?.who_may_write === "admins" && role === "member"
    ? "Only the admins write in this group."
    : "";
}

/** What this user can do with a message, in the order of its menu.
    @param {Omit<Page.Item, "state">} item
    @param {Client.Conversation} talk
    @param {Known} known
    @returns {Act[]} */
export function actsOn({ seq, kind, deleted_at: deleted, user_uuid: author }, talk, known) {
  if (seq === null || kind === "event" || deleted) return [];
  const isOwn = author === known.me;
  const mayWrite = whyClosed(talk, known) === "";
  /** @type {Record<Act, boolean>} */
  const may = {
    reply: mayWrite,
    edit: mayWrite && isOwn,
    copy: isSecureContext, // elsewhere there is no clipboard
    delete: isOwn && !isGone(talk, known),
  };
  return /** @type {Act[]} */ (Object.keys(may)).filter((act) => may[act]);
}
