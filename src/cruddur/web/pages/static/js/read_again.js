// Reads what a timeline holds already.

import * as api from "./api.js";
import { HELD_PAGE, PAGE } from "./page_sizes.js";

/** @import { HeldMessages } from "./held_messages.js" */
/** @import { Timeline } from "./timeline.js" */

/** Reads the present state of all held messages.
    @param {Timeline} timeline
    @param {HeldMessages} held */
export async function readAgain({ uuid, first, last, newer, quotes }, held) {
  quotes?.clear();
  const newest = newer ? null : await api.newest(uuid, PAGE);
  held.keep(...(newest?.data ?? []));
  let from = newest ? (newest.data[0]?.seq ?? 0) : last + 1;
  while (from > first) {
    const { data } = await api.before(uuid, from, HELD_PAGE);
    held.keep(...data);
    from = data[0]?.seq ?? 0;
  }
}

/** Finds out which of the held messages this user no longer sees. It reads forward, since these answers lack nothing
    that is there, even if a replica of the table lags.
    @param {Timeline} timeline
    @param {HeldMessages} held */
export async function findHidden({ uuid, first, last }, held) {
  for (let from = first - 1; from < last; ) {
    const { data, next } = await api.after(uuid, from, HELD_PAGE);
    const to = next ? (data.at(-1)?.seq ?? last) : last;
    held.answered(data, from + 1, to);
    from = to;
  }
}
