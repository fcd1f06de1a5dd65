// The items of the list of <cruddur-conversation>. One that says the same stays as it is.

import { itemOf } from "./element_message.js";
import { actsOn } from "./element_rules.js";
import { messageRowsOf } from "./message_rows.js";
import { pictureOf } from "./pictures.js";
import { chipsOf } from "./reaction_chips.js";
import { dayLabel } from "./time.js";

/** @import { Known } from "./element_rules.js" */

/** What the items show beside the messages.
    @typedef {object} Around
    @property {Api.User} me
    @property {Known} known
    @property {(uuid: string) => string} nameOf
    @property {number | null} newFrom */

/** @typedef {{ key: string; element: HTMLElement }} Shown */

export class Items {
  /** The message whose choice of reactions is open.
      @type {number | null} */
  open = null;
  /** @type {Map<string, { element: HTMLElement; shown: string }>} */
  #items = new Map();
  #acting;

  /** @param {import("./element_message.js").Acting} acting */
  constructor(acting) {
    this.#acting = acting;
  }

  clear() {
    this.#items.clear();
    this.open = null;
  }

  /** @param {Client.Conversation} talk
      @param {Around} around
      @returns {Shown[]} */
  of(talk, around) {
    const rows = messageRowsOf(itemsOf(talk, around), around.newFrom, around.me);
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.#items.keys()) if (!keys.has(key)) this.#items.delete(key);
    return rows.map((row) => ({ key: row.key, element: this.#item(row, talk, around) }));
  }

  /** @param {Page.ListRow} row
      @param {Client.Conversation} talk
      @param {Around} around */
  #item(row, talk, { me, known: about }) {
    const isGroup = talk.row?.kind === "group";
    const item = row.kind === "message" ? row.item : null;
    const hasMenu = item !== null && actsOn(item, talk, about).length > 0;
    const state = [row, isGroup, hasMenu, ...(item ? this.#around(item, talk, isGroup) : [])];
    if (row.kind === "day") state.push(dayLabel(row.at)); // today is yesterday after midnight
    const shown = JSON.stringify(state);
    const known = this.#items.get(row.key);
    if (known?.shown === shown) return known.element;
    const whose = { me: me.uuid, isGroup, hasMenu, open: this.open };
    const element = itemOf(row, talk, whose, this.#acting);
    this.#items.set(row.key, { element, shown });
    if (known) keepFocus(known.element, element);
    return element;
  }

  /** @param {Page.Item} item
      @param {Client.Conversation} talk
      @param {boolean} isGroup */
  #around({ seq, user_uuid: author, quote }, talk, isGroup) {
    const quoted = quote ? talk.quoted(quote.seq) : null;
    const picture = isGroup && pictureOf(author ?? "");
    return [quoted === undefined ? "?" : quoted, seq !== null && seq === this.open, picture];
  }
}

/** @param {Client.Conversation} talk
    @param {Around} around
    @returns {Page.Item[]} */
function itemsOf(talk, { me, nameOf }) {
  /** @type {Page.Item[]} */
  const stored = talk.messages.map((message) => ({
    ...message,
    state: "sent",
    chips: chipsOf(message.reactions ?? {}, nameOf, me),
    quote: quoteIn(message.reply_to_seq),
  }));
  const pending = talk.pending.map((entry) => ({
    ...entry,
    seq: null,
    user_uuid: me.uuid,
    display_name: me.display_name,
    quote: quoteIn(entry.reply_to_seq),
  }));
  return [...stored, ...pending];
}

/** @param {number | null | undefined} seq
    @returns {Page.Quote | null} */
const quoteIn = (seq) => (seq ? { seq, state: "loading", name: "", text: "" } : null);

/** A message that is made anew keeps the focus: on the same button, or on the next best one.
    @param {Element} before
    @param {HTMLElement} after */
function keepFocus(before, after) {
  const root = /** @type {ShadowRoot} */ (before.getRootNode());
  const { activeElement: focused } = root;
  if (!(focused instanceof HTMLElement) || !before.contains(focused)) return;
  const { key = "add" } = focused.dataset;
  const same = after.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const next = same ?? after.querySelector('[data-key="add"]');
  const goal = next instanceof HTMLElement && focused !== before ? next : after;
  if (goal === after) after.tabIndex = -1;
  queueMicrotask(() => goal.focus({ preventScroll: true }));
}
