// Sends one message of the outbox to the server.

import * as api from "./api.js";

/** Sends the message and returns it as the server has stored it. If an earlier try has stored it with another text,
    it is edited.
    @param {Page.Entry} entry */
export async function deliver(entry) {
  const message = await api.sendMessage(bodyOf(entry));
  if (!entry.rewritten || message.message === entry.message) return message;
  return api.editMessage(message.message_group_uuid, message.seq, entry.message);
}

/** @param {Page.Entry} entry */
function bodyOf(entry) {
  const { message, message_uuid, after, message_group_uuid, handle, reply_to_seq } = entry;
  const to = message_group_uuid ? { message_group_uuid } : { handle };
  return { message, message_uuid, after, ...to, ...(reply_to_seq ? { reply_to_seq } : {}) };
}
