// Whose page it is, where the server has not written it into the page.

import { avatar, byId, setText } from "./dom.js";

/** Writes into the page whose it is, as the server does.
    @param {Api.User} me */
export function showMe(me) {
  byId("me-face").replaceChildren(avatar(me.uuid, me.display_name, "small"));
  setText(byId("me-word"), me.display_name);
}
