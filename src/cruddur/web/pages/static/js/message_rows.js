// From messages to what stands in the log: lines between days, the "New messages" line, and bubbles
// in runs of one sender.

import { dayKey } from "./time.js";

const RUN_MS = 10 * 60_000;

/** `items` in order; `newFrom` is the number of the first unread message, or null. */
export function rowsOf(items, newFrom, me) {
  const rows = [];
  const unread = newFrom === null ? null : items.find((item) => isUnread(item, newFrom, me));
  items.forEach((item, at) => {
    const startsDay = at === 0 || !sameDay(items[at - 1], item);
    if (startsDay) rows.push({ kind: "day", key: `day ${dayKey(item.created_at)}`, at: item.created_at });
    if (item === unread) rows.push({ kind: "new", key: "new" });
    rows.push({ kind: "message", key: item.uuid, item, ...runOf(items, at, unread) });
  });
  return rows;
}

const isUnread = (item, newFrom, me) => item.seq >= newFrom && item.user_uuid !== me.uuid;

function runOf(items, at, unread) {
  const goesOn = (one, other) => one && other && other !== unread && sameRun(one, other);
  return { first: !goesOn(items[at - 1], items[at]), last: !goesOn(items[at], items[at + 1]) };
}

const sameDay = (one, other) => dayKey(one.created_at) === dayKey(other.created_at);

const sameRun = (one, other) =>
  one.user_uuid === other.user_uuid &&
  sameDay(one, other) &&
  new Date(other.created_at) - new Date(one.created_at) < RUN_MS;
