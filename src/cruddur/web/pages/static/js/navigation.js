// Goes from conversation to conversation: the header, the address, and the window's title follow.

import { here } from "./base_path.js";
import { isRequest, refOfRow, refOfUser } from "./conversation_ref.js";
import { byId, isTouch } from "./dom.js";
import { showTitle } from "./header.js";

/** @import { FirstPage } from "./conversation.js" */
/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { inbox, conversation, presence, router, header } = page;
  router.on("show", (ref) => showConversation(page, ref));
  conversation.on("change", () => conversationChanged(page));
  presence.on("change", () => header.line(conversation.ref));
  inbox.on("change", () => inboxChanged(page));
  byId("load-again").addEventListener("click", () => conversation.refresh());
  setInterval(() => conversation.render({ quiet: true }), 60_000); // "Today" has to become "Yesterday"
}

/** Shows what the server has rendered.
    @param {MessagesPage} page */
export function showRendered(page) {
  const { group, recipient, messages, quoted, more, copied } = page.rendered;
  const change = copied?.change;
  if (group) showConversation(page, refOfRow(group), { messages, quoted, ...more, change });
  else if (recipient) showConversation(page, refOfUser(recipient));
  else showTitle(page.inbox.unread(), null);
}

/** @param {MessagesPage} page
    @param {Page.ConversationRef | null} ref
    @param {FirstPage | null} [first] */
function showConversation(page, ref, first = null) {
  const { conversation, composer, view } = page;
  const left = conversation.ref?.uuid;
  document.body.dataset.view = ref ? "conversation" : "inbox"; // a narrow window shows only one of them
  if (!ref) {
    conversation.close();
    view.focusOn(left);
    return;
  }
  if (ref.uuid !== null && ref.uuid === left) {
    showHeader(page);
    return;
  }
  conversation.open(ref, first);
  if (isTouch() || byId("composer").hidden)
    byId("conversation-name").focus(); // the on-screen keyboard would hide half of it
  else composer.focus();
}

/** @param {MessagesPage} page */
export function showHeader({ header, conversation, inbox }) {
  header.show(conversation.ref, conversation.error, isRequest(inbox, conversation.ref));
}

/** @param {MessagesPage} page */
function conversationChanged(page) {
  const { inbox, view, router } = page;
  const { ref } = page.conversation;
  inbox.open = ref?.uuid ?? null;
  showHeader(page);
  view.select(ref?.uuid ?? null);
  showTitle(inbox.unread(), ref);
  if (ref && ref.path !== here()) router.replace(ref.path);
}

/** @param {MessagesPage} page */
function inboxChanged({ inbox, conversation }) {
  const { ref } = conversation;
  showTitle(inbox.unread(), ref);
  const row = ref && !ref.uuid ? inbox.withHandle(ref.handle ?? "") : null;
  if (row) conversation.adopt(row.uuid);
}
