// Completes "@" and the beginning of a handle or a name in the composer, among the members of the conversation. It is
// fetched when the first "@" is typed.

import { isErased } from "./conversation_ref.js";
import { avatar, byId, closest, h, setAttribute, setText } from "./dom.js";
import { hasWords } from "./folding.js";
import { onKey } from "./keyboard.js";
import { afterPress } from "./press.js";
import { plural } from "./text.js";

/** @import { MessagesPage } from "./page.js" */

const MOST = 8;
const BEGUN = /(?<![A-Za-z0-9_@./-])@([\p{L}\p{N}._-]{0,29})$/u;

/** @param {MessagesPage} page */
export function completeMentions({ me, messageList, conversation }) {
  const box = new MentionBox((query) =>
    [...messageList.people, ...otherOf(conversation.ref)]
      .filter(
        ({ uuid, handle, display_name: name }) => uuid !== me.uuid && isMeant(query, handle, name),
      )
      .slice(0, MOST),
  );
  box.install();
}

/** The other person of a direct conversation.
    @param {Page.ConversationRef | null} ref
    @returns {Person[]} */
const otherOf = (ref) =>
  ref?.userUuid && ref.handle && !isErased(ref.handle)
    ? [{ uuid: ref.userUuid, handle: ref.handle, display_name: ref.name }]
    : [];

/** @param {string} query
    @param {string} handle
    @param {string} name */
const isMeant = (query, handle, name) =>
  handle.toLowerCase().startsWith(query.toLowerCase()) || hasWords(name, query);

/** @typedef {{ uuid: string; handle: string; display_name: string }} Person */

class MentionBox {
  #text = byId("composer-text", HTMLTextAreaElement);
  #list = byId("mention-options");
  #status = byId("mention-status");
  #find;
  /** @type {Person[]} */
  #people = [];
  #active = 0;

  /** @param {(query: string) => Person[]} find */
  constructor(find) {
    this.#find = find;
  }

  install() {
    this.#look();
    this.#text.addEventListener("input", () => this.#look());
    // Elsewhere in the text the arrow keys belong to the text. Only typing opens the list.
    this.#text.addEventListener("selectionchange", () => this.#people.length > 0 && this.#look());
    this.#text.addEventListener("blur", () => afterPress(() => this.#left()));
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    onKey(byId("composer"), (event) => this.#key(event), true);
  }

  /** What was typed behind an "@" that the caret follows; null if there is none. */
  #query() {
    const { selectionStart: caret, selectionEnd: end, value } = this.#text;
    return caret === end
      ? (BEGUN.exec(value.slice(Math.max(0, caret - 40), caret))?.[1] ?? null)
      : null;
  }

  #look() {
    const query = this.#query();
    this.#show(query === null ? [] : this.#find(query));
  }

  #left() {
    if (document.activeElement !== this.#text) this.#show([]);
  }

  /** @param {Person[]} people */
  #show(people) {
    if (people.length !== this.#people.length)
      setText(
        this.#status,
        people.length ? `${plural(people.length, "person", "people")} to mention` : "",
      );
    this.#people = people;
    this.#list.replaceChildren(...people.map(option));
    this.#list.hidden = people.length === 0;
    this.#activate(0);
  }

  /** @param {number} at */
  #activate(at) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const active = this.#list.children[at];
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    setAttribute(this.#text, "aria-activedescendant", active?.id);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const count = this.#people.length;
    if (
      count === 0 ||
      event.target !== this.#text ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    if (event.key === "ArrowDown") this.#activate((this.#active + 1) % count);
    else if (event.key === "ArrowUp") this.#activate((this.#active + count - 1) % count);
    else if (event.key === "Escape") this.#show([]);
    else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey) this.#choose(this.#active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const chosen = closest(event.target, "[role=option]");
    if (chosen) this.#choose([...this.#list.children].indexOf(chosen));
  }

  /** Writes the handle in the place of what was typed, as the browser writes it, so that it can be undone.
      @param {number} at */
  #choose(at) {
    const { handle } = this.#people[at];
    const caret = this.#text.selectionStart;
    this.#text.setSelectionRange(caret - (this.#query() ?? "").length, caret);
    this.#show([]);
    document.execCommand("insertText", false, `${handle} `);
    this.#show([]);
  }
}

/** @param {Person} person
    @param {number} at */
function option({ uuid, handle, display_name: name }, at) {
  const words = h(
    "span",
    { class: "option-words" },
    h("span", { class: "option-name", dir: "auto" }, name),
    h("span", { class: "option-detail" }, `@${handle}`),
  );
  const face = avatar(uuid, name, "small");
  return h(
    "li",
    { role: "option", id: `mention-option-${at}`, "aria-selected": "false" },
    face,
    words,
  );
}
