// <cruddur-inbox>: the conversations. A press opens one, in the element that `for` names or in the first one.

import { faceOf } from "./conversation_ref.js";
import { arrange, h, setAttribute } from "./dom.js";
import { onPictures } from "./element_pictures.js";
import { face, note, rootOf, unseen } from "./element_root.js";
import { pictureOf } from "./pictures.js";
import { shortTime } from "./time.js";

const STYLE = `
.inbox { height: 100%; overflow-y: auto; }
.row { display: grid; grid-template-columns: auto 1fr auto; gap: 2px 12px; align-items: center; width: 100%; min-height: 64px;
  padding: 8px 14px; border-radius: 0; border-bottom: 1px solid var(--line); text-align: start; }
.row:hover { background: var(--ground); }
.row[aria-current] { background: color-mix(in srgb, var(--accent) 14%, var(--panel)); }
.row .face { grid-row: span 2; }
.name, .preview { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.name { font-weight: 600; }
.preview { grid-column: 2; color: var(--quiet); font-size: 0.9375em; }
.time { color: var(--quiet); font-size: 0.8125em; }
.badge { min-width: 1.7em; padding: 0 6px; border-radius: 1em; background: var(--accent); color: var(--accent-ink);
  font-size: 0.8125em; font-weight: 600; text-align: center; line-height: 1.7; justify-self: end; }
.more { display: block; margin: 8px auto; }
`;

/** @typedef {{ element: HTMLLIElement; button: HTMLButtonElement; shown: string }} Row */

export class InboxElement {
  #element;
  #chat;
  #list = h("ul", { part: "list", role: "list", "aria-label": "Conversations" });
  #note = h("p", { part: "note", class: "note", role: "status" });
  #more = h("button", { type: "button", part: "more", class: "text-button more" }, "Show more");
  /** @type {Map<string, Row>} By conversation. */
  #rows = new Map();
  #open = "";
  #ends;

  /** @param {HTMLElement} element
      @param {Client.Chat} chat */
  constructor(element, chat) {
    this.#element = element;
    this.#chat = chat;
    const whole = h("div", { class: "inbox", part: "inbox" }, this.#list, this.#note, this.#more);
    rootOf(element, STYLE).append(whole);
    this.#more.addEventListener("click", () => chat.inbox.loadMore().catch(() => {}));
    const look = () => this.update(); // since yesterday "14:03" has become "Yesterday"
    addEventListener("visibilitychange", look);
    this.#ends = [
      () => removeEventListener("visibilitychange", look),
      chat.inbox.on("change", () => this.update()),
      chat.on("state", () => this.update()),
      onPictures(() => this.update()),
    ];
    this.update();
  }

  update() {
    const { rows, hasMore } = this.#chat.inbox;
    const there = new Set(rows.map(({ uuid }) => uuid));
    for (const uuid of this.#rows.keys()) if (!there.has(uuid)) this.#rows.delete(uuid);
    arrange(
      this.#list,
      rows.map((row) => this.#rowOf(row)),
    );
    note(this.#note, rows.length ? "" : this.#whyEmpty());
    setAttribute(this.#more, "hidden", !hasMore);
  }

  close() {
    for (const end of this.#ends) end();
  }

  #whyEmpty() {
    if (this.#chat.state === "signed_out") return "You are signed out.";
    return this.#chat.inbox.isLoaded ? "No conversations yet." : "Loading…";
  }

  /** @param {Api.InboxRow} row */
  #rowOf(row) {
    const known = this.#rows.get(row.uuid) ?? this.#made(row.uuid);
    const isOpen = row.uuid === this.#open;
    const picture = pictureOf(faceOf(row));
    const shown = JSON.stringify([row, isOpen, shortTime(row.created_at), picture]);
    if (known.shown !== shown) fill(known.button, row, isOpen);
    known.shown = shown;
    return known.element;
  }

  /** @param {string} uuid */
  #made(uuid) {
    const button = h("button", { type: "button", part: "row", class: "row" });
    button.addEventListener("click", () => this.#pressed(uuid));
    const made = { element: h("li", {}, button), button, shown: "" };
    this.#rows.set(uuid, made);
    return made;
  }

  /** @param {string} uuid */
  #pressed(uuid) {
    const row = this.#chat.inbox.rows.find((one) => one.uuid === uuid);
    const detail = { uuid, row };
    const told = { bubbles: true, composed: true, cancelable: true, detail };
    if (!this.#element.dispatchEvent(new CustomEvent("cruddur-open", told))) return;
    this.#open = uuid;
    this.#target()?.setAttribute("to", uuid);
    this.update();
  }

  #target() {
    const id = this.#element.getAttribute("for");
    const root = /** @type {ParentNode} */ (this.#element.getRootNode());
    return root.querySelector(id ? `#${CSS.escape(id)}` : "cruddur-conversation");
  }
}

/** @param {HTMLButtonElement} button
    @param {Api.InboxRow} row
    @param {boolean} isOpen */
function fill(button, row, isOpen) {
  const { unread, created_at: at } = row;
  const shape = face(faceOf(row), row.display_name, row);
  shape.classList.toggle("of-group", row.kind === "group");
  const badge = unread > 0 && [h("span", { class: "badge" }, String(unread), unseen(" unread"))];
  setAttribute(button, "aria-current", isOpen ? "true" : null);
  button.replaceChildren(
    shape,
    h("span", { class: "name", dir: "auto" }, row.display_name),
    h("time", { class: "time", datetime: at }, shortTime(at)),
    h("span", { class: "preview", dir: "auto" }, row.message),
    ...(badge || []),
  );
}
