// The top of <cruddur-conversation>: whose conversation it is, and who is typing.

import { faceOf } from "./conversation_ref.js";
import { h, setText } from "./dom.js";
import { face } from "./element_root.js";
import { pictureOf } from "./pictures.js";

export class Top {
  #face = h("span");
  #name = h("h2", { part: "name", class: "name", dir: "auto" });
  #state = h("p", { part: "state", class: "state", role: "status" });
  element = h("header", { part: "header", class: "top" }, this.#face, this.#name, this.#state);

  /** @param {Client.Conversation | null} talk
      @param {string} state of the connection, or who is typing */
  show(talk, state) {
    setText(this.#name, talk?.name ?? "");
    setText(this.#state, state);
    const { row = null } = talk ?? {};
    const shown = JSON.stringify(
      row && [row.display_name, row.emoji, row.colour, pictureOf(faceOf(row))],
    );
    if (this.#face.dataset.shown === shown) return;
    const made = row ? face(faceOf(row), row.display_name, row) : h("span");
    made.classList.toggle("of-group", row?.kind === "group");
    made.dataset.shown = shown;
    this.#face.replaceWith(made);
    this.#face = made;
  }
}
