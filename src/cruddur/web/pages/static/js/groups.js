// Conversations of many: starting one, and its people, its name, and the way out.

import * as api from "./api.js";
import { ask } from "./dialogs.js";
import { avatar, byId, h, setText } from "./dom.js";
import { clearProblems, showProblem, submitting } from "./fields.js";
import { PeoplePicker } from "./people.js";
import { plural } from "./text.js";

/** The dialog that starts a group; `made(row)` is called with the new one. */
export class NewGroup {
  #dialog = byId("new-group");
  #form = byId("new-group-form");
  #picker;
  #made;

  constructor(me, made) {
    this.#made = made;
    this.#picker = new PeoplePicker(byId("new-group-people"), () => [me.uuid]);
    this.#form.addEventListener("submit", (event) => this.#submit(event));
  }

  open() {
    this.#form.reset();
    this.#picker.clear();
    clearProblems(this.#form);
    this.#dialog.showModal();
  }

  async #submit(event) {
    event.preventDefault();
    const title = this.#form.elements.title.value;
    const { handles } = this.#picker;
    if (handles.length === 0) {
      showProblem(this.#form, { field: "handles", message: "Choose at least one person." });
      return;
    }
    await submitting(this.#form, async () => {
      const row = await api.makeGroup(handles, title);
      this.#dialog.close();
      this.#made(await api.messageGroup(row.message_group_uuid ?? row.uuid));
    });
  }
}

/** The dialog about the open group; `changed(group)` and `left(uuid)` are called afterwards. */
export class GroupPeople {
  #me;
  #after;
  #group = null;
  #dialog = byId("people");
  #rename = byId("rename-form");
  #add = byId("add-people-form");
  #picker;

  constructor(me, after) {
    this.#me = me;
    this.#after = after;
    this.#picker = new PeoplePicker(byId("add-people"), () => this.#memberUuids());
    this.#rename.addEventListener("submit", (event) => this.#renamed(event));
    this.#add.addEventListener("submit", (event) => this.#added(event));
    byId("leave-group").addEventListener("click", () => this.#leave());
  }

  open(group) {
    this.#show(group);
    this.#picker.clear();
    clearProblems(this.#rename);
    clearProblems(this.#add);
    this.#dialog.showModal();
  }

  #memberUuids() {
    return (this.#group?.members ?? []).map(({ uuid }) => uuid);
  }

  #show(group) {
    this.#group = group;
    this.#rename.elements.title.value = group.title ?? "";
    setText(byId("people-count"), plural(group.members.length, "person", "people"));
    byId("people-list").replaceChildren(...group.members.map((member) => this.#person(member)));
  }

  #person(member) {
    const name = member.uuid === this.#me.uuid ? `${member.display_name} (you)` : member.display_name;
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name", dir: "auto" }, name),
      h("span", { class: "option-detail" }, `@${member.handle}`),
    );
    return h("li", {}, avatar(member.uuid, member.display_name, "small"), words);
  }

  async #reload() {
    const group = await api.messageGroup(this.#group.uuid);
    this.#show(group);
    this.#after.changed(group);
  }

  async #renamed(event) {
    event.preventDefault();
    await submitting(this.#rename, async () => {
      await api.renameGroup(this.#group.uuid, this.#rename.elements.title.value);
      await this.#reload();
    });
  }

  async #added(event) {
    event.preventDefault();
    const { handles } = this.#picker;
    if (handles.length === 0) {
      this.#picker.input.focus();
      return;
    }
    await submitting(this.#add, async () => {
      await api.addMembers(this.#group.uuid, handles);
      this.#picker.clear();
      await this.#reload();
    });
  }

  async #leave() {
    const sure = await ask({
      title: "Leave this group?",
      text: "You will no longer see its messages. Somebody in it can add you again.",
      yes: "Leave",
    });
    if (!sure) return;
    try {
      await api.leaveGroup(this.#group.uuid);
      this.#dialog.close();
      this.#after.left(this.#group.uuid);
    } catch (error) {
      showProblem(this.#add, error);
    }
  }
}
