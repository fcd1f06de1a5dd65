// Offers to send a text that is too long as several messages.

import { splitText } from "./split.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ composer }) {
  composer.splitText = splitText;
  composer.measure(); // of a draft that is too long
}
