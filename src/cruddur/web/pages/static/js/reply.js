// What the composer answers: a line above the field says who and what. It is kept with the draft.

import { putReply, replyOf } from "./drafts.js";
import { part, setAttribute, setText } from "./dom.js";

export class Reply {
  /** The number of the message that is answered, or null.
      @type {number | null} */
  seq = null;
  #me;
  #parts;
  #conversation = "";
  #isAside = false; // a message is being edited meanwhile

  /** @param {HTMLElement} form
      @param {Api.User} me
      @param {() => void} dropped */
  constructor(form, me, dropped) {
    this.#me = me;
    this.#parts = {
      line: part(form, "[data-part=reply]"),
      name: part(form, "[data-part=reply-name]"),
      text: part(form, "[data-part=reply-text]"),
    };
    part(form, "[data-part=drop-reply]").addEventListener("click", () => {
      this.set(null);
      dropped();
    });
  }

  /** Shows what was to be answered in another conversation.
      @param {string} conversation */
  open(conversation) {
    this.#conversation = conversation;
    this.seq = replyOf(this.#me.uuid, conversation);
    this.show(null);
  }

  /** @param {number | null} seq */
  set(seq) {
    this.seq = seq;
    this.keep();
    this.show(null);
  }

  /** Returns what is answered, and answers nothing from now on. What is kept stays until `keep`: a crash before the
      outbox has the message must lose nothing. */
  take() {
    const { seq } = this;
    this.seq = null;
    this.show(null);
    return seq;
  }

  keep() {
    putReply(this.#me.uuid, this.#conversation, this.seq);
  }

  /** @param {boolean} isAside */
  setAside(isAside) {
    this.#isAside = isAside;
    this.#place();
  }

  /** Shows the answered message as it is now.
      @param {Page.Quote | null} quote */
  show(quote) {
    const { name, text } = this.#parts;
    setText(name, quote?.name || "a message");
    setText(text, quote?.text ?? "");
    this.#place();
  }

  #place() {
    setAttribute(this.#parts.line, "hidden", this.seq === null || this.#isAside);
  }
}
