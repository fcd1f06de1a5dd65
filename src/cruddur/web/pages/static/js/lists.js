// Lists in a dialog: of mentions, and of the texts that a message has had. It is fetched when one is first opened.

import { openEdits } from "./edits_list.js";
import { openMentions } from "./mentions_list.js";

/** @import { MessagesPage } from "./page.js" */

/** Opens the list of the texts of a message or, without one, that of mentions.
    @param {MessagesPage} page
    @param {Api.Message} [message] */
export const openList = (page, message) =>
  message ? openEdits(message, page.me) : openMentions(page);
