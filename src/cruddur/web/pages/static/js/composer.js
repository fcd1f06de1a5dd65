// The field for messages: drafts, the limit of characters, the keys, and editing a message.

import { Emitter } from "./emitter.js";
import { draftOf, isSameMessage, putDraft, putRewrite, rewritesIn } from "./drafts.js";
import { isTouch, part, setAttribute, setText } from "./dom.js";
import { onKey } from "./keyboard.js";
import { splitText } from "./split.js";
import { countChars, MESSAGE_MAX_CHARS, plural } from "./text.js";
import { areSame, joined, ready } from "./written.js";

const SHOW_COUNTER_AT = MESSAGE_MAX_CHARS - 124;
const NUMBER = new Intl.NumberFormat("en");

/** @typedef {{ conversation: string; message: Page.Rewritten; text: string }} Composed */

/** Events: "send" {texts}, "edit" {conversation, message, text}, "typing", "edit-last".
    @extends {Emitter<{ send: { texts: string[] }, edit: Composed, typing: undefined, "edit-last": undefined }>} */
export class Composer extends Emitter {
  #me;
  #parts;
  #conversation = ""; // the key of the open conversation; empty if none is open
  /** @type {Page.Rewritten | null} */
  #editing = null;
  #isChanging = false; // the edit was sent and is not answered yet

