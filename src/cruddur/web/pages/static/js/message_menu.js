// The menu of a message. There is one for all messages: it lies over the page, beside the button that opened it, or
// as a sheet at the foot of a phone's screen after a long press. A mouse over a message finds two more buttons.

import { isRequest } from "./conversation_ref.js";
import { ask, openMenu } from "./dialogs.js";
import { byId, closest, h, icon, isTouch, parts, setAttribute, setText } from "./dom.js";
import { onKey } from "./keyboard.js";
import { onLongPress } from "./long_press.js";
import { MessageActions } from "./message_actions.js";
import { pressedOn } from "./press.js";
import { onSwipe } from "./swipe.js";

/** @import { MessagesPage } from "./page.js" */

const EDGE = 8; // pixels between the menu and the edge of the window
const GAP = 4;

/** What can be done in a conversation that is not accepted: nothing that its sender would notice. */
const IN_REQUESTS = new Set(["copy", "about", "block", "report"]);

/** @param {MessagesPage} page */
export function install(page) {
  const actions = new MessageActions(page.conversation, { ...page, ask, page });
  const menu = new MessageMenu();
  const list = byId("messages");
  const near = [button("react", "React"), button("reply", "Reply")];
  /** @param {string} act
      @param {Element | null} message */
  const act = (act, message) => {
    if (isRequest(page.inbox, page.conversation.ref) && !IN_REQUESTS.has(act)) return;
    actions.act(act, message?.getAttribute("data-uuid") ?? "");
  };
  list.addEventListener("click", (event) => {
    const button = closest(event.target, "[data-act]");
    const message = closest(button, "article");
    if (!button || !message) return;
    if (button.dataset.act === "toggle") menu.toggle(button, message);
    else if (button === near[0]) menu.toggle(button, message, "six");
    else act(button.dataset.act ?? "", message);
  });
  menu.element.addEventListener("click", (event) => {
    const button = closest(event.target, "[data-act]");
    if (!button) return;
    menu.element.hidePopover();
    act(button.dataset.act ?? "", menu.message);
  });
  onKey(list, (event) => {
    if (event.target instanceof Element && event.target.matches("article"))
      pressed(event, event.target, act);
  });
  list.addEventListener("pointerover", ({ target, pointerType }) => {
    const actions = closest(target, "article")?.querySelector(".actions");
    if (actions && pointerType !== "touch" && near[0].parentElement !== actions)
      actions.prepend(...near);
  });
  onLongPress(list, "article[data-state=sent]:not(.deleted)", (one) => {
    if (closest(pressedOn(), ".reaction")) return;
    if (list.hasAttribute("data-selecting")) act("select", one);
    else menu.open(one, one);
  });
  onSwipe(list, { items: "article[data-state=sent]:not(.deleted)" }, (one) => act("reply", one));
}

/** A button beside the message under the mouse. A keyboard has letters for the same.
    @param {string} act
    @param {string} label */
function button(act, label) {
  const attributes = { type: "button", class: "icon-button", "data-act": act, tabindex: -1 };
  return h("button", { ...attributes, "aria-label": label, title: label }, icon(act));
}

/** @type {Record<string, string>} */
const KEYS = { r: "reply", c: "copy", f: "forward", x: "select", delete: "delete-me" };

/** Letters pressed on a message that has the focus.
    @param {KeyboardEvent} event
    @param {Element} message
    @param {(act: string, message: Element) => void} act */
function pressed(event, message, act) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const name = KEYS[event.key.toLowerCase()];
  if (!name || message.getAttribute("data-state") !== "sent") return;
  event.preventDefault();
  act(name, message);
}

class MessageMenu {
  element = byId("message-menu");
  /** The message that the menu is about.
      @type {HTMLElement | null} */
  message = null;
  /** @type {HTMLElement | null} The button whose menu a press has just closed: its click opens no other. */
  #closed = null;
  /** @type {HTMLElement | null} */
  #button = null;

  constructor() {
    document.addEventListener("pointerdown", () => this.#remember(), true);
    byId("log").addEventListener("scroll", () => this.element.hidePopover(), { passive: true });
  }

  #remember() {
    this.#closed = this.element.matches(":popover-open") ? this.#button : null;
  }

  /** @param {HTMLElement} button
      @param {HTMLElement} message
      @param {string} [only] the part of the menu that is wanted */
  toggle(button, message, only) {
    const isClosing = this.#closed === button;
    this.#closed = null;
    if (isClosing) this.element.hidePopover();
    else this.open(button, message, only);
  }

  /** @param {HTMLElement} near
      @param {HTMLElement} message
      @param {string} [only] */
  open(near, message, only) {
    [this.#button, this.message] = [near, message];
    setAttribute(this.element, "data-only", only);
    setText(byId("message-when"), message.querySelector("time")?.title ?? "");
    this.element.dataset.uuid = message.dataset.uuid;
    const isOwn = message.classList.contains("own");
    for (const one of parts(this.element, "[data-own]")) one.hidden = !isOwn;
    for (const one of parts(this.element, "[data-others]")) one.hidden = isOwn;
    const isReacted = message.querySelector(".reaction") !== null;
    for (const one of parts(this.element, "[data-reacted]")) one.hidden = !isReacted;
    const isEdited = message.querySelector(".edited:not([hidden])") !== null;
    for (const one of parts(this.element, "[data-edited]")) one.hidden = !isEdited;
    openMenu(this.element);
    this.#place(near.getBoundingClientRect(), isOwn);
    if (!isTouch())
      parts(this.element, "button")
        .find((one) => one.offsetHeight)
        ?.focus();
  }

  /** @param {DOMRect} beside
      @param {boolean} isOwn */
  #place({ left, right, top, bottom }, isOwn) {
    const { offsetWidth: width, offsetHeight: height, style } = this.element;
    const x = isOwn ? right - width : left;
    const isAbove = bottom + GAP + height + EDGE > innerHeight;
    const y = isAbove ? top - GAP - height : bottom + GAP;
    style.left = `${Math.max(EDGE, Math.min(x, innerWidth - width - EDGE))}px`;
    style.top = `${Math.max(EDGE, Math.min(y, innerHeight - height - EDGE))}px`;
  }
}
