// The menu of a conversation in the inbox. It opens by its button, a right click, a long press, the menu key (or
// Shift+F10). Alt+Shift+M mutes, Alt+Shift+E archives, Alt+Shift+U marks as unread or read, Alt+Shift+P pins,
// Alt+Shift+Up and Down move what is pinned, and Alt+Shift+X clears.

import { isDialogOpen, openMenu } from "./dialogs.js";
import { byId, closest, h, part, parts } from "./dom.js";
import { onKey } from "./keyboard.js";
import { onLongPress } from "./long_press.js";
import { onPinDragged } from "./pin_drag.js";
import { afterPress } from "./press.js";
import { Roving } from "./roving.js";
import { RowActions } from "./row_actions.js";

/** @import { Choice } from "./row_actions.js" */
/** @import { MessagesPage } from "./page.js" */

const EDGE = 8;

/** @param {MessagesPage} page */
export function install(page) {
  const actions = new RowActions(page);
  const menu = new RowMenu(actions);
  page.conversation.on("open", ({ uuid }) => actions.unmark(uuid ?? ""));
  actions.unmark(page.conversation.ref?.uuid ?? "");
  const rows = byId("rows");
  rows.addEventListener("click", (event) => {
    const button = closest(event.target, ".row-more");
    if (button) menu.open(button);
  });
  rows.addEventListener("contextmenu", (event) => {
    const row = closest(event.target, "li");
    if (!row) return;
    event.preventDefault();
    afterPress(() => menu.open(row));
  });
  rows.addEventListener("row-swiped", (event) => {
    const row = closest(event.target, "li");
    const act = event instanceof CustomEvent ? event.detail : "open";
    afterPress(() => (act === "open" ? menu.open(row) : menu.act(act, row)));
  });
  onPinDragged(rows, (row, place) => keepFocus(row, () => actions.move(uuidOf(row), place)));
  onLongPress(rows, "li", (row) => menu.open(row));
  onKey(document, (event) => {
    const name = KEYS[event.code];
    if (event.defaultPrevented || isDialogOpen() || !name || !isShortcut(event)) return;
    event.preventDefault();
    menu.act(name, focusedRow(page));
  });
}

/** Alt changes the character on some keyboards, so the key itself counts.
    @type {Record<string, ActName>} */
const KEYS = {
  KeyM: "mute",
  KeyE: "archive",
  KeyU: "unread",
  KeyP: "pin",
  KeyX: "clear",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** @typedef {"mute" | "archive" | "unread" | "pin" | "clear" | "up" | "down"} ActName */

/** @param {KeyboardEvent} event */
const isShortcut = ({ altKey, shiftKey, ctrlKey, metaKey }) =>
  altKey && shiftKey && !ctrlKey && !metaKey;

/** The row that has the focus, or else that of the open conversation.
    @param {MessagesPage} page */
function focusedRow({ conversation }) {
  const focused = closest(document.activeElement, "#rows li");
  const uuid = conversation.ref?.uuid;
  return focused ?? closest(document.querySelector(`#rows [data-uuid="${uuid}"]`), "li");
}

class RowMenu {
  #menu = byId("row-menu");
  #actions;

  /** @param {RowActions} actions */
  constructor(actions) {
    this.#actions = actions;
    new Roving(this.#menu, { items: "button" });
  }

  /** @param {HTMLElement | null} near
      @param {Choice[]} [choices] */
  open(near, choices = this.#actions.of(uuidOf(near))) {
    const isOpen = this.#menu.matches(":popover-open"); // a long press is a right click too, on some systems
    if (!near || choices.length === 0 || isOpen) return;
    this.#fill(near, choices);
    part(closest(near, "li") ?? near, "a.row").focus(); // the focus comes back to it
    openMenu(this.#menu);
    this.#place(near);
    this.#focus();
  }

  /** Does an action on a row, or asks what it leaves open.
      @param {ActName} name
      @param {HTMLElement | null} row */
  act(name, row) {
    const choice = this.#actions[name](uuidOf(row));
    if (choice?.more) this.open(row, choice.more());
    else if (row && choice?.act) keepFocus(row, choice.act);
  }

  /** @param {HTMLElement} near
      @param {Choice[]} choices */
  #fill(near, choices) {
    this.#menu.setAttribute(
      "aria-label",
      `Actions for ${part(closest(near, "li") ?? near, ".row-name").textContent}`,
    );
    this.#menu.replaceChildren(...choices.map((choice) => this.#button(near, choice)));
  }

  /** @param {HTMLElement} near
      @param {Choice} choice */
  #button(near, { words, act, more }) {
    const button = h("button", { type: "button", role: "menuitem" }, words);
    button.addEventListener("click", () => {
      if (more) {
        this.#fill(near, more());
        this.#place(near);
        this.#focus();
        return;
      }
      this.#menu.hidePopover();
      keepFocus(near, act);
    });
    return button;
  }

  #focus() {
    parts(this.#menu, "button")[0]?.focus();
  }

  /** Below the row or its button, and within the window.
      @param {HTMLElement} near */
  #place(near) {
    const { left, right, bottom } = near.getBoundingClientRect();
    const { width, height } = this.#menu.getBoundingClientRect();
    const x = near.matches("li") ? left + 48 : right - width;
    this.#menu.style.left = `${within(x, innerWidth - width)}px`;
    this.#menu.style.top = `${within(bottom - 8, innerHeight - height)}px`;
  }
}

/** Takes the focus to the next row if an action removes this one from the list.
    @param {HTMLElement} near
    @param {(() => unknown) | undefined} act */
async function keepFocus(near, act) {
  const row = closest(near, "li");
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  const hadFocus = row?.contains(document.activeElement);
  await act?.();
  if (hadFocus && !row?.isConnected) next?.querySelector("a")?.focus();
}

/** @param {number} at
    @param {number} most */
const within = (at, most) => Math.max(EDGE, Math.min(at, most - EDGE));

/** @param {HTMLElement | null} near */
const uuidOf = (near) => closest(near, "li")?.querySelector("a")?.dataset.uuid ?? "";
