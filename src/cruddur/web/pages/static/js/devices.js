// The devices on which the user is signed in, in the settings sheet: seen, and signed out.

import * as api from "./api.js";
import * as calls from "./session_calls.js";
import { ask } from "./dialogs.js";
import { byId, h, setText } from "./dom.js";
import { attempting } from "./form_errors.js";
import { signOut } from "./signing_out.js";
import { fullTime, shortTime } from "./time.js";

/** @import { MessagesPage } from "./page.js" */

const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|fe80:)/i;
const LOOPBACK = /^(127\.|::\/64$)/; // the /64 of ::1

export class Devices {
  #page;
  #list = byId("devices-list");
  #problem = byId("devices-problem");
  #endOthers = byId("devices-end-others", HTMLButtonElement);

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
    this.#endOthers.addEventListener("click", () => this.#signOutOthers());
  }

  /** Shows the list as the server has it now. */
  async load() {
    await attempting(this.#problem, async () => this.#show(await calls.sessions()));
  }

  /** @param {Api.Session[]} sessions */
  #show(sessions) {
    this.#list.replaceChildren(...sessions.map((session) => this.#row(session)));
    // A session that an older version has made is not listed, so that there may be others all the same.
    const isOnlyOne = sessions.length === 1 && sessions[0].is_current;
    this.#endOthers.hidden = isOnlyOne;
  }

  /** @param {Api.Session} session */
  #row(session) {
    const name = session.device || "Unknown device";
    const line = session.is_current ? "This device" : lastUse(session);
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name" }, name),
      h("span", { class: "option-detail", title: fullTime(session.last_used_at) }, line),
    );
    const label = session.is_current ? "Sign out this device" : `Sign out ${name}, ${line}`;
    const button = h(
      "button",
      { type: "button", class: "secondary", "aria-label": label },
      "Sign out",
    );
    button.addEventListener("click", () => this.#signOut(session, name, line));
    return h("li", { "data-session": session.id }, words, button);
  }

  /** @param {Api.Session} session
      @param {string} name
      @param {string} line */
  async #signOut(session, name, line) {
    if (session.is_current) {
      await signOut(this.#page, (text) => this.#complain(text));
      return;
    }
    const sure = await ask({
      title: "Sign out this device?",
      text: `${name}, ${line}. It needs your password to come back.`,
      yes: "Sign out",
    });
    if (sure) await this.#end(() => calls.endSession(session.id));
  }

  async #signOutOthers() {
    const sure = await ask({
      title: "Sign out all other devices?",
      text: "You stay signed in here only.",
      yes: "Sign out",
    });
    if (sure) await this.#end(calls.endOtherSessions);
  }

  /** Ends sessions and shows the others. One that has ended meanwhile is no problem.
      @param {() => Promise<unknown>} end */
  async #end(end) {
    await attempting(this.#problem, async () => {
      await end().catch((error) => {
        if (api.asFailure(error).code !== "session_not_found") throw error;
      });
      this.#show(await calls.sessions());
      byId("devices-title").focus();
    });
  }

  /** @param {string} text */
  #complain(text) {
    setText(this.#problem, text);
    this.#problem.hidden = false;
  }
}

/** For example "192.0.2.7, Yesterday".
    @param {Api.Session} session */
function lastUse({ address, last_used_at: at }) {
  return [placeOf(address), `last used ${shortTime(at)}`].filter(Boolean).join(", ");
}

/** An address in words: nobody knows the numbers of their own network.
    @param {string} address */
function placeOf(address) {
  if (LOOPBACK.test(address)) return "the server's own machine";
  return PRIVATE.test(address) ? `local network (${address})` : address;
}
