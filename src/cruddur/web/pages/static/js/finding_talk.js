// Finds the conversation of another product's page.

import * as api from "./api.js";
import { refOfRow, refOfUser } from "./conversation_ref.js";

/** @import { Inbox } from "./inbox.js" */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The reference of a conversation, or of the person with whom nobody has begun one.
    @param {string} to its uuid, `@` and a handle, or `ext:` and a host's own id
    @param {Inbox} inbox
    @returns {Promise<Page.ConversationRef>} */
export async function findTalk(to, inbox) {
  const isUuid = UUID.test(to);
  const known = isUuid ? inbox.row(to.toLowerCase()) : inbox.withHandle(to.replace(/^@/, ""));
  if (known) return refOfRow(known);
  const row = await (isUuid ? api.messageGroup(to) : api.conversationWith(to));
  if (!row) return refOfUser(await api.user(to));
  inbox.put(row);
  return refOfRow(row);
}
