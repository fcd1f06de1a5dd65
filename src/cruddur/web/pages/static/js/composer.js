// The field for messages: drafts, the limit of characters, the keys, and editing a message.

import { Emitter } from "./emitter.js";
import { partsOf, showLength } from "./composer_parts.js";
import { draftOf, isSameMessage, putDraft, putReply, putRewrite, rewritesIn } from "./drafts.js";
import { setAttribute, setText } from "./dom.js";
import { onKey } from "./keyboard.js";
import { isForSending } from "./look.js";
import { Reply } from "./reply.js";
import { withRest } from "./rest.js";
import { countChars, plural } from "./text.js";
import { areSame, joined, ready } from "./written.js";

/** @typedef {{ conversation: string; message: Page.Rewritten; text: string }} Composed */

/** @typedef {{ texts: string[]; replyTo: number | null }} Written */

/** Events: "send", "edit" {conversation, message, text}, "reply" (it answers another message), "typing", "edit-last".
    @extends {Emitter<{ send: Written, edit: Composed, reply: undefined, typing: undefined, "edit-last": undefined }>} */
export class Composer extends Emitter {
  /** Cuts a text into messages. splitting.js replaces it.
      @type {(text: string, most: number) => string[] | null} */
  splitText = () => null;
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
    this.reply = new Reply(form, me, () => this.focus());
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
    this.reply.open(conversation);
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

  /** Answers the message of this number with what is written next.
      @param {number} seq */
  answer(seq) {
    if (this.#editing) this.#leaveEditing();
    this.reply.set(seq);
    this.emit("reply");
    this.focus();
  }

  /** Adds the text of a message that was not sent, and what it answers, to the draft of its conversation.
      @param {string} conversation
      @param {string} text
      @param {number | null} [replyTo] */
  bringBack(conversation, text, replyTo = null) {
    if (conversation !== this.#conversation) {
      if (replyTo) putReply(this.#me.uuid, conversation, replyTo);
      this.#putDraft(conversation, joined(this.#draftOf(conversation), text));
      return;
    }
    if (this.#editing) this.#leaveEditing();
    if (replyTo) this.answer(replyTo);
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
    else if (areSame(this.#draftOf(conversation), texts)) {
      this.#putDraft(conversation, "");
      putReply(this.#me.uuid, conversation, null);
    }
  }

  /** @param {Page.Rewritten | null} message */
  #setEditing(message) {
    this.#editing = message;
    this.reply.setAside(message !== null);
    this.#isChanging = false;
    setAttribute(this.#parts.banner, "hidden", message === null);
  }

  /** @param {string} text */
  #set(text) {
    this.#parts.text.value = text;
    this.measure();
  }

  #typed() {
    this.measure();
    this.#keepDraft();
    if (!this.#editing && this.#parts.text.value.trim()) this.emit("typing");
  }

  #keepDraft() {
    const { value } = this.#parts.text;
    if (this.#editing) this.#keepRewrite(this.#editing, value);
    else this.#putDraft(this.#conversation, value);
    if (!this.#editing) this.reply.keep();
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

  /** Shows how long the text is. */
  measure() {
    const over = showLength(this.#parts, countChars(this.#ready()));
    this.complain(
      over > 0 ? `Too long to send: remove ${plural(over, "character", "characters")}.` : "",
    );
    this.#offerParts(over > 0 && !this.#editing ? this.#split() : null);
  }

  #split() {
    return this.splitText(this.#ready(), this.#parts.most);
  }

  /** @param {string[] | null} texts */
  #offerParts(texts) {
    const { split } = this.#parts;
    setAttribute(split, "hidden", texts === null);
    if (texts) setText(split, `Send as ${texts.length} messages`);
  }

  #sendInParts() {
    const texts = this.#split();
    if (texts && !this.#editing) this.#sendTexts(texts);
    this.focus();
  }

  /** @param {string[]} texts */
  #sendTexts(texts) {
    this.#set("");
    this.emit("send", { texts, replyTo: this.reply.take() });
  }

  #ready() {
    return ready(this.#parts.text.value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Enter" && isForSending(event)) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#editing) {
      event.stopPropagation();
      this.stopEditing();
    } else if (event.key === "Escape" && this.reply.seq !== null) {
      event.stopPropagation();
      this.reply.set(null);
    } else if (event.key === "ArrowUp" && this.#parts.text.value === "") {
      withRest(() => this.emit("edit-last"));
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
      withRest(() => this.emit("edit", detail));
      return;
    }
    this.#sendTexts([text]);
  }
}