  /** @param {HTMLFormElement} form
      @param {Api.User} me */
  constructor(form, me) {
    super();
    this.#me = me;
    this.#parts = partsOf(form);
    const { text, cancel, split } = this.#parts;
    form.addEventListener("submit", (event) => this.#submitted(event));
    text.addEventListener("input", () => this.#typed());
    onKey(text, (event) => this.#key(event));
    cancel.addEventListener("click", () => this.stopEditing());
    split.addEventListener("click", () => this.#sendInParts());
  }

  get editing() {
    return this.#editing;
  }

  /** Shows the draft of another conversation, or the edit that was begun there.
      @param {string} conversation */
  open(conversation) {
    this.#conversation = conversation;
    this.#setEditing(null);
    this.#restore();
    const rewrite = rewritesIn(this.#me.uuid, conversation).at(-1);
    if (rewrite) this.#change(rewrite.message, rewrite.text);
  }

  #restore() {
    this.#set(this.#draftOf(this.#conversation));
  }

  /** @param {string} conversation */
  #draftOf(conversation) {
    return draftOf(this.#me.uuid, conversation);
  }

  /** @param {string} conversation
      @param {string} text */
  #putDraft(conversation, text) {
    this.#sayKept(putDraft(this.#me.uuid, conversation, text));
  }

  focus() {
    this.#parts.text.focus();
  }

  /** Adds the text of a message that was not sent to the draft of its conversation.
      @param {string} conversation
      @param {string} text */
  bringBack(conversation, text) {
    if (conversation !== this.#conversation) {
      this.#putDraft(conversation, joined(this.#draftOf(conversation), text));
      return;
    }
    if (this.#editing) this.#leaveEditing();
    this.#set(joined(this.#parts.text.value, text));
    this.#keepDraft();
    this.focus();
  }

  /** Starts to edit a message, with the new text that was typed before, if there is one.
      @param {Page.Rewritten} message */
  startEditing(message) {
    this.#change(message, this.#rewriteOf(this.#conversation, message) ?? message.message);
    this.focus();
  }

  /** @param {string} conversation
      @param {Page.Rewritten} message */
  #rewriteOf(conversation, message) {
    const rewrites = rewritesIn(this.#me.uuid, conversation);
    return rewrites.find((rewrite) => isSameMessage(rewrite.message, message))?.text;
  }

  /** @param {Page.Rewritten} message
      @param {string} text */
  #change(message, text) {
    this.#setEditing(message);
    this.#set(text);
  }

  /** The change is stored. What was written on meanwhile is a further change of the same message.
      @param {Composed} options */
  stored({ conversation, message, text }) {
    const isHere = conversation === this.#conversation && isSameMessage(this.#editing, message);
    const written = isHere ? this.#parts.text.value : this.#rewriteOf(conversation, message);
    if (written === undefined || ["", text].includes(ready(written))) {
      this.stopEditing(conversation, message);
      return;
    }
    const now = { ...message, message: text };
    putRewrite(this.#me.uuid, conversation, now, written);
    if (isHere) this.#setEditing(now);
  }

  /** Ends an edit that is stored or cancelled.
      @param {string} [conversation]
      @param {Page.Rewritten | null} [message] */
  stopEditing(conversation = this.#conversation, message = this.#editing) {
    if (message) putRewrite(this.#me.uuid, conversation, message, null);
    const isHere = conversation === this.#conversation && isSameMessage(this.#editing, message);
    if (isHere) this.#leaveEditing();
  }

  /** If the message that is being edited was deleted, its new text becomes a draft.
      @param {Page.Rewritten & { deleted_at?: string | null }} message */
  onDeleted(message) {
    const { value } = this.#parts.text;
    const written = this.#editing;
    if (!message.deleted_at || !written || !isSameMessage(written, message)) return;
    if (written.message_group_uuid !== message.message_group_uuid) return;
    this.stopEditing();
    if (value.trim() === "" || value === written.message) return;
    this.bringBack(this.#conversation, value);
    this.complain("The message that you were changing was deleted. Your text is still here.");
  }

  #leaveEditing() {
    this.#setEditing(null);
    this.#restore();
    this.focus();
  }

  /** Shows what went wrong, unless another conversation is open by then.
      @param {string} text
      @param {string} [conversation] */
  complain(text, conversation = this.#conversation) {
    if (conversation !== this.#conversation) return;
    this.#isChanging = false;
    setText(this.#parts.problem, text);
    setAttribute(this.#parts.problem, "hidden", text === "");
  }

  /** Removes the draft of texts that the outbox has stored. Before that it must stay, so that a crash loses nothing.
      @param {string} conversation
      @param {string[]} texts */
  handedOver(conversation, texts) {
    if (conversation === this.#conversation && !this.#editing) this.#keepDraft();
    else if (areSame(this.#draftOf(conversation), texts)) this.#putDraft(conversation, "");
  }

  /** @param {Page.Rewritten | null} message */
  #setEditing(message) {
    this.#editing = message;
    this.#isChanging = false;
    setAttribute(this.#parts.banner, "hidden", message === null);
  }

  /** @param {string} text */
  #set(text) {
    this.#parts.text.value = text;
    this.#measure();
  }

  #typed() {
    this.#measure();
    this.#keepDraft();
    if (!this.#editing && this.#parts.text.value.trim()) this.emit("typing");
  }

  #keepDraft() {
    const { value } = this.#parts.text;
    if (this.#editing) this.#keepRewrite(this.#editing, value);
    else this.#putDraft(this.#conversation, value);
  }

  /** @param {Page.Rewritten} message
      @param {string} text */
  #keepRewrite(message, text) {
    const isChanged = text.trim() !== "" && text !== message.message;
    this.#sayKept(putRewrite(this.#me.uuid, this.#conversation, message, isChanged ? text : null));
  }

  /** @param {boolean} isKept */
  #sayKept(isKept) {
    setAttribute(this.#parts.kept, "hidden", isKept);
  }

  #measure() {
    const { text, send, counter } = this.#parts;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
    const count = countChars(this.#ready());
    const over = count - MESSAGE_MAX_CHARS;
    setAttribute(counter, "hidden", count < SHOW_COUNTER_AT);
    setText(counter, `${NUMBER.format(count)} / ${NUMBER.format(MESSAGE_MAX_CHARS)}`);
    setAttribute(text, "aria-invalid", over > 0 ? "true" : null);
    this.complain(
      over > 0 ? `Too long to send: remove ${plural(over, "character", "characters")}.` : "",
    );
    send.disabled = count === 0 || over > 0;
    this.#offerParts(over > 0 && !this.#editing ? splitText(this.#ready()) : null);
  }

  /** @param {string[] | null} texts */
  #offerParts(texts) {
    const { split } = this.#parts;
    setAttribute(split, "hidden", texts === null);
    if (texts) setText(split, `Send as ${texts.length} messages`);
  }

  #sendInParts() {
    const texts = splitText(this.#ready());
    if (texts && !this.#editing) this.#sendTexts(texts);
    this.focus();
  }

  /** @param {string[]} texts */
  #sendTexts(texts) {
    this.#set("");
    this.emit("send", { texts });
  }

  #ready() {
    return ready(this.#parts.text.value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !isTouch()) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#editing) {
      event.stopPropagation();
      this.stopEditing();
    } else if (event.key === "ArrowUp" && this.#parts.text.value === "") {
      this.emit("edit-last");
    }
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    this.#submit();
    this.focus();
  }

  #submit() {
    const text = this.#ready();
    if (this.#parts.send.disabled || text === "" || this.#isChanging) return;
    if (this.#editing) {
      this.#isChanging = true;
      const detail = { conversation: this.#conversation, message: this.#editing, text };
      this.emit("edit", detail);
      return;
    }
    this.#sendTexts([text]);
  }
}

/** @param {HTMLFormElement} form */
function partsOf(form) {
  return {
    text: part(form, "[data-part=text]", HTMLTextAreaElement),
    send: part(form, "[data-part=send]", HTMLButtonElement),
    counter: part(form, "[data-part=counter]"),
    problem: part(form, "[data-part=problem]"),
    kept: part(form, "[data-part=kept]"),
    split: part(form, "[data-part=split]"),
    banner: part(form, "[data-part=banner]"),
    cancel: part(form, "[data-part=cancel]"),
  };
}
