// Passes each event of the stream to the parts of the page that show it.

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ me, stream, presence, inbox, conversation, composer }) {
  stream.on("message", (message) => {
    presence.onMessage(message);
    inbox.onMessage(message);
    conversation.onMessage(message);
  });
  stream.on("message_changed", (message) => {
    inbox.onChanged(message);
    conversation.onChanged(message);
    composer.onDeleted(message);
  });
  stream.on("read", ({ message_group_uuid: uuid, seq }) => inbox.onRead(uuid, seq));
  stream.on("row_settings", (event) => inbox.onSettings(event));
  stream.on("typing", (event) => event.user_uuid !== me.uuid && presence.onTyping(event));
  stream.on("presence", (event) => presence.onPresence(event));
  stream.on("state", (state) => presence.onStreamState(state));
}
