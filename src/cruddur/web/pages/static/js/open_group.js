// Groups on the page: the dialogs to start one and to show its members, and changes of the one that is open.

import * as api from "./api.js";
import { refOfRow } from "./conversation_ref.js";
import { byId, setText } from "./dom.js";
import { showHeader } from "./navigation.js";
import { withPart } from "./on_demand.js";
import { notePictures } from "./pictures.js";
import { openProfile } from "./profiles.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { stream, inbox, conversation } = page;
  conversation.on("open", ({ kind, uuid }) => kind === "group" && uuid && loadPeople(page, uuid));
  conversation.on("gone", (uuid) => {
    tell(`You are no longer in “${inbox.row(uuid)?.display_name ?? "this group"}”.`);
    groupLeft(page, uuid);
  });
  stream.on("ready", () => {
    const { ref } = conversation;
    if (page.rendered.copied && ref?.kind === "group" && ref.uuid) loadPeople(page, ref.uuid);
  });
  stream.on("left", ({ message_group_uuid: uuid, by_user_uuid: by, title }) => {
    if (by && by !== page.me.uuid) tell(`You were removed from “${title}”.`);
    groupLeft(page, uuid);
  });
  stream.on("group", notePictures);
  stream.on("group", (row) => (row.kind === "group" ? groupChanged(page, row) : inbox.put(row)));
  installDialogs(page);
}

/** @param {MessagesPage} page */
function installDialogs(page) {
  const { conversation, composer } = page;
  /** @type {ReturnType<typeof dialogsOf> | null} Kept, since they hold what was typed. */
  let dialogs = null;
  /** @param {(shown: ReturnType<typeof dialogsOf>) => unknown} use */
  const withDialogs = (use) =>
    withPart(
      async () => await import("./groups.js"),
      (parts) => {
        dialogs ??= dialogsOf(page, parts);
        return use(dialogs);
      },
    );
  byId("new-group-button").addEventListener("click", () =>
    withDialogs(({ newGroup }) => newGroup.open()),
  );
  const openPeople = async () => {
    const uuid = conversation.ref?.uuid;
    const isStillOpen = () => conversation.ref?.uuid === uuid;
    await api.messageGroup(uuid ?? "").then(
      async (group) => {
        if (isStillOpen()) await withDialogs(({ people }) => people.open(group));
      },
      (error) => isStillOpen() && composer.complain(error.message),
    );
  };
  byId("people-button").addEventListener("click", openPeople);
  byId("about-button").addEventListener("click", () => {
    if (conversation.ref?.kind === "group") openPeople();
  });
}

/** @param {MessagesPage} page
    @param {typeof import("./groups.js")} parts */
function dialogsOf(page, { NewGroup, GroupPeople }) {
  const newGroup = new NewGroup(page.me, (made) => {
    page.inbox.put(made);
    page.router.go(`/c/${made.uuid}`);
  });
  const people = new GroupPeople(page, {
    changed: (group) => groupChanged(page, group),
    left: (uuid) => groupLeft(page, uuid),
    about: (whom) => openProfile(page, whom),
  });
  return { newGroup, people };
}

/** Shows the members of the group that is open: those that the server has rendered, or else those that it answers.
    @param {MessagesPage} page
    @param {string} uuid */
async function loadPeople(page, uuid) {
  const { group, copied } = page.rendered;
  page.rendered.group = null; // later it may be out of date
  if (group?.uuid === uuid && !copied) {
    groupChanged(page, group);
    return;
  }
  await api.messageGroup(uuid).then(
    (found) => groupChanged(page, found),
    () => {}, // the conversation can be used without the number of its members
  );
}

/** @type {Map<string, number>} By group: the newest version that was shown. Events and answers may come late. */
const versions = new Map();

/** Shows a group's new title and members.
    @param {MessagesPage} page
    @param {Api.Conversation} group */
function groupChanged(page, group) {
  const { header, inbox, conversation, messageList } = page;
  if (group.version < (versions.get(group.uuid) ?? 0)) return;
  versions.set(group.uuid, group.version);
  header.setPeople(group, page.me);
  inbox.put(group);
  if (conversation.ref?.uuid !== group.uuid) return;
  conversation.ref = refOfRow(group);
  messageList.people = group.members;
  conversation.render({ quiet: true });
  showHeader(page);
}

/** Says above the list of conversations what has happened to this user.
    @param {string} what */
function tell(what) {
  setText(byId("rows-problem"), what);
  byId("rows-problem").hidden = false;
}

/** @param {MessagesPage} page
    @param {string} uuid */
function groupLeft({ inbox, conversation, outbox, router }, uuid) {
  inbox.forget(uuid);
  conversation.forget(uuid);
  outbox.wake({ now: true }); // unsent messages to it are refused now, and shown as such
  if (conversation.ref?.uuid === uuid) router.go("/");
}
