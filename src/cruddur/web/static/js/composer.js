// Where one writes: the draft, the limit, the keys, and the mode in which an old message is changed.

import * as store from "./store.js";
import { isTouch, setAttribute, setText } from "./dom.js";
import { cleaned, countChars, MESSAGE_MAX_CHARS, plural } from "./text.js";

const SHOW_COUNTER_AT = MESSAGE_MAX_CHARS - 124;
const NUMBER = new Intl.NumberFormat("en");

/** Events: "send" {text}, "edit" {conversation, message, text}, "typing", "edit-last". */
export class Composer extends EventTarget {
  #me;
  #parts;
  #conversation = null;
  #editing = null;

  constructor(form, me) {
    super();
    this.#me = me;
    this.#parts = partsOf(form);
    const { text, cancel } = this.#parts;
    form.addEventListener("submit", (event) => this.#submitted(event));
    text.addEventListener("input", () => this.#typed());
    text.addEventListener("keydown", (event) => this.#key(event));
    cancel.addEventListener("click", () => this.stopEditing());
  }

  get editing() {
    return this.#editing;
  }

  /** Goes over to another conversation, with what was being written or changed there. */
  open(conversation) {
    this.#conversation = conversation;
    this.#setEditing(null);
    this.#restore();
    const rewrite = store.rewritesIn(this.#me.uuid, conversation).at(-1);
    if (rewrite) this.#change(rewrite.message, rewrite.text);
  }

  #restore() {
    this.#set(this.#draftOf(this.#conversation));
  }

  #draftOf(conversation) {
    return store.draftOf(this.#me.uuid, conversation);
  }

  #putDraft(conversation, text) {
    store.putDraft(this.#me.uuid, conversation, text);
  }

  focus() {
    this.#parts.text.focus();
  }

  /** Puts text back that was on its way from this conversation, behind the draft that is there. */
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

  /** Goes on where it was left, if this message was being changed before. */
  startEditing(message) {
    const rewrites = store.rewritesIn(this.#me.uuid, this.#conversation);
    const kept = rewrites.find((rewrite) => rewrite.message.seq === message.seq);
    this.#change(message, kept?.text ?? message.message);
    this.focus();
  }

  #change(message, text) {
    this.#setEditing(message);
    this.#set(text);
  }

  /** The change is accepted, or given up. */
  stopEditing(conversation = this.#conversation, message = this.#editing) {
    store.putRewrite(this.#me.uuid, conversation, message, null);
    const isHere = conversation === this.#conversation && this.#editing?.seq === message.seq;
    if (isHere) this.#leaveEditing();
  }

  #leaveEditing() {
    this.#setEditing(null);
    this.#restore();
    this.focus();
  }

  /** Says what went wrong, unless another conversation is open by now. */
  complain(text, conversation = this.#conversation) {
    if (conversation !== this.#conversation) return;
    setText(this.#parts.problem, text);
    setAttribute(this.#parts.problem, "hidden", text === "");
  }

  /** What was sent from this conversation is on disk in the outbox: only now may its draft go. */
  handedOver(conversation, text) {
    if (conversation === this.#conversation && !this.#editing) this.#keepDraft();
    else if (isSame(this.#draftOf(conversation), text)) this.#putDraft(conversation, "");
  }

  #setEditing(message) {
    this.#editing = message;
    setAttribute(this.#parts.banner, "hidden", message === null);
  }

  #set(text) {
    this.#parts.text.value = text;
    this.#measure();
  }

  #typed() {
    this.#measure();
    this.#keepDraft();
    if (!this.#editing && this.#parts.text.value.trim()) this.dispatchEvent(new Event("typing"));
  }

  #keepDraft() {
    const { value } = this.#parts.text;
    if (this.#editing) this.#keepRewrite(this.#editing, value);
    else this.#putDraft(this.#conversation, value);
  }

  #keepRewrite(message, text) {
    const isChanged = text.trim() !== "" && text !== message.message;
    store.putRewrite(this.#me.uuid, this.#conversation, message, isChanged ? text : null);
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
    this.complain(over > 0 ? `Too long to send: remove ${plural(over, "character", "characters")}.` : "");
    send.disabled = count === 0 || over > 0;
  }

  #ready() {
    return ready(this.#parts.text.value);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !isTouch()) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#editing) {
      event.stopPropagation();
      this.stopEditing();
    } else if (event.key === "ArrowUp" && this.#parts.text.value === "") {
      this.dispatchEvent(new Event("edit-last"));
    }
  }

  #submitted(event) {
    event.preventDefault();
    this.#submit();
    this.focus();
  }

  #submit() {
    const text = this.#ready();
    if (this.#parts.send.disabled || text === "") return;
    if (this.#editing) {
      const detail = { conversation: this.#conversation, message: this.#editing, text };
      this.dispatchEvent(new CustomEvent("edit", { detail }));
      return;
    }
    this.#set("");
    this.dispatchEvent(new CustomEvent("send", { detail: { text } }));
  }
}

/** The text as it would be sent: without the empty lines around it. */
const ready = (text) => cleaned(text).replace(/^\s*\n|\s+$/g, "");

const isSame = (draft, text) => ready(draft) === text;

/** A draft that has not gone yet, because the disk was slow or full, is the text that comes back. */
function joined(draft, text) {
  return draft.trim() && !isSame(draft, text) ? `${draft}\n${text}` : text;
}

function partsOf(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const names = ["text", "send", "counter", "problem", "banner", "cancel"];
  return Object.fromEntries(names.map((name) => [name, part(name)]));
}
