// This device keeps a copy of the newest conversations, for the time without a network. What makes it is fetched when
// the page is there already.

import { here, isFramed } from "./base_path.js";

/** @import { MessagesPage } from "./page.js" */

const WAIT_MS = 2000; // so that the copy takes nothing from the first view

/** @param {MessagesPage} page */
export function install(page) {
  if (isFramed()) return; // nobody signs out of a frame, so that a copy would stay
  const { me, stream, conversation, router } = page;
  setTimeout(() => begin(page).catch(() => {}), WAIT_MS); // without storage, or without this part, there is no copy
  conversation.timelines.copyOf = async (uuid) => {
    const { copyOf } = await import("./copy.js");
    return copyOf(me.uuid, uuid, page.inbox.row(uuid));
  };
  const { timelines, timeline } = conversation;
  if (timeline && stream.state === "connecting") timelines.startByCopy(timeline); // it was opened before
  if (!page.rendered.copied) return;
  // The address of a conversation that is not in the copy is shown at the first contact.
  stream.on("ready", () => !conversation.ref && here() !== "/" && router.go(here()));
}

/** @param {MessagesPage} page */
async function begin(page) {
  const { keepCopy } = await import("./copy.js");
  await keepCopy(page);
}
