// What can be done with one message or several: copy, forward, select, delete. It is fetched when it is first needed.

import { copied } from "./clipboard.js";
import { deletionsOf } from "./deletions.js";
import { forward } from "./forward.js";
import { textOf } from "./message_texts.js";
import { startSelecting } from "./selecting.js";
import { showToast } from "./toasts.js";

/** @import { MessagesPage } from "./page.js" */

/** Does to messages of the open conversation: "copy", "forward", "select", "delete-me" or "delete-all". `done` is called
    when they were forwarded.
    @param {MessagesPage} page
    @param {string} name
    @param {Page.Item[]} messages
    @param {() => void} [done] */
export async function handle(page, name, messages, done = () => {}) {
  const uuid = page.conversation.ref?.uuid ?? "";
  if (name === "copy")
    showToast((await copied(textOf(messages))) ? "Copied" : "Copying was refused");
  if (name === "forward") forward(page, messages, done);
  if (name === "select") startSelecting(page, handle, messages[0].seq ?? 0);
  if (name === "delete-me") deletionsOf(page).add(messages, uuid, "me");
  if (name === "delete-all") deletionsOf(page).add(messages, uuid, "all");
}

/** Takes over the deletions that are stored.
    @param {MessagesPage} page */
export const loadDeletions = (page) => deletionsOf(page).load();
