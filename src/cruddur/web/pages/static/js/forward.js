// Forwards messages to up to five conversations: as new messages of one's own, which do not say where they come from.
// The outbox sends them, once each.

import { addressOf, faceOf, refOfRow, refOfUser } from "./conversation_ref.js";
import { openDialog } from "./dialogs.js";
import { avatar, byId, closest, h, setText } from "./dom.js";
import { matching } from "./finding.js";
import { plural } from "./text.js";
import { showToast } from "./toasts.js";

/** @import { MessagesPage } from "./page.js" */

const MOST = 5;
const SHOWN = 8;
const DELAY_MS = 150;

/** @typedef {{ ref: Page.ConversationRef; detail: string; face: string }} Target */

class Forward {
  #page;
  #dialog = byId("forward", HTMLDialogElement);
  #search = byId("forward-search", HTMLInputElement);
  #list = byId("forward-list");
  #note = byId("forward-note");
  /** @type {Map<string, Target>} By key. */
  #chosen = new Map();
  /** @type {Target[]} */
  #found = [];
  /** @type {string[]} */
  #texts = [];
  #done = () => {};
  #timer = 0;

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#find(), DELAY_MS);
    });
    this.#list.addEventListener("change", ({ target }) => this.#changed(target));
    byId("forward-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** @param {Page.Item[]} messages
      @param {() => void} done called when they were handed over */
  open(messages, done) {
    this.#texts = messages.filter((one) => !one.deleted_at).map(({ message }) => message);
    this.#done = done;
    this.#chosen.clear();
    this.#search.value = "";
    const what = plural(this.#texts.length, "message", "messages");
    setText(byId("forward-what"), `${what}, sent as your own. Nothing says who wrote it first.`);
    this.#find();
    openDialog(this.#dialog);
  }

  async #find() {
    const query = this.#search.value.trim();
    const rows = this.#page.inbox.rows().slice(0, SHOWN);
    this.#found = query ? [] : rows.map(ofRow);
    if (query) {
      const found = await matching(this.#page.inbox, query).catch(() => null);
      if (query !== this.#search.value.trim()) return;
      this.#found = found
        ? [...found.rows.map(ofRow), ...found.people.map(({ value }) => ofUser(value))]
        : [];
    }
    this.#show(query);
  }

  /** @param {string} query */
  #show(query) {
    const targets = new Map(
      [...this.#chosen.values(), ...this.#found].map((one) => [one.ref.key, one]),
    );
    this.#list.replaceChildren(...[...targets.values()].map((one) => this.#item(one)));
    const isNone = query !== "" && this.#found.length === 0;
    this.#tell(isNone ? "Nobody found." : "");
  }

  /** @param {string} [words] */
  #tell(words = "") {
    const count = this.#chosen.size;
    const text = count ? `${count} of up to ${MOST} chosen.` : `Choose up to ${MOST}.`;
    setText(this.#note, words || text);
  }

  /** @param {Target} target */
  #item({ ref, detail, face }) {
    const isChosen = this.#chosen.has(ref.key);
    const disabled = !isChosen && this.#chosen.size >= MOST;
    const box = h("input", { type: "checkbox", value: ref.key, disabled });
    box.checked = isChosen;
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name", dir: "auto" }, ref.name),
      h("span", { class: "option-detail" }, detail),
    );
    return h(
      "li",
      {},
      h("label", { class: "forward-to" }, box, avatar(face, ref.name, "small"), words),
    );
  }

  /** @param {EventTarget | null} target */
  #changed(target) {
    const box = closest(target, "input");
    if (!(box instanceof HTMLInputElement)) return;
    const found = this.#found.find((one) => one.ref.key === box.value);
    if (!box.checked) this.#chosen.delete(box.value);
    else if (found) this.#chosen.set(box.value, found);
    for (const one of this.#list.querySelectorAll("input"))
      one.disabled = !one.checked && this.#chosen.size >= MOST;
    this.#tell();
  }

  async #send() {
    const targets = [...this.#chosen.values()];
    if (targets.length === 0) {
      this.#tell("Choose at least one conversation.");
      return;
    }
    this.#dialog.close();
    this.#done();
    for (const { ref } of targets) await this.#page.outbox.add(addressOf(ref), ...this.#texts);
    const [first] = targets;
    const to = targets.length === 1 ? first.ref.name : plural(targets.length, "", "conversations");
    showToast(`Forwarded to ${to.trim()}`);
  }
}

/** @param {Api.InboxRow} row
    @returns {Target} */
const ofRow = (row) => ({
  ref: refOfRow(row),
  detail: row.kind === "direct" ? `@${row.handle}` : "Group",
  face: faceOf(row),
});

/** @param {Api.User} user
    @returns {Target} */
const ofUser = (user) => ({
  ref: refOfUser(user),
  detail: `@${user.handle}`,
  face: user.uuid,
});

/** @type {Forward | null} */
let made = null;

/** Asks where to, and hands the messages to the outbox.
    @param {MessagesPage} page
    @param {Page.Item[]} messages
    @param {() => void} done */
export function forward(page, messages, done) {
  made ??= new Forward(page);
  made.open(messages, done);
}
