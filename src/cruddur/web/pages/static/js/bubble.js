// One message in the log. Made once, then only touched where it has changed, so that the keyboard's
// focus stays and a screen reader does not read it again.

import { avatar, h, hiddenText, icon, setAttribute, setText } from "./dom.js";
import { linked } from "./text.js";
import { clock, fullTime } from "./time.js";

const STATES = { sent: "Sent", sending: "Sending", waiting: "Waiting to be sent", failed: "Not sent" };

export class Bubble {
  #text = h("p", { class: "text", dir: "auto" });
  #edited = h("span", { class: "edited", hidden: true }, "edited");
  #time = h("time");
  #state = h("span", { class: "state", hidden: true });
  #bubble = h("div", { class: "bubble" });
  #shown = {};
  #author = null;
  #actions = null;
  #trouble = null;

  constructor() {
    const meta = h("p", { class: "meta" }, this.#edited, this.#time, this.#state);
    this.#bubble.append(h("div", { class: "said" }, this.#text, meta));
    this.element = h("article", { class: "message" }, this.#bubble);
  }

  /** `row` comes from rows.js; `named` says whether to tell who wrote it; `own`, whether I did. */
  update({ item, first, last }, { named, own }) {
    this.#classes({ own, first, last, deleted: Boolean(item.deleted_at) });
    this.#attributes(item, own);
    this.#body(item);
    this.#meta(item, own);
    this.#sender(item, { first, last, named: named && !own });
    this.#offerActions(own && item.state === "sent" && !item.deleted_at);
    this.#tellTrouble(item);
  }

  #classes(flags) {
    for (const [name, on] of Object.entries(flags)) this.element.classList.toggle(name, on);
  }

  #attributes(item, own) {
    const { element } = this;
    setAttribute(element, "data-uuid", item.uuid);
    setAttribute(element, "data-seq", item.seq);
    setAttribute(element, "data-state", item.state);
    const time = clock(item.created_at);
    setAttribute(element, "aria-label", `${own ? "You" : item.display_name}, ${time}`);
  }

  #body(item) {
    const text = item.deleted_at ? "Message deleted" : item.message;
    if (this.#shown.text === text) return;
    this.#shown.text = text;
    this.#text.replaceChildren(...(item.deleted_at ? [text] : linked(text)));
  }

  #meta(item, own) {
    setText(this.#time, clock(item.created_at));
    setAttribute(this.#time, "datetime", item.created_at);
    setAttribute(this.#time, "title", fullTime(item.created_at));
    setAttribute(this.#edited, "hidden", !item.edited_at || Boolean(item.deleted_at));
    this.#showState(item, own);
  }

  #showState(item, own) {
    setAttribute(this.#state, "hidden", !own);
    const title = item.state === "sent" ? `Sent, number ${item.seq}` : STATES[item.state];
    setAttribute(this.#state, "title", title);
    if (this.#shown.state === item.state) return;
    this.#shown.state = item.state;
    this.#state.replaceChildren(icon(item.state), hiddenText(STATES[item.state]));
  }

  #sender(item, { first, last, named }) {
    const wanted = `${named} ${first} ${last} ${item.display_name}`;
    if (this.#shown.sender === wanted) return;
    this.#shown.sender = wanted;
    this.#author?.forEach((part) => part.remove());
    this.#author = named ? this.#makeSender(item, first, last) : null;
  }

  #makeSender(item, first, last) {
    const face = last
      ? avatar(item.user_uuid, item.display_name, "small")
      : h("span", { class: "avatar-space" });
    this.element.prepend(face);
    if (!first) return [face];
    const author = h("p", { class: "author", dir: "auto" }, item.display_name);
    this.#bubble.prepend(author);
    return [face, author];
  }

  #offerActions(wanted) {
    if (wanted === Boolean(this.#actions)) return;
    this.#actions?.remove();
    this.#actions = wanted ? actions() : null;
    if (wanted) this.element.prepend(this.#actions);
  }

  #tellTrouble(item) {
    const wanted = item.trouble ? `${item.state} ${item.trouble}` : "";
    if (this.#shown.trouble === wanted) return;
    this.#shown.trouble = wanted;
    this.#trouble?.remove();
    this.#trouble = wanted ? trouble(item) : null;
    if (wanted) this.#bubble.append(this.#trouble);
  }
}

const button = (act, name, label, expanded) =>
  h(
    "button",
    { type: "button", class: "icon-button", "data-act": act, "aria-label": label, title: label, ...expanded },
    icon(name),
  );

function actions() {
  return h(
    "div",
    { class: "actions" },
    button("toggle", "more", "Message actions", { "aria-expanded": "false" }),
    h(
      "div",
      { class: "choices", hidden: true },
      button("edit", "edit", "Edit message"),
      button("delete", "delete", "Delete message"),
    ),
  );
}

function trouble(item) {
  const offer = (act, label) => h("button", { type: "button", class: "text-button", "data-act": act }, label);
  const more = item.state === "failed" ? [offer("take", "Edit"), offer("discard", "Discard")] : [];
  const ways = h("div", { class: "ways" }, offer("retry", "Retry"), ...more);
  return h("div", { class: "trouble" }, h("p", {}, item.trouble), ways);
}
