// What the owner and the admins of a group can do in its dialog: roles, removing, settings and the picture.

import { patch, remove } from "./api.js";
import { GroupLink } from "./group_link.js";
import { GroupRetention } from "./group_retention.js";
import { ask } from "./dialogs.js";
import { byId, closest, h, parts } from "./dom.js";
import { attempting } from "./form_errors.js";

/** @typedef {object} Shown the group that the dialog shows, and what to call after a change
    @property {() => Api.Conversation | null} group
    @property {Api.User} me
    @property {(group: Api.Conversation) => void} changed */

const COLOURS = 16;

export class GroupSettings {
  #shown;
  #section = byId("group-settings");
  #problem = byId("group-problem");
  #link;
  #retention = new GroupRetention((days) => this.#store({ retention_days: days }));
  #emoji = byId("group-emoji", HTMLInputElement);

  /** @param {Shown} shown */
  constructor(shown) {
    this.#shown = shown;
    this.#link = new GroupLink((act) => attempting(this.#problem, act), shown.changed);
    byId("group-colours").append(...Array.from({ length: COLOURS }, (_, n) => swatch(n)));
    this.#section.addEventListener("change", ({ target }) => this.#set(target));
    byId("people-list").addEventListener("click", ({ target }) => this.#pressed(target));
  }

  /** Shows what this user may do with the group.
      @param {Api.Conversation} group */
  show(group) {
    this.#problem.hidden = true;
    const isAdmin = roleIn(group, this.#shown.me.uuid) !== "member";
    const mayRename = isAdmin || group.who_may_rename !== "admins";
    for (const box of parts(this.#section, "[data-setting]")) {
      if (!(box instanceof HTMLInputElement)) continue;
      box.checked = Reflect.get(group, box.dataset.setting ?? "") === "admins";
      box.disabled = !isAdmin;
    }
    byId("group-picture", HTMLFieldSetElement).disabled = !mayRename;
    this.#link.show(group, isAdmin);
    this.#retention.show(group, isAdmin);
    this.#emoji.value = group.emoji ?? "";
    for (const one of parts(this.#section, "[name=colour]"))
      if (one instanceof HTMLInputElement) one.checked = one.value === String(group.colour ?? "");
  }

  /** What this user may do with a member, as buttons.
      @param {Api.Conversation} group
      @param {Api.Member} member */
  actions(group, { uuid, role, display_name: name }) {
    const mine = roleIn(group, this.#shown.me.uuid);
    if (uuid === this.#shown.me.uuid || role === "owner" || mine === "member") return null;
    /** @type {[string, string][]} */
    const acts = [];
    if (mine === "owner")
      acts.push(role === "admin" ? ["member", "No longer admin"] : ["admin", "Make admin"]);
    if (mine === "owner") acts.push(["owner", "Make owner"]);
    if (mine === "owner" || role === "member") acts.push(["remove", "Remove"]);
    const buttons = acts.map(([act, words]) => {
      const attributes = { type: "button", class: "text-button", "data-member": uuid };
      return h(
        "button",
        { ...attributes, "data-act": act, "aria-label": `${words}: ${name}` },
        words,
      );
    });
    return buttons.length > 0 ? h("span", { class: "member-acts" }, ...buttons) : null;
  }

  /** @param {EventTarget | null} target */
  async #pressed(target) {
    const button = closest(target, "[data-member]");
    const group = this.#shown.group();
    const member = group?.members.find(({ uuid }) => uuid === button?.dataset.member);
    if (!button || !group || !member) return;
    const { act = "" } = button.dataset;
    const path = `/api/message_groups/${group.uuid}/members/${member.uuid}`;
    if (act === "remove" || act === "owner") {
      if (!(await ask(act === "owner" ? handingOver(member) : removing(member)))) return;
    }
    await attempting(this.#problem, async () => {
      if (act !== "remove") return this.#shown.changed(await patch(path, { role: act }));
      await remove(path);
      const members = group.members.filter(({ uuid }) => uuid !== member.uuid);
      return this.#shown.changed({ ...group, members, version: group.version + 1 });
    });
  }

  /** @param {EventTarget | null} target */
  async #set(target) {
    const group = this.#shown.group();
    if (!(target instanceof HTMLInputElement) || !group) return;
    const { setting } = target.dataset;
    const wanted = setting
      ? { [setting]: target.checked ? "admins" : "everybody" }
      : { emoji: this.#emoji.value.trim() || null, colour: this.#colour() };
    const isDone = await this.#store(wanted);
    if (!isDone && setting) target.checked = !target.checked;
  }

  /** Stores settings of the group, and shows it as it is then.
      @param {object} wanted */
  #store(wanted) {
    return attempting(this.#problem, async () =>
      this.#shown.changed(await patch(`/api/message_groups/${this.#shown.group()?.uuid}`, wanted)),
    );
  }

  #colour() {
    const chosen = this.#section.querySelector("[name=colour]:checked");
    return chosen instanceof HTMLInputElement ? Number(chosen.value) : null;
  }
}

/** @param {Api.Conversation} group
    @param {string} uuid */
const roleIn = ({ members }, uuid) => members.find((one) => one.uuid === uuid)?.role ?? "member";

/** @param {Api.Member} member */
const removing = ({ display_name: name }) => ({
  title: `Remove ${name}?`,
  text: "They can no longer read or write here. What they wrote stays.",
  yes: "Remove",
});

/** @param {Api.Member} member */
const handingOver = ({ display_name: name }) => ({
  title: `Make ${name} the owner?`,
  text: "You stay as an admin. Only the new owner can give the group back.",
  yes: "Make owner",
});

/** @param {number} number */
function swatch(number) {
  const attributes = { type: "radio", name: "colour", value: number };
  const input = h("input", { ...attributes, "aria-label": `Colour ${number + 1}` });
  return h("label", { class: `swatch colour-${number}` }, input);
}
