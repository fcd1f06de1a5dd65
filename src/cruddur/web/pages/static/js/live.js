// What every page of another product needs: what hears the stream, what sends, and what keeps it until then.

import * as api from "./api.js";
import { onReturn } from "./coming_back.js";
import { Outbox } from "./outbox.js";
import { pollWithout } from "./polling.js";
import { stateOf } from "./sending_state.js";
import { SharedStream } from "./shared_stream.js";

/** @import { LiveStream } from "./live_stream.js" */
/** @import { Talk } from "./talk.js" */

/** @typedef {object} Around
    @property {Api.User} me
    @property {LiveStream} stream
    @property {(entry: Page.Address) => number} lastSeqOf the greatest known number of an entry's conversation
    @property {() => Promise<unknown>} poll reads all that is shown, where the stream does not get through
    @property {AbortSignal} signal ends it */

/** Begins to send what an earlier page has left, and then to hear the stream.
    @param {Around} around */
export async function goLive({ me, stream, lastSeqOf, poll, signal }) {
  const outbox = new Outbox(me, lastSeqOf);
  const source = new SharedStream(stream, me);
  stream.source = source;
  signal.addEventListener("abort", () => [source, outbox].forEach((one) => one.close()));
  pollWithout(stream, poll, { signal });
  onReturn(stream, () => outbox.wake({ now: true }), signal);
  stream.on("ready", () => outbox.wake({ now: true }));
  await outbox.start();
  signal.throwIfAborted();
  outbox.wake();
  source.run();
  return outbox;
}

/** The entries of the outbox whose messages are not stored yet.
    @param {Talk} talk
    @param {Page.ConversationRef} ref
    @param {{ outbox: Outbox; stream: LiveStream }} begun
    @returns {Client.Pending[]} */
export function pendingOf({ messages }, { key }, { outbox, stream }) {
  const stored = new Set(messages.map(({ uuid }) => uuid));
  const waiting = outbox.of(key).filter(({ message_uuid: uuid }) => !stored.has(uuid));
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
  const over = new AbortController();
  const { signal } = over;
  /** @type {Promise<Api.Message>} */
  const stored = new Promise((resolve, reject) => {
    const look = () => {
      const message = talk.messages.find((one) => one.uuid === uuid);
      const failed = outbox.all().find((entry) => entry.message_uuid === uuid)?.failed;
      if (message) resolve(message);
      else if (failed) reject(new api.Problem(422, failed, null));
    };
    const sent = (/** @type {{ entry: Page.Entry, message: Api.Message }} */ { entry, message }) =>
      entry.message_uuid === uuid && resolve(message);
    outbox.on("sent", sent, signal);
    outbox.on("change", look, signal);
    talk.on("change", look, signal);
    look();
  });
  return stored.finally(() => over.abort());
}
