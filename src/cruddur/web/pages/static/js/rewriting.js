// Changes the text of messages that wait to be sent.

import { editMessage } from "./api.js";

/** @import { Outbox } from "./outbox.js" */

/** Lets an outbox edit a message that the server has stored with an earlier text.
    @param {Outbox} outbox */
export function correctStored(outbox) {
  outbox.corrected = async ({ rewritten, message }, sent) =>
    rewritten && sent.message !== message
      ? editMessage(sent.message_group_uuid, sent.seq, message)
      : sent;
}

/** Replaces the text of an unsent message. Returns false if the message has just been sent. If the server may have
    stored it already, it is edited there after the next try.
    @param {Outbox} outbox
    @param {string} uuid
    @param {string} message */
export const rewrite = (outbox, uuid, message) =>
  outbox.whileUnsent(uuid, async (entry) => {
    const isPerhapsStored = entry.rewritten || entry.after !== null;
    await outbox.save({ ...entry, message, rewritten: isPerhapsStored, next_attempt: 0 });
    outbox.wake();
    return true;
  });
