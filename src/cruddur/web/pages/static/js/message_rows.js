// The rows of the message list: lines between days, the "New messages" line, and messages in runs of one sender.
// web/pages/message_rows.py has the same rule, and a test compares the two.

import { dayKey } from "./time.js";

const RUN_MS = 10 * 60_000;

/** `items` in order; `newFrom` is the number of the first unread message, or null.
    @param {Page.Item[]} items
    @param {number | null} newFrom
    @param {Api.User} me */
export function messageRowsOf(items, newFrom, me) {
  /** @type {Page.ListRow[]} */
  const rows = [];
  const days = new Set(); // a wrong clock can make a day come twice; it has only one line
  const unread = newFrom === null ? null : items.find((item) => isUnreadMessage(item, newFrom, me));
  items.forEach((item, at) => {
    const day = dayKey(item.created_at);
    if (!days.has(day)) rows.push({ kind: "day", key: `day ${day}`, at: item.created_at });
    days.add(day);
    if (item === unread) rows.push({ kind: "new", key: "new" });
    rows.push({ kind: "message", key: item.uuid, item, ...runOf(items, at, unread) });
  });
  return rows;
}

/** @param {Page.Item} item
    @param {number} newFrom
    @param {Api.User} me */
const isUnreadMessage = (item, newFrom, me) =>
  item.seq !== null && item.seq >= newFrom && item.user_uuid !== me.uuid && !isEvent(item);

/** @param {Page.Item} item */
const isEvent = ({ kind }) => kind === "event";

/** @param {Page.Item[]} items
    @param {number} at
    @param {Page.Item | null | undefined} unread */
function runOf(items, at, unread) {
  /** @param {Page.Item} one
      @param {Page.Item} other */
  const goesOn = (one, other) => one && other && other !== unread && sameRun(one, other);
  return { first: !goesOn(items[at - 1], items[at]), last: !goesOn(items[at], items[at + 1]) };
}

/** @param {Page.Item} one
    @param {Page.Item} other */
const sameDay = (one, other) => dayKey(one.created_at) === dayKey(other.created_at);

/** @param {Page.Item} one
    @param {Page.Item} other */
const sameRun = (one, other) =>
  one.user_uuid === other.user_uuid &&
  !isEvent(one) &&
  !isEvent(other) &&
  sameDay(one, other) &&
  Date.parse(other.created_at) - Date.parse(one.created_at) < RUN_MS;
