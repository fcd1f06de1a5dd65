// The link to a group in its dialog, and the people who ask to be let in by it.

import { get, post, remove } from "./api.js";
import { outside } from "./base_path.js";
import { choice, endOfLink, numberOf } from "./choices.js";
import { copied } from "./clipboard.js";
import { avatar, byId, h, setText } from "./dom.js";

/** @typedef {(act: () => Promise<unknown>) => Promise<boolean>} Attempt says what went wrong, if anything does */

const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const USES = [
  [1, "1 person"],
  [10, "10 people"],
  [50, "50 people"],
];

/** @param {number} count */
const more = (count) => (count === 1 ? "1 more person" : `${count} more people`);

export class GroupLink {
  #attempt;
  #changed;
  #uuid = "";
  #uses = choice("For", USES, 2);
  #days = endOfLink();

  /** @param {Attempt} attempt
      @param {(group: Api.Conversation) => void} changed */
  constructor(attempt, changed) {
    this.#attempt = attempt;
    this.#changed = changed;
    byId("link-state").after(this.#uses, this.#days);
    byId("link-make").addEventListener("click", () => this.#make());
    byId("link-end").addEventListener("click", () => this.#end());
  }

  /** Shows the link of a group, if this user may make one.
      @param {Api.Conversation} group
      @param {boolean} isAdmin */
  async show(group, isAdmin) {
    const isAnother = group.uuid !== this.#uuid;
    this.#uuid = group.uuid;
    byId("group-link").hidden = !isAdmin && group.who_may_add === "admins";
    if (isAnother) setText(byId("link-text"), "");
    await this.#attempt(async () => {
      this.#showState((await get(`${this.#path}/invite`)).data);
      const asked = isAdmin ? (await get(`${this.#path}/requests`)).data : [];
      byId("join-requests").replaceChildren(
        ...asked.map((/** @type {Api.JoinRequest} */ one) => this.#asker(one)),
      );
    });
  }

  get #path() {
    return `/api/message_groups/${this.#uuid}`;
  }

  /** @param {Api.Invite | null} invite */
  #showState(invite) {
    const day = invite ? DAY.format(new Date(invite.expires_at * 1000)) : "";
    const how = invite?.needs_approval ? ", if an admin lets them in" : "";
    const words = invite
      ? `A link is open: ${more(invite.uses_left)} can use it until ${day}${how}.`
      : "No link is open.";
    setText(byId("link-state"), words);
    byId("link-end").hidden = invite === null;
    setText(byId("link-make"), invite ? "Make another link" : "Make a link");
  }

  #make() {
    return this.#attempt(async () => {
      const needs_approval = byId("link-asks", HTMLInputElement).checked;
      /** @type {Api.InviteMade} */
      const made = await post(`${this.#path}/invite`, {
        needs_approval,
        uses: numberOf(this.#uses),
        days: numberOf(this.#days),
      });
      const link = location.origin + outside(`/join/${made.token}`);
      this.#showState(made);
      setText(byId("link-text"), link);
      if (await copied(link)) setText(byId("link-make"), "Copied");
    });
  }

  #end() {
    return this.#attempt(async () => {
      await remove(`${this.#path}/invite`);
      setText(byId("link-text"), "");
      this.#showState(null);
    });
  }

  /** @param {Api.JoinRequest} asker */
  #asker({ uuid, display_name: name, handle }) {
    const path = `${this.#path}/requests/${uuid}`;
    const letIn = h(
      "button",
      { type: "button", class: "text-button", "aria-label": `Let in: ${name}` },
      "Let in",
    );
    const refuse = h(
      "button",
      { type: "button", class: "text-button", "aria-label": `Refuse: ${name}` },
      "Refuse",
    );
    letIn.addEventListener("click", () =>
      this.#attempt(async () => this.#changed(await post(path))),
    );
    refuse.addEventListener("click", () =>
      this.#attempt(async () => {
        await remove(path);
        row.remove();
      }),
    );
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name", dir: "auto" }, name),
      h("span", { class: "option-detail" }, `@${handle}`),
    );
    const row = h(
      "li",
      {},
      avatar(uuid, name, "small"),
      words,
      h("span", { class: "member-acts" }, letIn, refuse),
    );
    return row;
  }
}
