// What a message that others answer is shown as, above their answers.

import { preview } from "./preview.js";

/** @import { PagedTimeline } from "./paged_timeline.js" */

/** How a message that is answered is shown, as it is now; null if none is.
    @param {number | null | undefined} seq
    @param {PagedTimeline | null} timeline
    @param {Api.User} me
    @returns {Page.Quote | null} */
export function quoteOf(seq, timeline, me) {
  if (!seq || !timeline) return null;
  const message = timeline.quotes.find(seq);
  if (!message) return { seq, state: message === null ? "hidden" : "loading", name: "", text: "" };
  const name = message.user_uuid === me.uuid ? "You" : message.display_name;
  const text = message.deleted_at ? "Message deleted" : preview(message.message);
  return { seq, state: message.deleted_at ? "deleted" : "shown", name, text };
}
