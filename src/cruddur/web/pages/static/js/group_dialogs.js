// The dialogs to start a group, and to show the members of one.

import * as api from "./api.js";
import { byId } from "./dom.js";
import { withPart } from "./on_demand.js";
import { groupChanged, groupLeft } from "./open_group.js";
import { openProfile } from "./profiles.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
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
