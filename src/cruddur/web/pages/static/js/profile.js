// The sheet about a person: who they are, the groups of both, and what can be done about them.

import { asFailure, get } from "./api.js";
import { outside } from "./base_path.js";
import { isErased } from "./conversation_ref.js";
import { openDialog } from "./dialogs.js";
import { avatar, byId, closest, h, hiddenText, setText } from "./dom.js";
import { attempting } from "./form_errors.js";
import { SheetActions, actButton } from "./sheet_actions.js";
import { longDay } from "./time.js";

/** @import { MessagesPage } from "./page.js" */
/** @import { Whom } from "./profiles.js" */

/** @typedef {object} Ways what other parts of the page do
    @property {(uuid: string, name: string) => Promise<unknown>} blockOrUnblock
    @property {(message: Api.Message) => unknown} report */

export class Profile {
  #page;
  #ways;
  /** @type {Whom} */
  #whom = { uuid: "", name: "", handle: "" };
  #dialog = byId("profile", HTMLDialogElement);
  #who = h("div", { class: "profile-who" });
  #since = h("p", { class: "settings-note" });
  #blocked = h("p", { class: "settings-note" });
  #message = actButton("Message", () => this.#write(), "primary");
  #actions;
  #block = actButton("Block or unblock…", () => this.#blockOrUnblock());
  #report = actButton("Report their last message…", () => this.#reported());
  #apart = h("div", { class: "sheet-acts", role: "group", "aria-label": "Person" });
  #groups = h("section", { class: "profile-groups", "aria-labelledby": "profile-groups-title" });
  #list = h("ul", { class: "people-list" });
  #problem = h("p", { class: "form-error", role: "alert", hidden: true });

  /** @param {MessagesPage} page
      @param {Ways} ways */
  constructor(page, ways) {
    this.#page = page;
    this.#ways = ways;
    this.#actions = new SheetActions(page);
    this.#apart.append(this.#block, this.#report);
    const title = h("h3", { id: "profile-groups-title" }, "Groups that you share");
    this.#groups.append(title, this.#list);
    this.#list.addEventListener(
      "click",
      ({ target }) => closest(target, "a") && this.#dialog.close(),
    );
    const acts = [this.#message, this.#actions.element, this.#apart];
    const about = [this.#who, this.#since, this.#blocked, this.#problem];
    byId("profile-body").append(...about, ...acts, this.#groups);
    page.stream.on("block", ({ blocked_uuid: uuid }) => this.#concerns(uuid) && this.#load());
  }

  /** Shows what the page knows at once, and then what the server says.
      @param {Whom} whom */
  open(whom) {
    this.#whom = whom;
    this.#problem.hidden = true;
    this.#showWho(whom);
    for (const note of [this.#since, this.#blocked]) setText(note, "");
    this.#groups.hidden = true;
    this.#showActions();
    if (!this.#dialog.open) openDialog(this.#dialog);
    return this.#load();
  }

  /** @param {string} uuid */
  #concerns(uuid) {
    return this.#dialog.open && this.#whom.uuid === uuid;
  }

  /** @param {Whom} whom */
  #showWho({ uuid, name, handle }) {
    const isOnline = this.#page.presence.isOnline(uuid);
    const dot = isOnline ? [h("span", { class: "dot" }), hiddenText("online")] : [];
    this.#who.replaceChildren(
      h("span", { class: "face" }, avatar(uuid, name, "large"), ...dot),
      h("strong", { id: "profile-name", dir: "auto" }, name),
      h("span", { class: "profile-handle" }, isErased(handle) ? "" : `@${handle}`),
    );
  }

  #showActions() {
    const { inbox, conversation, me } = this.#page;
    const { uuid, handle } = this.#whom;
    const row = inbox.withHandle(handle);
    const isGone = isErased(handle);
    this.#actions.show(row?.uuid ?? "");
    this.#message.hidden = isGone || uuid === me.uuid || conversation.ref?.userUuid === uuid;
    this.#block.hidden = isGone || uuid === me.uuid;
    this.#report.hidden = uuid === me.uuid || !this.#lastMessage();
  }

  async #load() {
    const { uuid, handle } = this.#whom;
    if (isErased(handle)) return setText(this.#since, "This account was deleted.");
    try {
      /** @type {Api.Profile} */
      const profile = (await get(`/api/people/${uuid}`)).data;
      if (this.#concerns(uuid)) this.#show(profile);
    } catch (error) {
      if (this.#concerns(uuid)) this.#complain(asFailure(error));
    }
  }

  /** @param {Page.Failure} failure */
  #complain({ status, message }) {
    setText(this.#problem, status === 404 ? "This account is no longer there." : message);
    this.#problem.hidden = false;
  }

  /** @param {Api.Profile} profile */
  #show({
    uuid,
    display_name: name,
    handle,
    created_at: since,
    blocked_at: blocked,
    shared_groups: groups,
  }) {
    this.#whom = { uuid, name, handle };
    this.#showWho(this.#whom);
    setText(this.#since, `Here since ${longDay(since)}`);
    setText(this.#blocked, blocked ? `You blocked them on ${longDay(blocked)}.` : "");
    setText(this.#block, blocked ? "Unblock…" : "Block…");
    this.#groups.hidden = !groups?.length;
    this.#list.replaceChildren(...(groups ?? []).map(groupLink));
  }

  #write() {
    this.#dialog.close();
    this.#page.router.go(`/@${this.#whom.handle}`);
  }

  #blockOrUnblock() {
    const { uuid, name } = this.#whom;
    return attempting(this.#problem, async () => {
      await this.#ways.blockOrUnblock(uuid, name);
      await this.#load();
    });
  }

  /** The newest message of theirs that is shown in the open conversation. */
  #lastMessage() {
    const isTheirs = (/** @type {Api.Message} */ one) =>
      one.user_uuid === this.#whom.uuid && one.kind !== "event" && !one.deleted_at;
    return this.#page.conversation.confirmed().findLast(isTheirs);
  }

  #reported() {
    const message = this.#lastMessage();
    this.#dialog.close();
    if (message) this.#ways.report(message);
  }
}

/** @param {Api.SharedGroup} group */
function groupLink({ uuid, title, emoji, colour }) {
  const name = title ?? "Group";
  const link = h(
    "a",
    { href: outside(`/c/${uuid}`), "data-link": true, class: "person-button" },
    avatar(uuid, name, "small of-group", { emoji, colour }),
    h("span", { class: "option-name", dir: "auto" }, name),
  );
  return h("li", {}, link);
}
