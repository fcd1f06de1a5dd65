// Messages that this user has deleted for themselves, here or on another device, are gone from the page.

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ stream, inbox, conversation }) {
  const { timelines } = conversation;
  stream.on("messages_hidden", (event) => {
    timelines.get(event.message_group_uuid)?.hidden.told(event);
    inbox.onHidden(event);
  });
  const follow = () => timelines.follow((uuid) => inbox.row(uuid));
  inbox.on("change", follow);
  conversation.on("change", follow);
  follow();
}
