// The page in a frame of another product: who is signed in, what is open and how it looks is told by the host's page.

import * as api from "./api.js";
import { authorizeBy } from "./authorized.js";
import { backoff, pause } from "./backoff.js";
import { keepAddress } from "./base_path.js";
import { dataJson, h } from "./dom.js";
import { fitFrame } from "./frame_height.js";
import { fetchPictures } from "./frame_pictures.js";
import { applyLook } from "./frame_theme.js";
import { FIRST_PAGE } from "./inbox_paths.js";
import { showHeader } from "./navigation.js";
import { showMe } from "./own_name.js";
import { ParentLink } from "./parent_link.js";
import { Tokens } from "./tokens.js";
import { UnreadCount } from "./unread_count.js";

/** @import { MessagesPage } from "./page.js" */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
let showFaces = () => {}; // anew, since the picture of somebody is there now
const host = new ParentLink(dataJson(document.body, "frames"));

/** What the page shows first, as soon as the host has said whose it is.
    @returns {Promise<Page.Rendered>} */
export async function readHost() {
  keepAddress();
  host.on("theme", applyLook);
  if (parent === window) return end("not_framed", "Other pages show this one in a frame.");
  authorizeBy(new Tokens((why) => host.token(why)));
  fetchPictures(() => showFaces());
  host.tell("hello", { version: 1 });
  const [me, inbox] = await begin();
  showMe(me);
  return {
    me,
    rows: inbox.data,
    next: inbox.next,
    stream: { page: null, resume_at: null },
    group: null,
    recipient: null,
    messages: [],
    quoted: [],
    more: { older: false, newer: false },
  };
}

/** Follows what the host says, and tells it what happens, from when the page is ready.
    @param {MessagesPage} page */
export function followHost(page) {
  const { me, inbox, conversation, router } = page;
  const { show } = document.body.dataset;
  host.tell("ready", { user_uuid: me.uuid });
  showFaces = () => {
    showMe(me);
    page.view.render();
    conversation.render({ quiet: true });
    showHeader(page);
  };
  showFaces();
  new UnreadCount(inbox, (count) => host.tell("unread", count));
  fitFrame((height) => host.tell("height", { height }));
  host.on("open", ({ to }) => open(page, `${to}`));
  if (show === "inbox") router.go = async (path) => host.tell("open", openAt(path));
  else conversation.on("change", () => told(page));
  addEventListener("cruddur-left", (event) =>
    left(page, /** @type {CustomEvent} */ (event).detail),
  );
  const to = new URLSearchParams(location.search).get("to");
  if (to) open(page, to);
}

let openNow = "";

/** @param {MessagesPage} page */
function told({ conversation: { ref } }) {
  const to = ref?.uuid ?? (ref ? `@${ref.handle}` : "");
  if (to !== openNow) host.tell("open", { uuid: ref?.uuid ?? null, to: to || null });
  openNow = to;
}

/** The page would leave for another page of the service.
    @param {MessagesPage} page
    @param {string} why */
function left({ router }, why) {
  // The host has given another person's token, or none. A new page asks for one; if there is none it says so, once, and
  // nothing that this page has begun goes on asking.
  if (why === "session_changed" || why === "signed_out") location.reload();
  else {
    host.tell("error", { code: why, detail: "There is no such conversation." });
    router.go("/");
  }
}

/** The conversation or person that a path of the page names.
    @param {string} path */
function openAt(path) {
  const to = decodeURIComponent(path.replace(/^\/(c\/)?/, "")) || null;
  return { uuid: to && UUID.test(to) ? to : null, to };
}

/** Opens what the host names: the uuid of a conversation, `@` and a handle, or `ext:` and the host's own id.
    @param {MessagesPage} page
    @param {string} to */
async function open({ router, inbox }, to) {
  if (UUID.test(to)) return router.go(`/c/${to.toLowerCase()}`);
  try {
    const row = await api.conversationWith(to);
    if (row) inbox.put(row);
    return await router.go(row ? `/c/${row.uuid}` : `/@${(await api.user(to)).handle}`);
  } catch (error) {
    const { code = "", message } = api.asFailure(error);
    return host.tell("error", { code, detail: message });
  }
}

/** Asks until the service answers.
    @returns {Promise<[Api.Me, api.Answer<Api.InboxRow[]>]>} */
async function begin() {
  for (let failures = 1; ; failures += 1) {
    try {
      return await Promise.all([
        api.get("/api/me").then(({ data }) => data),
        api.inboxPage(FIRST_PAGE),
      ]);
    } catch (error) {
      const { code = "", message } = api.asFailure(error);
      if (!api.isTemporary(error)) return end(code, message);
      host.tell("error", { code, detail: message });
    }
    await pause(backoff(failures, { first: 500, most: 20_000 }));
  }
}

/** Says why nothing is shown, here and to the host, until the host has another token.
    @param {string} code
    @param {string} detail
    @returns {Promise<never>} */
function end(code, detail) {
  document.body.replaceChildren(
    h("main", { class: "no-copy", role: "status" }, h("p", {}, detail)),
  );
  document.body.dataset.ended = code;
  if (parent !== window) {
    host.tell("error", { code, detail });
    host.on("token", ({ token }) => token && location.reload());
  }
  return new Promise(() => {});
}
