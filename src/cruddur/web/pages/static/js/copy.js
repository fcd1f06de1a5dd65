// This device's copy of conversations. It is fetched once the page is there, or to show the copy.

import { copiedPage } from "./copied_page.js";
import { Copying } from "./copying.js";
import * as store from "./copy_store.js";

/** @import { MessagesPage } from "./page.js" */

/** Keeps the copy true while the page is open.
    @param {MessagesPage} page */
export const keepCopy = (page) => new Copying(page).start();

/** What the page shows first where the service cannot be reached. */
export const readCopy = () => copiedPage();

/** The copy of a conversation; undefined if there is none, or none without what this user has deleted for themselves.
    @param {string} me
    @param {string} uuid
    @param {Api.InboxRow | null} row */
export async function copyOf(me, uuid, row) {
  const found = await store.conversation(me, uuid);
  return found && found.hidden >= (row?.hidden_version ?? 0) ? found : undefined;
}
