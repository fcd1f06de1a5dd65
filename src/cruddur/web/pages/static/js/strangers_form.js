// The rule for strangers, and the blocked people, in the settings sheet. Both count on all of one's devices.

import { get, patch, remove } from "./api.js";
import { ask } from "./dialogs.js";
import { avatar, byId, h, setText } from "./dom.js";
import { attempting } from "./form_errors.js";

/** @import { MessagesPage } from "./page.js" */

/** @type {Record<string, string>} */
const RULES = {
  everybody: "Everybody",
  request: "People I have accepted; others by request",
  nobody: "Only people I have accepted",
};

/** @param {MessagesPage} page
    @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installStrangersForm({ stream }) {
  const form = new StrangersForm();
  stream.on("block", () => form.isOpen && form.loadBlocks());
  return () => {
    form.loadRule();
    form.loadBlocks();
  };
}

class StrangersForm {
  #problem = h("p", { class: "form-error", role: "alert", hidden: true });
  #rules = h(
    "fieldset",
    { class: "choices", disabled: true },
    h("legend", {}, "Who may write to me"),
  );
  #note = h("p", { class: "settings-note" });
  #title = h("h4", { id: "blocked-title", tabindex: -1 }, "Blocked people");
  #nobody = h("p", { class: "settings-note" });
  #list = h("ul", { class: "people-list", "aria-labelledby": "blocked-title", tabindex: 0 });

  constructor() {
    for (const [value, words] of Object.entries({ ...RULES, "": "As the service does" })) {
      const radio = h("input", { type: "radio", name: "who_may_write", value });
      radio.addEventListener("change", () => this.#choose(value || null));
      this.#rules.append(h("label", {}, radio, words));
    }
    byId("strangers").append(
      this.#rules,
      this.#note,
      this.#title,
      this.#nobody,
      this.#list,
      this.#problem,
    );
  }

  get isOpen() {
    return byId("settings", HTMLDialogElement).open;
  }

  loadRule() {
    return attempting(this.#problem, async () => this.#showRule((await get("/api/me")).data));
  }

  loadBlocks() {
    return attempting(this.#problem, async () => this.#showBlocks((await get("/api/blocks")).data));
  }

  /** @param {Api.Me} me */
  #showRule({ who_may_write: own, service_who_may_write: service }) {
    for (const one of this.#rules.querySelectorAll("input"))
      one.checked = one.value === (own ?? "");
    this.#rules.disabled = false;
    const usual = `The service does: “${RULES[service]}”.`;
    setText(this.#note, `This holds for being added to groups too. ${usual}`);
  }

  /** What was not stored is not shown as chosen.
      @param {string | null} value */
  async #choose(value) {
    const stored = await attempting(this.#problem, async () =>
      this.#showRule(await patch("/api/me", { who_may_write: value })),
    );
    if (!stored)
      await get("/api/me").then(
        ({ data }) => this.#showRule(data),
        () => {},
      );
  }

  /** @param {Api.Blocked[]} blocks */
  #showBlocks(blocks) {
    setText(this.#nobody, blocks.length ? "" : "You have blocked nobody.");
    this.#list.hidden = blocks.length === 0;
    this.#list.replaceChildren(...blocks.map((one) => this.#row(one)));
  }

  /** @param {Api.Blocked} person */
  #row({ uuid, display_name: name, handle }) {
    const button = h("button", { type: "button", class: "text-button" }, "Unblock");
    button.setAttribute("aria-label", `Unblock ${name}`);
    button.addEventListener("click", () => this.#unblock(uuid, name));
    const acts = h("span", { class: "member-acts" }, button);
    const words = h(
      "span",
      { class: "option-words" },
      h("bdi", { class: "option-name" }, name),
      h("span", { class: "option-detail" }, `@${handle}`),
    );
    return h("li", {}, avatar(uuid, name, "small"), words, acts);
  }

  /** @param {string} uuid
      @param {string} name */
  async #unblock(uuid, name) {
    const sure = await ask({
      title: `Unblock ${name}?`,
      text: "What they wrote meanwhile stays hidden; what they write from now on reaches you.",
      yes: "Unblock",
    });
    if (!sure) return;
    await attempting(this.#problem, async () => {
      await remove(`/api/blocks/${uuid}`);
      this.#showBlocks((await get("/api/blocks")).data);
      this.#title.focus();
    });
  }
}
