// The actions on messages: reply, copy, forward, select, delete, and on a user's own ones edit, retry, take back, discard.

import * as api from "./api.js";
import { withPart } from "./on_demand.js";
import { authorOf, openProfile } from "./profiles.js";
import { rewrite } from "./rewriting.js";

/** @import { Composed, Composer } from "./composer.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { Inbox } from "./inbox.js" */
/** @import { MessagesPage } from "./page.js" */
/** @import { Outbox } from "./outbox.js" */

/** @typedef {object} Parts
    @property {Api.User} me
    @property {Inbox} inbox
    @property {Outbox} outbox
    @property {Composer} composer
    @property {(question: Page.Question) => Promise<boolean>} ask
    @property {MessagesPage} page */

/** What handling.js does. */
const HANDLED = new Set(["copy", "forward", "select", "delete-me", "delete-all"]);

export class MessageActions {
  #conversation;
  #parts;

  /** `parts`: me, inbox, outbox, composer, ask, page.
      @param {Conversation} conversation
      @param {Parts} parts */
  constructor(conversation, parts) {
    this.#conversation = conversation;
    this.#parts = parts;
    const { composer } = parts;
    composer.on("edit", (detail) => this.#edit(detail));
    composer.on("edit-last", () => this.#editLast());
  }

  /** Does an action on a message: "reply", "edit", one of HANDLED, "change" (an unsent one), "retry", "take"
      (back into the composer), or "discard".
      @param {string} name
      @param {string} uuid */
  async act(name, uuid) {
    const message = this.#conversation.confirmed().find((one) => one.uuid === uuid);
    if (name === "reply" && message) this.#parts.composer.answer(message.seq);
    if (name === "edit" && message) this.#parts.composer.startEditing(message);
    if (name === "change") this.#startChanging(uuid);
    if (HANDLED.has(name) && message)
      await withPart(
        async () => await import("./handling.js"),
        ({ handle }) => handle(this.#parts.page, name, [message]),
      );
    if (message) await this.#onDemand(name, message);
    if (name === "retry") await this.#parts.outbox.retry(uuid);
    if (name === "take") await this.#takeBack(uuid);
    if (name === "discard") await this.#discard(uuid);
  }

  /** Does what a part does that is fetched then.
      @param {string} name
      @param {Api.Message} message */
  async #onDemand(name, message) {
    if (name === "block") await this.#block(message);
    if (name === "about") await openProfile(this.#parts.page, authorOf(message));
    if (name === "read-by")
      await withPart(
        async () => await import("./read_by.js"),
        ({ showReadBy }) => showReadBy(this.#parts.page, message.seq),
      );
    if (name === "edits")
      await withPart(
        async () => await import("./lists.js"),
        ({ openList }) => openList(this.#parts.page, message),
      );
    if (name === "report")
      await withPart(
        async () => await import("./report.js"),
        ({ openReport }) => openReport(message),
      );
  }

  /** @param {Api.Message} message */
  async #block({ user_uuid: person, display_name: name }) {
    const { key } = this.#conversation;
    await withPart(
      async () => await import("./strangers.js"),
      ({ blockOrUnblock }) =>
        blockOrUnblock(person, name).catch((error) =>
          this.#parts.composer.complain(api.asFailure(error).message, key),
        ),
    );
  }

  /** Starts to edit a message that is still in the outbox.
      @param {string} uuid */
  #startChanging(uuid) {
    const entry = this.#parts.outbox.all().find((one) => one.message_uuid === uuid);
    if (entry) this.#parts.composer.startEditing({ uuid, seq: null, message: entry.message });
  }

  /** @param {Composed} options */
  async #edit({ conversation, message, text }) {
    if (text !== message.message) await this.#change(message, text, conversation);
    this.#parts.composer.stored({ conversation, message, text });
  }

  /** Stores an edit. An unsent message may have been sent meanwhile, or discarded in another tab.
      @param {Page.Rewritten} message
      @param {string} text
      @param {string} conversation */
  async #change(message, text, conversation) {
    if (message.seq === null && (await rewrite(this.#parts.outbox, message.uuid, text))) return;
    const stored = message.seq === null ? this.#stored(message.uuid) : message;
    if (stored) await this.#changeStored(stored.message_group_uuid, stored.seq, text);
    else this.#parts.composer.bringBack(conversation, text);
  }

  /** @param {string} group
      @param {number} seq
      @param {string} text */
  #changeStored(group, seq, text) {
    const after = this.#conversation.timelines.get(group)?.changes.last;
    const change = { kind: /** @type {const} */ ("edit"), group, seq, text, after };
    return this.#parts.page.waiting.add(`edit/${seq}`, change);
  }

  /** @param {string} uuid */
  #stored(uuid) {
    return this.#conversation.confirmed().find((one) => one.uuid === uuid);
  }

  #editLast() {
    const { me, composer } = this.#parts;
    /** @param {Api.Message} options */
    const isMine = ({ user_uuid: sender, deleted_at: deleted, kind }) =>
      sender === me.uuid && !deleted && kind !== "event";
    const last = this.#conversation.confirmed().findLast(isMine);
    if (last) composer.startEditing(last);
  }

  /** Takes an unsent message back. That may wait for the end of a request; by then another conversation may be open.
      @param {string} uuid */
  async #takeBack(uuid) {
    const { key } = this.#conversation;
    const taken = await this.#parts.outbox.take(uuid);
    if (taken) this.#parts.composer.bringBack(key, taken.message, taken.reply_to_seq);
  }

  /** @param {string} uuid */
  async #discard(uuid) {
    const sure = await this.#parts.ask({
      title: "Discard this message?",
      text: "Its text will be gone. If it has reached the server already, it appears here and can be deleted.",
      yes: "Discard",
    });
    if (sure) await this.#parts.outbox.take(uuid);
  }
}
