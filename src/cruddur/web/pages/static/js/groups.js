// The dialogs that start a group, and that rename it, add people and leave it.

import * as api from "./api.js";
import * as calls from "./group_calls.js";
import { ask, openDialog } from "./dialogs.js";
import { avatar, byId, closest, h, part, setText } from "./dom.js";
import { GroupSettings } from "./group_settings.js";
import { clearProblems, showProblem, submitting } from "./form_errors.js";
import { PeoplePicker } from "./people.js";
import { SheetActions } from "./sheet_actions.js";
import { plural } from "./text.js";

/** @import { MessagesPage } from "./page.js" */
/** @import { Whom } from "./profiles.js" */

/** The dialog that starts a group. `made` is called with the new group. */
export class NewGroup {
  #dialog = byId("new-group", HTMLDialogElement);
  #form = byId("new-group-form", HTMLFormElement);
  #picker;
  #made;

  /** @param {Api.User} me
      @param {(row: Api.Conversation) => void} made */
  constructor(me, made) {
    this.#made = made;
    this.#picker = new PeoplePicker(byId("new-group-people"), () => [me.uuid]);
    this.#form.addEventListener("submit", (event) => this.#submit(event));
  }

  /** Opens the dialog with what was typed before, since Escape may have closed it by mistake. */
  open() {
    clearProblems(this.#form);
    openDialog(this.#dialog);
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    await submitting(this.#form, async () => {
      const { value: title } = part(this.#form, "[name=title]", HTMLInputElement);
      await this.#picker.settle();
      const row = await calls.makeGroup(this.#picker.handles, title);
      this.#done();
      this.#made(await api.messageGroup(row.message_group_uuid ?? row.uuid));
    });
  }

  #done() {
    this.#dialog.close();
    this.#form.reset();
    this.#picker.clear();
  }
}

const ROLES = { owner: " · owner", admin: " · admin", member: "" };

/** @typedef {object} After
    @property {(group: Api.Conversation) => void} changed
    @property {(uuid: string) => void} left
    @property {(whom: Whom) => unknown} about called with a member who was pressed */

/** The dialog about the open group. `changed` and `left` are called after a change, and after leaving. */
export class GroupPeople {
  #me;
  #after;
  /** @type {Api.Conversation | null} */
  #group = null;
  #title;
  #dialog = byId("people", HTMLDialogElement);
  #rename = byId("rename-form", HTMLFormElement);
  #add = byId("add-people-form", HTMLFormElement);
  #picker;
  #settings;
  #actions;

  /** @param {MessagesPage} page
      @param {After} after */
  constructor(page, after) {
    const { me } = page;
    this.#me = me;
    this.#actions = new SheetActions(page);
    byId("group-about").after(this.#actions.element);
    this.#after = after;
    this.#title = part(this.#rename, "[name=title]", HTMLInputElement);
    this.#picker = new PeoplePicker(byId("add-people"), () => this.#memberUuids());
    this.#settings = new GroupSettings({
      me,
      group: () => this.#group,
      changed: (group) => this.#changed(group, { renames: false }),
    });
    this.#rename.addEventListener("submit", (event) => this.#renamed(event));
    this.#add.addEventListener("submit", (event) => this.#added(event));
    byId("leave-group").addEventListener("click", () => this.#leave());
    byId("people-list").addEventListener("click", ({ target }) => this.#about(target));
  }

  /** @param {Api.Conversation} group */
  open(group) {
    const isAnother = group.uuid !== this.#group?.uuid;
    if (isAnother) this.#picker.clear();
    this.#show(group, { renames: isAnother || !this.#isRenamed() });
    clearProblems(this.#rename);
    clearProblems(this.#add);
    this.#actions.show(group.uuid);
    openDialog(this.#dialog);
  }

  /** @param {EventTarget | null} target */
  #about(target) {
    const uuid = closest(target, "[data-about]")?.dataset.about;
    const member = this.#group?.members.find((one) => one.uuid === uuid);
    if (!member) return;
    const { display_name: name, handle } = member;
    this.#after.about({ uuid: member.uuid, name, handle });
  }

  /** The uuid of the group that the dialog shows. */
  get #uuid() {
    return this.#group?.uuid ?? "";
  }

  #memberUuids() {
    return (this.#group?.members ?? []).map(({ uuid }) => uuid);
  }

  /** Whether the title was edited since the group was shown. */
  #isRenamed() {
    return this.#title.value !== (this.#group?.title ?? "");
  }

  /** @param {Api.Conversation} group
      @param {{ renames?: boolean }} [options] */
  #show(group, { renames = true } = {}) {
    this.#group = group;
    if (renames) this.#title.value = group.title ?? "";
    byId("group-about").replaceChildren(
      avatar(group.uuid, group.display_name, "large of-group", group),
      h("strong", { dir: "auto" }, group.display_name),
    );
    setText(byId("people-count"), plural(group.members.length, "person", "people"));
    byId("people-list").replaceChildren(...group.members.map((member) => this.#person(member)));
    this.#settings.show(group);
  }

  /** @param {Api.Member} member */
  #person(member) {
    const name =
      member.uuid === this.#me.uuid ? `${member.display_name} (you)` : member.display_name;
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name", dir: "auto" }, name),
      h("span", { class: "option-detail" }, `@${member.handle}${ROLES[member.role ?? "member"]}`),
    );
    const actions = this.#group && this.#settings.actions(this.#group, member);
    const face = avatar(member.uuid, member.display_name, "small");
    const about = { type: "button", class: "person-button", "data-about": member.uuid };
    return h("li", {}, h("button", { ...about, "aria-haspopup": "dialog" }, face, words), actions);
  }

  /** Shows the group as the answer to a change has it. What is being typed in the other form stays.
      @param {Api.Conversation} group
      @param {{ renames: boolean }} options */
  #changed(group, { renames }) {
    this.#show(group, { renames: renames || !this.#isRenamed() });
    this.#after.changed(group);
  }

  /** @param {SubmitEvent} event */
  async #renamed(event) {
    event.preventDefault();
    await submitting(this.#rename, async () => {
      const group = await calls.renameGroup(this.#uuid, this.#title.value);
      this.#changed(group, { renames: true });
    });
  }

  /** @param {SubmitEvent} event */
  async #added(event) {
    event.preventDefault();
    await submitting(this.#add, async () => {
      await this.#picker.settle();
      const group = await calls.addMembers(this.#uuid, this.#picker.handles);
      this.#picker.clear();
      this.#changed(group, { renames: false });
    });
  }

  async #leave() {
    const sure = await ask({
      title: "Leave this group?",
      text: "You will no longer see its messages.",
      yes: "Leave",
    });
    if (!sure) return;
    try {
      await calls.leaveGroup(this.#uuid);
      this.#dialog.close();
      this.#after.left(this.#uuid);
    } catch (error) {
      showProblem(this.#add, error);
    }
  }
}
