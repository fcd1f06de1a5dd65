// Inbox rows as values: which of two states counts, and their order. The server's row may lag behind events, and
// events behind the row.

import { preview } from "./preview.js";

/** Whether its owner does not want to be told of messages now. "always" is greater than every time.
    @param {Api.InboxRow} row */
export const isMuted = (row) => isMutedAt(row, new Date().toISOString());

/** Whether a message that its owner has not read mentions them.
    @param {Api.InboxRow} row */
export const isMentioned = ({ mention_seq: seq = 0, read_seq }) => seq > read_seq;

/** @param {Api.InboxRow} row
    @param {string} at */
const isMutedAt = ({ muted_until: until }, at) => Boolean(until) && String(until) > at;

/** A row with the newer values of both: of the last message, of what was read, and of the settings.
    @param {Api.InboxRow | undefined} known
    @param {Api.InboxRow} row
    @returns {Api.InboxRow} */
export function mergedRow(known, row) {
  if (!known) return withUnread(row, row.read_seq); // what the server answers is right in itself
  const isKnown =
    known.last_seq > row.last_seq || lacksPreview(known, row) || lacksChange(known, row);
  const last = isKnown ? picked(known, LAST_FIELDS) : {};
  const hidden = hiddenOf(known) > hiddenOf(row) ? withoutHidden(known, row) : {};
  const settings = versionOf(known) > versionOf(row) ? settingsOf(known) : {};
  const unread_events = [...new Set([...eventsOf(known), ...eventsOf(row)])];
  const mention_seq = Math.max(known.mention_seq ?? 0, row.mention_seq ?? 0);
  const is_request = known.is_request && row.is_request; // what was accepted never becomes a request again
  const last_change_seq = Math.max(changeOf(known), changeOf(row));
  const joined = { unread_events, mention_seq, is_request, last_change_seq };
  const merged = cleared(broughtBack({ ...row, ...last, ...hidden, ...settings, ...joined }));
  return withUnread(merged, Math.max(merged.read_seq, known.read_seq));
}

/** The row without a preview, if its owner has cleared all of its messages.
    @param {Api.InboxRow} row
    @returns {Api.InboxRow} */
function cleared(row) {
  const seq = row.cleared_seq ?? 0;
  if (seq < row.last_seq || seq === 0) return row;
  const none = { message: "", last_user_uuid: null, last_display_name: null, last_kind: undefined };
  return { ...row, ...none, last_seq: seq, read_seq: Math.max(row.read_seq, seq) };
}

/** Whether a row shows nothing, and the known one the message before its last one. Few answers look for that.
    @param {Api.InboxRow} known
    @param {Api.InboxRow} row */
const lacksPreview = (known, row) =>
  known.preview_seq != null &&
  row.preview_seq == null &&
  row.last_seq === known.last_seq &&
  row.hidden_version === known.hidden_version;

/** A row whose settings were changed, or of which more was read.
    @param {Api.InboxRow} row
    @param {number} [readSeq]
    @returns {Api.InboxRow} */
export const settled = (row, readSeq = 0) =>
  withUnread(cleared(broughtBack(row)), Math.max(row.read_seq, readSeq));

/** Whether a row with the same message follows the changes of its conversation later than events told of them.
    @param {Api.InboxRow} known
    @param {Api.InboxRow} row */
const lacksChange = (known, row) =>
  row.last_seq === known.last_seq &&
  shownSeq(row) === shownSeq(known) &&
  changeOf(row) < changeOf(known);

/** @param {{ last_change_seq?: number }} row */
const changeOf = ({ last_change_seq: seq = 0 }) => seq;

/** @param {Api.InboxRow} row */
const eventsOf = ({ unread_events: seqs = [] }) => seqs;

/** A new message takes a conversation out of the archive, unless it is muted.
    @param {Api.InboxRow} row */
function broughtBack(row) {
  const isBack =
    row.archived_at && row.last_kind !== "event" && row.last_seq > (row.archived_seq ?? 0);
  return isBack && !isMutedAt(row, row.created_at) ? { ...row, archived_at: null } : row;
}

/** @param {Api.InboxRow} row
    @param {number} readSeq */
const withUnread = (row, readSeq) => ({
  ...row,
  read_seq: readSeq,
  unread: Math.max(0, row.last_seq - readSeq - eventsOf(row).filter((seq) => seq > readSeq).length),
  marked_unread: row.unread_mark != null && readSeq <= row.unread_mark,
});

