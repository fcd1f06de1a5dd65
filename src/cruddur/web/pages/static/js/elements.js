// The elements for pages of other products: what each shows, in a shadow tree of its own.

import { ConversationElement } from "./element_conversation.js";
import { InboxElement } from "./element_inbox.js";
import { UnreadElement } from "./element_unread.js";
import { plainText } from "./formatting.js";
import { readMarksBy } from "./preview.js";

readMarksBy(plainText);

/** Shows what an element is for.
    @param {HTMLElement} element
    @param {Client.Chat} chat
    @returns {{ update: () => void; close: () => void }} */
export function viewOf(element, chat) {
  if (element.localName === "cruddur-inbox") return new InboxElement(element, chat);
  if (element.localName === "cruddur-unread") return new UnreadElement(element, chat);
  return new ConversationElement(element, chat);
}
