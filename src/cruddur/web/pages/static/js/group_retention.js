// After how many days messages go in a group, in its dialog.

import { ask } from "./dialogs.js";
import { byId, dataJson, h } from "./dom.js";

const CHOICES = [1, 7, 30, 90, 365];

export class GroupRetention {
  #select = byId("group-retention", HTMLSelectElement);
  #service = Number(dataJson(document.body, "service").retention_days ?? 0);
  #days = "";
  #set;

  /** @param {(days: number | null) => Promise<boolean>} set stores another rule, and resolves to whether it did */
  constructor(set) {
    this.#set = set;
    this.#select.addEventListener("change", () => this.#changed());
  }

  /** Shows the rule of a group.
      @param {Api.Conversation} group
      @param {boolean} isAdmin */
  show({ retention_days: own }, isAdmin) {
    const shorter = CHOICES.filter((days) => !this.#service || days < this.#service);
    const all = own && !shorter.includes(own) ? [...shorter, own] : shorter;
    const usual = this.#service ? after(this.#service) : "never";
    this.#select.replaceChildren(
      h("option", { value: "" }, `As everywhere here: ${usual}`),
      ...all.sort((a, b) => a - b).map((days) => h("option", { value: days }, after(days))),
    );
    this.#days = String(own ?? "");
    this.#select.value = this.#days;
    this.#select.disabled = !isAdmin;
  }

  async #changed() {
    const days = this.#select.value ? Number(this.#select.value) : null;
    const isSure = days === null || (await ask(removing(days)));
    if (isSure && (await this.#set(days))) return;
    this.#select.value = this.#days;
  }
}

/** @param {number} days */
const after = (days) => `after ${days} ${days === 1 ? "day" : "days"}`;

/** @param {number} days */
const removing = (days) => ({
  title: `Remove messages ${after(days)}?`,
  text: "Older messages of this group are removed for everybody, now and from now on. Nothing brings them back.",
  yes: "Remove older messages",
});
