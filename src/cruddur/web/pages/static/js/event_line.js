// What happened to a group, as a quiet line among its messages.

import { Bubble } from "./bubble.js";
import { h, setAttribute, setText } from "./dom.js";
import { clock, fullTime } from "./time.js";

/** What shows a message: a bubble, or a line for an event.
    @param {Page.Item} item */
export const viewOf = (item) => (item.kind === "event" ? new EventLine() : new Bubble());

class EventLine {
  #text = h("p", { class: "event-text", dir: "auto" });

  constructor() {
    this.element = h("article", { class: "message event" }, this.#text);
  }

  /** @param {Page.MessageRow} row */
  update({ item }) {
    setAttribute(this.element, "data-uuid", item.uuid);
    setAttribute(this.element, "data-seq", item.seq);
    setAttribute(this.element, "data-state", "event");
    setAttribute(this.element, "aria-label", `Event, ${clock(item.created_at)}`);
    setAttribute(this.element, "title", fullTime(item.created_at));
    setText(this.#text, item.message);
  }
}
