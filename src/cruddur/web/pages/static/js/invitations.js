// Invitations into groups that this user has left: a line above the conversations for each.

import { asFailure, get, post, remove } from "./api.js";
import { byId, h, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  /** @type {Map<string, Api.Invitation>} By group. */
  const open = new Map();
  const render = () =>
    byId("invitations").replaceChildren(
      ...[...open.values()].map((one) => line(page, one, answered)),
    );
  /** @param {Api.Invitation} invitation */
  const answered = ({ message_group_uuid: uuid }) => {
    open.delete(uuid);
    render();
  };
  page.stream.on("invited", (invitation) => {
    open.set(invitation.message_group_uuid, invitation);
    render();
  });
  let isKnownToBeNone = page.rendered.stream.may_be_invited === false; // of those from before the page was made
  page.stream.on("caught_up", async () => {
    if (isKnownToBeNone) {
      isKnownToBeNone = false;
      return;
    }
    const found = await get("/api/invitations").catch(() => null);
    if (!found) return; // the next time that the stream is open
    open.clear();
    for (const one of found.data) open.set(one.message_group_uuid, one);
    render();
  });
}

/** @param {MessagesPage} page
    @param {Api.Invitation} invitation
    @param {(invitation: Api.Invitation) => void} answered */
function line({ inbox, router }, invitation, answered) {
  const { message_group_uuid: uuid, title, display_name: name } = invitation;
  const problem = h("p", { class: "form-error", role: "alert", hidden: true });
  /** @param {() => Promise<unknown>} act */
  const answer = async (act) => {
    try {
      await act();
      answered(invitation);
    } catch (error) {
      setText(problem, asFailure(error).message);
      problem.hidden = false;
    }
  };
  const accept = h("button", { type: "button", class: "text-button" }, "Accept");
  const decline = h("button", { type: "button", class: "text-button" }, "Decline");
  accept.addEventListener("click", () =>
    answer(async () => {
      inbox.put(await post(`/api/invitations/${uuid}`));
      router.go(`/c/${uuid}`);
    }),
  );
  decline.addEventListener("click", () => answer(() => remove(`/api/invitations/${uuid}`)));
  const words = h(
    "p",
    {},
    h("bdi", {}, name),
    " asks you to come back into ",
    h("bdi", {}, `“${title}”`),
    ".",
  );
  return h("li", { class: "invitation" }, words, accept, decline, problem);
}
