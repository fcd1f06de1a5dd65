// Makes the parts of the messages page from what the server has rendered. Features use them (see main.js).

import { actAs } from "./api.js";
import { Composer } from "./composer.js";
import { eraseCopy } from "./copy_erasing.js";
import { Conversation } from "./conversation.js";
import { byId, dataJson, parts } from "./dom.js";
import { plainText } from "./formatting.js";
import { Header } from "./header.js";
import { PageInbox } from "./page_inbox.js";
import { InboxView } from "./inbox_view.js";
import { LiveStream } from "./live_stream.js";
import { makeRoomBy } from "./local_store.js";
import { MessageList } from "./message_list.js";
import { Outbox } from "./outbox.js";
import { PendingDeletions } from "./pending_deletions.js";
import { notePictures, withPicture } from "./pictures.js";
import { Presence } from "./presence.js";
import { readMarksBy } from "./preview.js";
import { correctStored } from "./rewriting.js";
import { Router } from "./router.js";
import { TypingSignal } from "./typing_signal.js";
import { WaitingChanges } from "./waiting_changes.js";
import { rowShown } from "./waiting_shown.js";

/** @typedef {ReturnType<typeof makePage>} MessagesPage */

/** Makes all parts. From then on, requests name the user for whom the server has rendered the page.
    @param {Page.Rendered} rendered */
export function makePage(rendered) {
  const { me, rows, group, recipient } = rendered;
  notePictures([me, recipient, group, ...rows]);
  actAs(me.uuid);
  readMarksBy(plainText);
  makeRoomBy(eraseCopy);
  const inbox = new PageInbox(me, rows, rendered.next ?? (byId("rows").dataset.next || null));
  const presence = new Presence();
  const stream = new LiveStream();
  const outbox = new Outbox(me, (entry) => lastSeqOf(entry, inbox, conversation));
  correctStored(outbox);
  const composer = new Composer(byId("composer", HTMLFormElement), me);
  const deletions = new PendingDeletions();
  const [scroller, list, pill] = ["log", "messages", "pill"].map((id) => byId(id));
  const messageList = new MessageList({ scroller, list, pill, me });
  const typing = new TypingSignal();
  const waiting = new WaitingChanges(me);
  inbox.shown = (row) => withPicture(rowShown(row, waiting.of(row.uuid)));
  const talk = { me, inbox, outbox, stream, messageList, waiting, composer, typing, deletions };
  const conversation = new Conversation(talk);
  const view = new InboxView(
    { list: byId("rows"), scroller: byId("rows-scroller") },
    { me, inbox, outbox, presence, deletions, waiting },
  );
  const [header, router] = [new Header(presence), new Router(inbox)];
  return { ...talk, rendered, presence, conversation, view, header, router };
}

/** What most messages have. web/pages/pages.py leaves it out. */
const PLAIN = {
  change_seq: 0,
  deleted_at: null,
  edited_at: null,
  event: null,
  mentions: [],
  reactions: {},
  reply_to_seq: null,
};

/** What the server has written into the page: the user, the inbox rows, and the open conversation.
    @returns {Page.Rendered} */
export function readRendered() {
  /** @type {Api.User} */
  const me = dataJson(document.body, "me");
  /** @type {Page.RenderedStream} */
  const stream = dataJson(document.body, "stream");
  /** @type {Api.Conversation | null} */
  const group = dataJson(byId("conversation"), "group");
  /** @type {Api.User | null} The other person of a conversation that nobody has started yet. */
  const recipient = dataJson(byId("conversation"), "recipient");
  /** @type {Api.InboxRow[]} */
  const rows = parts(document, "#rows [data-row]").map((row) => dataJson(row, "row"));
  /** @type {Api.Message[]} */
  const messages = parts(document, "#messages article").map((one) => ({
    ...PLAIN,
    message_group_uuid: group?.uuid,
    uuid: one.dataset.uuid,
    seq: Number(one.dataset.seq),
    ...dataJson(one, "message"),
  }));
  const more = dataJson(byId("messages"), "more");
  /** @type {Api.Message[]} */
  const quoted = dataJson(byId("messages"), "quoted") ?? [];
  if (group) rows.push(group);
  return { me, stream, group, recipient, rows, messages, quoted, more };
}

/** The greatest known number of the conversation of an outbox entry; 0 if it has not been started.
    @param {Page.Address} entry
    @param {PageInbox} inbox
    @param {Conversation} conversation */
function lastSeqOf({ message_group_uuid: uuid, handle }, inbox, { timeline }) {
  const row = uuid ? inbox.row(uuid) : inbox.withHandle(handle ?? "");
  const open = timeline && timeline.uuid === (uuid ?? row?.uuid) ? timeline.last : 0;
  return Math.max(open, row?.last_seq ?? 0);
}
