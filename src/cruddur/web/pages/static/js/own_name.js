// Whose page it is, where the server has not written it into the page.

import { avatar, byId, parts, setText } from "./dom.js";

/** Writes into the page whose it is, as the server does.
    @param {Api.User} me */
export function showMe(me) {
  byId("me-face").replaceChildren(avatar(me.uuid, me.display_name, "small"));
  for (const id of ["me-word", "me-name"]) setText(byId(id), me.display_name);
  for (const one of parts(document, "[data-my-handle]")) setText(one, `@${me.handle}`);
}