/** @param {Api.InboxRow} row */
const hiddenOf = ({ hidden_version: version = 0 }) => version;

/** What a row that lags does not know: how often messages were deleted, and that the last one of them is gone.
    @param {Api.InboxRow} known
    @param {Api.InboxRow} row */
const withoutHidden = ({ hidden_version, message, last_seq }, row) =>
  last_seq < row.last_seq ? { hidden_version } : { hidden_version, message };

/** @param {{ settings_version?: number }} row */
const versionOf = ({ settings_version: version = 0 }) => version;

/** The number of the message that a row shows: its last one, or an earlier one if that is gone for its owner.
    @param {Api.InboxRow} row */
export const shownSeq = ({ preview_seq: seq, last_seq: last }) => seq ?? last;

/** What the row shows after a change of a message. The number of its last change stays where one before was missed:
    then only the server's row has both.
    @param {Api.InboxRow} row
    @param {Api.Message} changed */
export const afterChange = (row, { seq, message, change_seq = 0 }) => ({
  message: shownSeq(row) === seq ? preview(message) : row.message,
  last_change_seq: changeOf(row) + (change_seq === changeOf(row) + 1 ? 1 : 0),
});

/** The row after its owner has deleted messages for themselves.
    @param {Api.InboxRow} row
    @param {Events.MessagesHidden} event
    @returns {Api.InboxRow} */
export const withoutMessages = (row, { seqs, hidden_version }) =>
  seqs.includes(shownSeq(row))
    ? { ...row, message: "", preview_seq: null, hidden_version }
    : { ...row, hidden_version };

const SETTINGS = [
  "muted_until",
  "archived_at",
  "archived_seq",
  "unread_mark",
  "pinned_at",
  "pin_order",
  "cleared_seq",
  "settings_version",
];
const LAST_FIELDS = [
  "message",
  "last_user_uuid",
  "last_display_name",
  "created_at",
  "last_seq",
  "last_kind",
  "preview_seq",
];

/** These fields of a row, also those that it does not have.
    @param {Record<string, any>} row
    @param {string[]} names */
const picked = (row, names) => Object.fromEntries(names.map((name) => [name, row[name]]));

/** What the owner has set, of a row or of an event.
    @param {Api.InboxRow | Events.RowSettings} row
    @returns {Partial<Api.InboxRow>} */
export const settingsOf = (row) => picked(row, SETTINGS);

/** @param {Api.Message} message */
export const lastOf = (message) => ({
  message: preview(message.message),
  last_user_uuid: message.user_uuid,
  last_display_name: message.display_name,
  created_at: message.created_at,
  last_seq: message.seq,
  last_kind: message.kind,
  preview_seq: null,
});

/** The events that the owner of a row has not read, after this message.
    @param {Api.InboxRow} row
    @param {Api.Message} message */
export const eventsAfter = (row, { seq, kind }) =>
  kind === "event" ? [...eventsOf(row), seq] : eventsOf(row);

/** Whether a row has unread messages, or is marked as unread.
    @param {Api.InboxRow} row */
export const isUnread = (row) => row.unread > 0 || Boolean(row.marked_unread);

/** What is pinned in its owner's order, and then the others, newest first.
    @param {Api.InboxRow} one
    @param {Api.InboxRow} other */
export function pinnedFirst(one, other) {
  const places = [one, other].map((row) => (row.pinned_at ? (row.pin_order ?? 0) : Infinity));
  return places[0] === places[1] ? newestFirst(one, other) : places[0] - places[1];
}

/** @param {Api.InboxRow} one
    @param {Api.InboxRow} other */
export function newestFirst(one, other) {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? 1 : -1;
  return one.uuid < other.uuid ? 1 : -1;
}

/** What a message changes of what this user has read, and of where they are mentioned.
    @param {Api.Message} message
    @param {Api.InboxRow} row
    @param {string} me */
export function readIn({ seq, user_uuid, mentions, kind }, { read_seq, mention_seq = 0 }, me) {
  if (user_uuid === me && kind !== "event") return { read_seq: Math.max(read_seq, seq) };
  const isMe = mentions?.some((one) => one.user_uuid === me);
  return { mention_seq: isMe ? Math.max(mention_seq, seq) : mention_seq };
}
