// Fetches what makes the menu of a message, when somebody first touches the messages: most who read never open it.

/** @import { MessageMenu } from "./element_menu.js" */
/** @import { Act } from "./element_rules.js" */

const PROBLEM = "The menu did not load. Check your connection, or reload the page.";

/** @typedef {object} Acting
    @property {(seq: number) => Act[]} actsOn what can be done now
    @property {(act: Act, seq: number) => void} act
    @property {(seq: number) => void} focus brings the focus back to a message
    @property {(problem: string) => void} complain */

const fetchMenu = async () => await import("./element_menu.js");

export class Menus {
  #place;
  #acting;
  /** @type {MessageMenu | null} */
  #menu = null;

  /** @param {HTMLElement} place of the menu, around the list
      @param {HTMLElement} list
      @param {Acting} acting */
  constructor(place, list, acting) {
    this.#place = place;
    this.#acting = acting;
    const fetchEarly = () => this.#loaded().catch(() => {}); // a press asks again
    for (const name of ["pointerover", "focusin"])
      list.addEventListener(name, fetchEarly, { once: true });
  }

  /** @param {number} seq
      @param {HTMLElement} near */
  async open(seq, near) {
    try {
      const menu = await this.#loaded();
      if (near.isConnected) menu.toggle(seq, near, this.#acting.actsOn(seq));
    } catch {
      this.#acting.complain(PROBLEM);
    }
  }

  /** Closes the menu where something else can be done by now. */
  follow() {
    const seq = this.#menu?.seq;
    if (seq != null) this.#menu?.follow(this.#acting.actsOn(seq));
  }

  close() {
    this.#menu?.close();
  }

  async #loaded() {
    const { MessageMenu } = await fetchMenu();
    const { act, focus } = this.#acting;
    this.#menu ??= new MessageMenu(this.#place, act, focus);
    return this.#menu;
  }
}
