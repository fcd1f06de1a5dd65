// The sheet about a person opens by the header of their conversation, by a press on their name or face in a group, by the
// menu of a message, and by the list of a group's people.

import { byId, closest } from "./dom.js";
import { withPart } from "./on_demand.js";

/** @import { MessagesPage } from "./page.js" */

/** @typedef {{ uuid: string; name: string; handle: string }} Whom */

/** @param {MessagesPage} page */
export function install(page) {
  byId("about-button").addEventListener("click", () => {
    const { kind, userUuid: uuid, name, handle } = page.conversation.ref ?? {};
    if (kind === "direct" && uuid)
      openProfile(page, { uuid, name: name ?? "", handle: handle ?? "" });
  });
  byId("messages").addEventListener("click", ({ target }) => {
    const uuid = closest(closest(target, ".avatar, .author"), "article")?.dataset.uuid;
    const message = uuid && page.conversation.confirmed().find((one) => one.uuid === uuid);
    if (message) openProfile(page, authorOf(message));
  });
}

/** @param {Api.Message} message
    @returns {Whom} */
export const authorOf = ({ user_uuid: uuid, display_name: name, handle }) => ({
  uuid,
  name,
  handle,
});

/** @param {MessagesPage} page
    @param {Whom} whom */
export const openProfile = (page, whom) =>
  withPart(
    async () => await import("./strangers.js"),
    ({ openProfile }) => openProfile(page, whom, reporting),
  );

/** Reports a message; the sheet is a part of the page, which may not fetch another.
    @param {Api.Message} message */
const reporting = (message) =>
  withPart(
    async () => await import("./report.js"),
    ({ openReport }) => openReport(message),
  );
