// The texts that a message has had.

import { h } from "./dom.js";
import { formatted } from "./formatted.js";
import { openListing } from "./listing.js";
import { fullTime } from "./time.js";

/** @param {Api.Message} message
    @param {Api.User} me */
export const openEdits = ({ message_group_uuid: group, seq }, me) =>
  openListing({
    title: "Earlier texts",
    path: `/api/messages/${group}/${seq}/edits`,
    none: "It has no earlier text.",
    newestLast: true,
    item: (/** @type {Api.MessageText} */ { message, at }) =>
      h(
        "li",
        { class: "listing-edit" },
        h("time", { datetime: at, class: "settings-note" }, fullTime(at)),
        h(
          "div",
          { class: "text", dir: "auto" },
          ...formatted(message, { people: new Map(), me: me.uuid }),
        ),
      ),
  });
