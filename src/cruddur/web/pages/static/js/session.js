// The session of the page: signing out, and starting over if another user signs in, in any tab of this browser.

import { session } from "./api.js";
import { ask } from "./dialogs.js";
import { byId } from "./dom.js";
import { signOut, startOver, toSignIn } from "./signing_out.js";

/** @import { MessagesPage } from "./page.js" */

/** Starts the page over when another user is signed in: what is done on it would be done in the other user's name.
    @param {MessagesPage} page */
export function install(page) {
  const { me, stream } = page;
  /** @param {string | null} uuid */
  const check = (uuid) => uuid === me.uuid || startOver();
  const signIns = "BroadcastChannel" in globalThis ? new BroadcastChannel("cruddur-session") : null;
  signIns?.addEventListener("message", ({ data }) => check(data));
  stream.on("ready", ({ user_uuid: uuid }) => check(uuid));
  session.on("lost", () => toSignIn());
  session.on("changed", () => startOver());
  if (session.end) session.ends(session.end);
  byId("sign-out-button").addEventListener("click", () => {
    byId("me-menu").hidePopover();
    signOut(page, (text) => ask({ title: "Not signed out", text, yes: "All right" }));
  });
}
