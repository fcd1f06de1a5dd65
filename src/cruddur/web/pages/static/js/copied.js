// A conversation as this device has a copy of it, as a value: what events and answers make of it. Its numbers say up to
// which message and which change it is whole, so that what is missing can be asked for.

import { newer } from "./message_states.js";

const MOST_MESSAGES = 200;

/** @param {string} uuid
    @returns {Page.Copied} */
export const nothingCopied = (uuid) => ({
  uuid,
  messages: [],
  older: false,
  last: 0,
  change: 0,
  hidden: 0,
  cleared: 0,
});

/** With messages that follow on without a gap, and up to which number that is known to be so.
    @param {Page.Copied} copied
    @param {Api.Message[]} messages in order
    @param {number} [last]
    @returns {Page.Copied} */
export function withMessages(copied, messages, last = messages.at(-1)?.seq ?? 0) {
  const known = new Map(copied.messages.map((one) => [one.seq, one]));
  for (const message of messages) known.set(message.seq, newer(known.get(message.seq), message));
  const all = [...known.values()].sort((one, other) => one.seq - other.seq);
  const kept = all.slice(-MOST_MESSAGES);
  return {
    ...copied,
    messages: kept,
    older: copied.older || kept.length < all.length,
    last: Math.max(copied.last, last),
  };
}

/** With the present states of messages that were changed, which are all up to the change `to`.
    @param {Page.Copied} copied
    @param {Api.Message[]} changed
    @param {number} to
    @returns {Page.Copied} */
export function withChanges(copied, changed, to) {
  const states = new Map(changed.map((one) => [one.seq, one]));
  const messages = copied.messages.map((one) => newer(one, states.get(one.seq) ?? one));
  return { ...copied, messages, change: Math.max(copied.change, to) };
}

/** Without the messages up to this number.
    @param {Page.Copied} copied
    @param {number} seq
    @returns {Page.Copied} */
export function without(copied, seq) {
  if (seq === 0) return copied;
  const messages = copied.messages.filter((one) => one.seq > seq);
  const isCut = messages.length < copied.messages.length || copied.last <= seq;
  return { ...copied, messages, older: copied.older && !isCut, last: Math.max(copied.last, seq) };
}

/** Without the messages of these numbers, which this user has deleted for themselves.
    @param {Page.Copied} copied
    @param {number[]} seqs
    @returns {Page.Copied} */
export const withHidden = (copied, seqs) => ({
  ...copied,
  messages: copied.messages.filter(({ seq }) => !seqs.includes(seq)),
  hidden: copied.hidden + 1,
});

/** Applies what came by events, as far as nothing is missing before it.
    @param {Page.Copied} copied
    @param {Api.Message[]} arrived in any order
    @returns {Page.Copied} */
export function withEvents(copied, arrived) {
  const bySeq = arrived.toSorted((one, other) => one.seq - other.seq);
  const following = unbroken(bySeq, copied.last, ({ seq }) => seq);
  const byChange = arrived.toSorted((one, other) => changeOf(one) - changeOf(other));
  const changes = unbroken(byChange, copied.change, changeOf);
  return withChanges(withMessages(copied, following), changes, copied.change + changes.length);
}

/** @param {Api.Message} message */
const changeOf = ({ change_seq: number }) => number ?? 0;

/** Those of `messages` whose numbers follow on `last` without a gap.
    @param {Api.Message[]} messages in the order of their numbers
    @param {number} last
    @param {(message: Api.Message) => number} numberOf */
function unbroken(messages, last, numberOf) {
  const found = [];
  for (const one of messages) if (numberOf(one) === last + found.length + 1) found.push(one);
  return found;
}

/** Whether something of a conversation is newer than its copy.
    @param {Page.CopiedTo | undefined} copied
    @param {Page.CopiedTo} wanted */
export const isBehind = (copied, wanted) =>
  !copied ||
  copied.last < wanted.last ||
  copied.change < wanted.change ||
  copied.hidden < wanted.hidden ||
  copied.cleared < wanted.cleared;

/** Up to where a conversation goes, by its row and by what was heard since.
    @param {Api.InboxRow} row
    @param {Partial<Page.CopiedTo>} [heard]
    @returns {Page.CopiedTo} */
export const goesTo = (row, heard = {}) => ({
  last: Math.max(row.last_seq, heard.last ?? 0),
  change: Math.max(row.last_change_seq ?? 0, heard.change ?? 0),
  hidden: Math.max(row.hidden_version ?? 0, heard.hidden ?? 0),
  cleared: row.cleared_seq ?? 0,
});
