// A reference to a conversation: to one that exists, or to one that its first message will start.

/** @import { Inbox } from "./inbox.js" */

/** The reference of an inbox row. `key` names the conversation in the outbox and among the drafts. In a direct
    conversation it is made of the other person's handle, so that it stays the same when the conversation gets
    its uuid.
    @param {Api.InboxRow} row */
export const refOfRow = (row) => ({
  uuid: row.uuid,
  kind: row.kind,
  name: row.display_name,
  picture: { emoji: row.emoji, colour: row.colour },
  handle: row.handle,
  userUuid: row.user_uuid,
  key: row.kind === "direct" && row.handle ? keyOfHandle(row.handle) : row.uuid,
  path: `/c/${row.uuid}`,
});

/** @param {Api.User} user */
export const refOfUser = (user) => ({
  uuid: null,
  kind: "direct",
  name: user.display_name,
  handle: user.handle,
  userUuid: user.uuid,
  key: keyOfHandle(user.handle),
  path: `/@${user.handle}`,
});

/** The reference of a conversation that its first message has started.
    @param {Page.ConversationRef} ref
    @param {string} uuid */
export const started = (ref, uuid) => ({ ...ref, uuid, path: `/c/${uuid}` });

/** Whether this stands where a handle stood of somebody whose account was deleted.
    @param {string | null} handle */
export const isErased = (handle) => handle?.startsWith("-") ?? false;

/** Whether a stranger began the conversation, and this user has not accepted it.
    @param {Inbox} inbox
    @param {Page.ConversationRef | null} ref */
export const isRequest = (inbox, ref) => inbox.row(ref?.uuid ?? "")?.is_request ?? false;

/** @param {string} handle */
const keyOfHandle = (handle) => `@${handle.toLowerCase()}`;

/** @param {Page.ConversationRef} ref */
export const addressOf = (ref) => ({
  conversation: ref.key,
  name: ref.name,
  ...(ref.uuid ? { message_group_uuid: ref.uuid } : { handle: ref.handle }),
});

/** The uuid that colours the avatar of a conversation.
    @param {Api.InboxRow} row */
export const faceOf = (row) => (row.kind === "direct" && row.user_uuid) || row.uuid;
