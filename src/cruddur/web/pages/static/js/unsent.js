// Failed messages that no conversation shows, for example those to a group that the user has left. A notice above the
// inbox leads to them, so that their texts are not lost.

import { copied } from "./clipboard.js";
import { ask, openDialog } from "./dialogs.js";
import { byId, closest, h, setText } from "./dom.js";
import { refOfRow } from "./conversation_ref.js";
import { plural } from "./text.js";

/** @import { Conversation } from "./conversation.js" */
/** @import { Inbox } from "./inbox.js" */
/** @import { Outbox } from "./outbox.js" */

/** @import { MessagesPage } from "./page.js" */

/** @typedef {object} Parts
    @property {Inbox} inbox
    @property {Outbox} outbox
    @property {Conversation} conversation
    @property {(question: Page.Question) => Promise<boolean>} ask */

/** @param {MessagesPage} page */
export const install = (page) => new Unsent({ ...page, ask });

class Unsent {
  #parts;
  #notice = byId("unsent-notice");
  #dialog = byId("unsent", HTMLDialogElement);
  #list = byId("unsent-list");
  #shown = "";

  /** `parts`: inbox, outbox, conversation, ask.
      @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { inbox, outbox, conversation } = parts;
    inbox.on("change", () => this.#render());
    outbox.on("change", () => this.#render());
    conversation.on("change", () => this.#render());
    this.#notice.addEventListener("click", () => openDialog(this.#dialog));
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    this.#render();
  }

  #render() {
    const entries = this.#hidden();
    // The same entries are not made anew: the focus would go, and what a button says.
    const text = JSON.stringify(entries.map((one) => [one.message_uuid, one.name, one.failed]));
    if (text === this.#shown) return;
    this.#shown = text;
    setText(this.#notice, `${plural(entries.length, "message was", "messages were")} not sent`);
    this.#notice.hidden = entries.length === 0;
    this.#list.replaceChildren(...entries.map(item));
    if (entries.length === 0 && this.#dialog.open) this.#dialog.close();
  }

  /** The failed messages that neither an inbox row nor the open conversation shows. */
  #hidden() {
    const { inbox, outbox, conversation } = this.#parts;
    const shown = new Set(inbox.rows().map((row) => refOfRow(row).key));
    if (conversation.ref) shown.add(conversation.ref.key);
    return outbox.all().filter((entry) => entry.failed && !shown.has(entry.conversation));
  }

  /** @param {MouseEvent} event */
  async #clicked(event) {
    const button = closest(event.target, "button");
    if (!button) return;
    const uuid = closest(button, "[data-uuid]")?.dataset.uuid ?? "";
    if (button.dataset.act === "copy") await this.#copy(button, uuid);
    else if (await this.#isSure()) await this.#parts.outbox.take(uuid);
  }

  /** @param {HTMLElement} button
      @param {string} uuid */
  async #copy(button, uuid) {
    const entry = this.#parts.outbox.all().find((one) => one.message_uuid === uuid);
    if (entry) setText(button, (await copied(entry.message)) ? "Copied" : "Copying was refused");
  }

  #isSure() {
    return this.#parts.ask({
      title: "Discard this message?",
      text: "Its text will be gone.",
      yes: "Discard",
    });
  }
}

/** @param {Page.Entry} entry */
function item(entry) {
  /** @param {string} act
      @param {string} label */
  const way = (act, label) =>
    h("button", { type: "button", class: "text-button", "data-act": act }, label);
  return h(
    "li",
    { "data-uuid": entry.message_uuid },
    h(
      "p",
      { class: "unsent-to" },
      "To ",
      h("bdi", {}, entry.name ?? entry.handle ?? "a conversation"),
    ),
    h("p", { class: "unsent-text", dir: "auto" }, entry.message),
    h("p", { class: "field-error" }, `Not sent: ${entry.failed?.detail}`),
    h("div", { class: "ways" }, way("copy", "Copy"), way("discard", "Discard")),
  );
}
