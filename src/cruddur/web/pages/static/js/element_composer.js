// What writes in <cruddur-conversation>: a message, an answer, or the new text of a message.

import { h, isTouch, setAttribute, setText } from "./dom.js";
import { draftOf, keepDraft } from "./element_drafts.js";
import { note } from "./element_root.js";
import { preview } from "./preview.js";

/** @import { Edited } from "./element_drafts.js" */

/** @typedef {object} Writing what the conversation does with what is written
    @property {(text: string, replyTo: number | null) => Promise<unknown>} send
    @property {(seq: number, text: string) => Promise<unknown>} save stores the new text of a message
    @property {() => void} typing
    @property {() => void} changed what is answered or changed is another message
    @property {() => Api.Message | undefined} lastOwn */

export class Composer {
  #text = h("textarea", { part: "text", rows: 1, dir: "auto", "aria-label": "Message" });
  #send = h("button", { type: "submit", part: "send", class: "send" }, "Send");
  #what = h("span", {});
  #who = h("bdi", {});
  #words = h("span", { class: "words", dir: "auto" });
  #leave = h("button", { type: "button" });
  #about = h(
    "div",
    { part: "about", class: "about", id: "about" },
    h("p", {}, h("span", { class: "what" }, this.#what, this.#who), this.#words),
    this.#leave,
  );
  #problem = h("p", { part: "problem", class: "problem", role: "alert" });
  #closed = h("p", { part: "closed", class: "closed" });
  #form = h("form", { part: "composer", class: "composer" }, this.#about, this.#text, this.#send);
  element = h("div", { class: "foot-of-all" }, this.#problem, this.#closed, this.#form);
  #writing;
  #key = "";
  #draft = draftOf("");
  #isSaving = false;
  #isElsewhere = false; // the message that is being changed was changed elsewhere meanwhile

  /** @param {Writing} writing */
  constructor(writing) {
    this.#writing = writing;
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
    this.#text.addEventListener("keydown", (event) => this.#pressed(event));
    this.#text.addEventListener("input", () => this.#typed());
    this.#leave.addEventListener("click", () => this.#left());
    this.complain("");
  }

  /** Shows what was written in another conversation. `key` names it and its user; empty while that is not known.
      @param {string} key */
  open(key) {
    if (key === this.#key) return;
    const early = this.#key === "" ? this.#text.value : "";
    this.#key = key;
    this.#isSaving = false;
    this.#draft = draftOf(key);
    this.complain("");
    if (early && !this.#draft.text) this.#keep({ text: early });
    this.#show();
  }

  /** @param {string} problem for people; empty for none */
  complain(problem) {
    note(this.#problem, problem);
  }

  /** @param {number} seq */
  answer(seq) {
    this.#keep({ editing: null, replyTo: seq });
    this.#show();
    this.#text.focus();
  }

  /** @param {Api.Message} message */
  edit({ seq, message }) {
    const begun = this.#draft.editing;
    const text = begun?.seq === seq ? begun.text : message;
    this.#keep({ editing: { seq, was: message, text } });
    this.#show();
    this.#text.focus();
  }

  /** Shows what is answered or changed as it is now, and why nobody can write, if that is so.
      @param {Client.Conversation | null} talk
      @param {string} closed */
  follow(talk, closed) {
    const { editing, replyTo } = this.#draft;
    note(this.#closed, closed);
    const isMissing = !talk || (talk.error !== null && !talk.isLoaded);
    setAttribute(this.#form, "hidden", isMissing || closed !== "");
    setAttribute(this.#text, "placeholder", `Message ${talk?.name ?? ""}`.trim());
    if (editing && talk && !this.#isSaving) this.#followEdited(editing, talk);
    this.#showAbout(talk, replyTo);
  }

  /** @param {Edited} editing
      @param {Client.Conversation} talk */
  #followEdited(editing, talk) {
    const message = talk.messages.find(({ seq }) => seq === editing.seq);
    if (!message || (message.message === editing.was && !message.deleted_at)) return;
    const isTouched = editing.text !== editing.was;
    if (message.deleted_at) {
      this.#keep({ editing: null, text: joined(this.#draft.text, isTouched ? editing.text : "") });
      const said = "The message that you were changing was deleted.";
      this.complain(isTouched ? `${said} Your text is still here.` : said);
    } else {
      const text = isTouched ? editing.text : message.message;
      this.#keep({ editing: { ...editing, was: message.message, text } });
      this.#isElsewhere = isTouched;
    }
    this.#show();
  }

  /** @param {Client.Conversation | null} talk
      @param {number | null} replyTo */
  #showAbout(talk, replyTo) {
    const { editing } = this.#draft;
    const message = !editing && replyTo ? talk?.quoted(replyTo) : null;
    const elsewhere = this.#isElsewhere ? ", which was changed elsewhere meanwhile" : "";
    setText(this.#what, editing ? `Editing your message${elsewhere}` : "Answering ");
    setText(this.#who, message?.display_name ?? "");
    setText(this.#words, editing ? preview(editing.was) : wordsOf(message));
    const isHidden = !editing && !replyTo;
    setAttribute(this.#about, "hidden", isHidden);
    setAttribute(this.#text, "aria-describedby", isHidden ? null : "about");
  }

  #show() {
    const { editing, text } = this.#draft;
    this.#text.value = editing ? editing.text : text;
    this.#isElsewhere &&= editing !== null;
    setAttribute(this.#text, "aria-label", editing ? "Edit message" : "Message");
    setText(this.#send, editing ? "Save" : "Send");
    setText(this.#leave, editing ? "Cancel" : "✕");
    setAttribute(this.#leave, "aria-label", editing ? null : "Answer nothing");
    this.#busy(this.#isSaving);
    this.#writing.changed();
  }

  /** @param {Partial<import("./element_drafts.js").Draft>} more */
  #keep(more) {
    this.#draft = { ...this.#draft, ...more };
    if (this.#key) keepDraft(this.#key, this.#draft);
  }

  #typed() {
    const { editing } = this.#draft;
    const { value: text } = this.#text;
    this.#keep(editing ? { editing: { ...editing, text } } : { text });
    if (!editing) this.#writing.typing();
  }

  #left() {
    this.complain("");
    this.#end();
    this.#text.focus();
  }

  /** Ends the edit, or else the answer. */
  #end() {
    this.#isSaving = false;
    this.#keep(this.#draft.editing ? { editing: null } : { replyTo: null });
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // Safari's last key of a conversion
    const { editing, replyTo, text } = this.#draft;
    if (event.key === "Enter" && !event.shiftKey && !isTouch()) {
      event.preventDefault();
      this.#form.requestSubmit();
    } else if (event.key === "Escape" && (editing || replyTo)) {
      event.preventDefault(); // a dialog around the element stays open
      event.stopPropagation();
      this.#left();
    } else if (event.key === "ArrowUp" && !editing && text === "") {
      const last = this.#writing.lastOwn();
      if (last) this.edit(last);
    }
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    const text = this.#text.value;
    if (!text.trim() || this.#isSaving) return;
    this.complain("");
    this.#text.focus();
    const { editing } = this.#draft;
    if (editing) this.#save(editing, text);
    else this.#sendText(text);
  }

  /** @param {Edited} editing
      @param {string} text */
  async #save({ seq, was }, text) {
    const key = this.#key;
    this.#busy(true);
    try {
      if (text !== was) await this.#writing.save(seq, text);
    } catch (error) {
      if (key === this.#key) this.#refused(/** @type {Error} */ (error));
      return;
    }
    if (key === this.#key) this.#end();
    else keepDraft(key, { ...draftOf(key), editing: null });
  }

  /** The new text stays, to be mended or saved again.
      @param {Error} error */
  #refused({ message }) {
    this.complain(message);
    this.#busy(false);
  }

  /** @param {boolean} isSaving */
  #busy(isSaving) {
    this.#isSaving = isSaving;
    this.#text.readOnly = isSaving;
    setAttribute(this.#form, "aria-busy", isSaving || null);
  }

  /** @param {string} text */
  async #sendText(text) {
    const key = this.#key;
    const { replyTo } = this.#draft;
    this.#keep({ text: "", replyTo: null });
    this.#show();
    await this.#writing.send(text, replyTo).catch((error) => {
      if (key !== this.#key || this.#draft.text) return;
      this.complain(error.message);
      this.#keep({ text, replyTo });
      this.#show();
    });
  }
}

/** @param {Api.Message | null | undefined} message that is answered; undefined while it is asked for */
function wordsOf(message) {
  if (message === undefined) return "…";
  if (!message) return "A message that you cannot see";
  return message.deleted_at ? "Message deleted" : preview(message.message);
}

/** @param {string} one
    @param {string} other */
const joined = (one, other) => [one, other].filter(Boolean).join("\n");
