// Fetches what the copy of a conversation lacks, or the whole of it.

import * as api from "./api.js";
import { nothingCopied, withChanges, withMessages, without } from "./copied.js";

const PAGE = 100; // two of them are as many messages as a copy has
const MOST_PAGES = 3; // of messages or changes; a copy that lacks more is made anew

/** The newest messages of a conversation. What the answer may lack of the last minute's changes is asked for beside it.
    @param {string} uuid
    @param {Page.CopiedTo} wanted
    @returns {Promise<Page.Copied>} */
export async function copiedAnew(uuid, { hidden, cleared }) {
  const [changes, newest] = await Promise.all([api.recentChanges(uuid), api.newest(uuid, PAGE)]);
  const first = newest.data[0]?.seq ?? 0;
  const before = newest.next === null ? null : await api.before(uuid, first, PAGE);
  const { messages, last_change_seq: change, hidden_seq: seq = 0 } = changes.data;
  const copied = {
    ...withMessages(nothingCopied(uuid), [...(before?.data ?? []), ...newest.data]),
    older: (before ?? newest).next !== null,
    hidden,
  };
  return without(withChanges(copied, messages, change), Math.max(seq, cleared));
}

/** The copy with what is newer than it. These answers lack nothing that is there, even if a replica lags.
    @param {Page.Copied} copied
    @param {Page.CopiedTo} wanted
    @returns {Promise<Page.Copied>} */
export async function caughtUp(copied, wanted) {
  const changed = copied.change < wanted.change ? await withMissingChanges(copied) : copied;
  const whole =
    changed && changed.last < wanted.last ? await withMissing(changed, wanted) : changed;
  return whole ?? copiedAnew(copied.uuid, wanted);
}

/** @param {Page.Copied} copied
    @returns {Promise<Page.Copied | null>} null if it lacks too much */
async function withMissingChanges(copied) {
  let found = copied;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { data, next } = await api.changes(copied.uuid, found.change, PAGE);
    // The log is another one if it ends before what was seen: an older backup was restored.
    if (data.last_change_seq < found.change) return null;
    found = without(withChanges(found, data.messages, data.last_change_seq), data.hidden_seq ?? 0);
    if (next === null) return found;
  }
  return null;
}

/** @param {Page.Copied} copied
    @param {Page.CopiedTo} wanted
    @returns {Promise<Page.Copied | null>} null if it lacks too much */
async function withMissing(copied, wanted) {
  let found = copied;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { data, next } = await api.after(copied.uuid, found.last, PAGE);
    // Numbers that the last answer skips are none that this user may see.
    const last = next === null ? wanted.last : (data.at(-1)?.seq ?? 0);
    found = withMessages(found, data, last);
    if (next === null) return found;
  }
  return null;
}
