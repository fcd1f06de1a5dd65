// Steps of a conversation of another product's page: finding it, and what is on its way.

import * as api from "./api.js";
import { refOfRow, refOfUser } from "./conversation_ref.js";
import { stateOf } from "./sending_state.js";

/** @import { Inbox } from "./inbox.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { LiveStream } from "./live_stream.js" */
/** @import { Talk } from "./talk.js" */

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

/** The entries of the outbox whose messages are not stored yet.
    @param {Page.Entry[]} entries
    @param {Api.Message[]} messages
    @param {LiveStream} stream
    @returns {Client.Pending[]} */
export function pendingOf(entries, messages, stream) {
  const stored = new Set(messages.map(({ uuid }) => uuid));
  const waiting = entries.filter(({ message_uuid: uuid }) => !stored.has(uuid));
  return waiting.map((entry) => ({
    uuid: entry.message_uuid,
    message: entry.message,
    created_at: entry.created_at,
    reply_to_seq: entry.reply_to_seq ?? null,
    ...stateOf(entry, stream.state === "open"),
  }));
}

/** Resolves when the server has stored the message, sent by this tab or by another one. Rejects if it has refused it,
    or if its user has discarded it.
    @param {string} uuid
    @param {Talk} talk
    @param {Outbox} outbox
    @returns {Promise<Api.Message>} */
export function storedAs(uuid, talk, outbox) {
  /** @type {(() => void)[]} */
  const ends = [];
  /** @type {Promise<Api.Message>} */
  const stored = new Promise((resolve, reject) => {
    const look = () => {
      const message = talk.messages.find((one) => one.uuid === uuid);
      const failed = outbox.all().find((entry) => entry.message_uuid === uuid)?.failed;
      if (message) resolve(message);
      else if (failed) reject(new api.Problem(422, failed, null));
    };
    ends.push(
      outbox.on("sent", ({ entry, message }) => entry.message_uuid === uuid && resolve(message)),
      outbox.on("change", look),
      talk.on("change", look),
    );
    look();
  });
  return stored.finally(() => ends.forEach((end) => end()));
}
