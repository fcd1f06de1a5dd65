// Puts the parts of the messages page together. Reads top to bottom like a wiring plan.

import * as api from "./api.js";
import { Combobox } from "./combobox.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { ask, prepareDialogs } from "./dialogs.js";
import { byId, dataJson, isTouch } from "./dom.js";
import { Stream } from "./events.js";
import { GroupPeople, NewGroup } from "./groups.js";
import { Header, showTitle, StatusBar } from "./header.js";
import { Inbox } from "./inbox.js";
import { InboxView } from "./inbox_view.js";
import { listenToKeys } from "./keys.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { findPeople } from "./people.js";
import { placeOfRow, placeOfUser } from "./place.js";
import { Presence, TypingSignal } from "./presence.js";
import { Router } from "./router.js";
import { signOut, toSignIn } from "./signing_out.js";

const AWAY_MS = 60_000;

// What the server has rendered into the page
const me = dataJson(document.body, "me");
const group = dataJson(byId("conversation"), "group");
const recipient = dataJson(byId("conversation"), "recipient");
const elements = (selector) => [...document.querySelectorAll(selector)];
const rows = elements("#rows [data-row]").map((element) => dataJson(element, "row"));
const messages = elements("#messages [data-message]").map((element) => dataJson(element, "message"));

// The parts
const inbox = new Inbox(me, group ? [...rows, group] : rows, byId("rows").dataset.next || null);
const presence = new Presence();
const stream = new Stream();
const outbox = new Outbox(me, lastSeqOf);
const composer = new Composer(byId("composer"), me);
const log = new Log({ scroller: byId("log"), list: byId("messages"), pill: byId("pill"), me });
const typing = new TypingSignal();
const conversation = new Conversation({ me, inbox, outbox, stream, log, composer, ask, typing });
const header = new Header(presence);
const listParts = { list: byId("rows"), scroller: byId("rows-scroller"), empty: byId("no-rows") };
const view = new InboxView(listParts, { me, inbox, outbox, presence });
const router = new Router(inbox, showPlace);
const search = new Combobox(byId("search"), { search: findAnything, pick: (path) => router.go(path) });
const newGroup = new NewGroup(me, (made) => {
  inbox.put(made);
  router.go(`/c/${made.uuid}`);
});
const groupPeople = new GroupPeople(me, { changed: groupChanged, left: groupLeft });

/** The last number known of the conversation of an outbox entry; 0 when it is just being started. */
function lastSeqOf({ message_group_uuid: uuid, handle }) {
  const row = uuid ? inbox.row(uuid) : inbox.withHandle(handle);
  const { timeline } = conversation;
  const open = timeline && timeline.uuid === (uuid ?? row?.uuid) ? timeline.last : 0;
  return Math.max(open, row?.last_seq ?? 0);
}

async function findAnything(query) {
  const wanted = query.replace(/^@/, "").toLowerCase();
  const known = inbox.rows().filter((row) => row.display_name.toLowerCase().includes(wanted)).slice(0, 5);
  const people = await findPeople(query).catch((error) => {
    if (known.length === 0) throw error;
    return [];
  });
  const shown = new Set(known.filter((row) => row.kind === "direct").map((row) => row.user_uuid));
  const others = people.filter(({ value }) => !shown.has(value.uuid));
  return [...known.map(rowOption), ...others.map((one) => ({ ...one, value: `/@${one.value.handle}` }))];
}

const rowOption = (row) => ({
  name: row.display_name,
  detail: row.kind === "direct" ? `@${row.handle}` : "Group",
  face: row.kind === "direct" ? row.user_uuid : row.uuid,
  value: `/c/${row.uuid}`,
});

// Going from place to place
function showPlace(place, first = null) {
  const left = conversation.place?.uuid;
  document.body.dataset.view = place ? "conversation" : "inbox"; // a narrow window shows one of them
  if (!place) {
    conversation.close();
    view.focusOn(left);
    return;
  }
  if (place.uuid !== null && place.uuid === left) {
    showHeader();
    return;
  }
  conversation.open(place, first);
  if (place.kind === "group") loadPeople(place.uuid);
  if (isTouch()) byId("conversation-name").focus(); // the keyboard would hide half of it
  else composer.focus();
}

async function loadPeople(uuid) {
  if (group?.uuid === uuid) header.setPeople(group);
  await api.messageGroup(uuid).then(groupChanged, () => {}); // the count is a nicety
}

function groupChanged(changed) {
  header.setPeople(changed);
  inbox.put(changed);
  if (conversation.place?.uuid === changed.uuid) {
    conversation.place = placeOfRow(changed);
    showHeader();
  }
}

function groupLeft(uuid) {
  inbox.forget(uuid);
  conversation.forget(uuid);
  if (conversation.place?.uuid === uuid) router.go("/");
}

function showHeader() {
  header.show(conversation.place, conversation.error);
}

conversation.addEventListener("place", () => {
  const { place } = conversation;
  showHeader();
  view.select(place?.uuid ?? null);
  showTitle(inbox.unread(), place);
  if (place && place.path !== location.pathname) router.replace(place.path);
});
conversation.addEventListener("gone", ({ detail }) => groupLeft(detail));
presence.addEventListener("change", () => header.line(conversation.place));
inbox.addEventListener("change", () => {
  showTitle(inbox.unread(), conversation.place);
  const { place } = conversation;
  const row = place && !place.uuid ? inbox.withHandle(place.handle) : null;
  if (row) conversation.adopt(row.uuid);
});

// What comes in
stream.addEventListener("ready", ({ detail }) => (isMe(detail.user_uuid) ? catchUp() : startOver()));
stream.addEventListener("message", ({ detail }) => {
  presence.onMessage(detail);
  inbox.onMessage(detail);
  conversation.onMessage(detail);
});
stream.addEventListener("message_changed", ({ detail }) => {
  inbox.onChanged(detail);
  conversation.onChanged(detail);
});
stream.addEventListener("read", ({ detail }) => inbox.onRead(detail.message_group_uuid, detail.seq));
stream.addEventListener("typing", ({ detail }) => detail.user_uuid !== me.uuid && presence.onTyping(detail));
stream.addEventListener("presence", ({ detail }) => presence.onPresence(detail));
stream.addEventListener("group", ({ detail }) => {
  inbox.put(detail);
  if (detail.uuid === conversation.place?.uuid && detail.kind === "group") loadPeople(detail.uuid);
});
stream.addEventListener("left", ({ detail }) => groupLeft(detail.message_group_uuid));
stream.addEventListener("state", () => conversation.render());
setInterval(() => conversation.render({ quiet: true }), 60_000); // "Today" becomes "Yesterday"

// Somebody else has signed in, in another tab: what this page does would be done in their name.
const isMe = (uuid) => uuid === me.uuid;
const startOver = () => location.assign("/");
const signIns = "BroadcastChannel" in globalThis ? new BroadcastChannel("cruddur-session") : null;
signIns?.addEventListener("message", ({ data }) => isMe(data) || startOver());

function catchUp() {
  inbox.refresh().catch(() => {}); // the next connection tries again
  conversation.refresh();
  outbox.wake({ now: true });
}

// The connection, and whether somebody looks
let hiddenAt = 0;
addEventListener("online", () => {
  stream.restart();
  outbox.wake({ now: true });
});
addEventListener("offline", () => stream.restart());
addEventListener("focus", () => conversation.reader.check());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") hiddenAt = Date.now();
  else {
    if (Date.now() - hiddenAt > AWAY_MS) stream.restart(); // a sleeping computer's line may be dead
    conversation.reader.check();
  }
});
api.session.addEventListener("lost", () => toSignIn());

// What one can press
byId("messages").addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  event.stopPropagation();
  const { act } = button.dataset;
  if (act === "toggle") toggleActions(button);
  else {
    closeActions();
    conversation.act(act, button.closest("[data-uuid]").dataset.uuid);
  }
});

document.addEventListener("click", closeActions);

function toggleActions(button) {
  const opens = button.getAttribute("aria-expanded") === "false";
  closeActions();
  button.setAttribute("aria-expanded", String(opens));
  button.nextElementSibling.hidden = !opens;
}

function closeActions() {
  for (const button of elements("[data-act=toggle][aria-expanded=true]")) {
    button.setAttribute("aria-expanded", "false");
    button.nextElementSibling.hidden = true;
  }
}

byId("new-group-button").addEventListener("click", () => newGroup.open());
byId("people-button").addEventListener("click", async () => {
  await api.messageGroup(conversation.place.uuid).then(
    (open) => groupPeople.open(open),
    (error) => composer.complain(error.message),
  );
});
byId("shortcuts-button").addEventListener("click", () => byId("shortcuts").showModal());
byId("sign-out-button").addEventListener("click", () => {
  byId("me-menu").hidePopover();
  signOut(me, outbox, (text) => ask({ title: "Not signed out", text, yes: "All right" }));
});
byId("load-again").addEventListener("click", () => conversation.refresh());

prepareDialogs();
listenToKeys({ search: search.input, view, router });

// Off we go: what is waiting, what is open, and what is new
await outbox.load().catch(() => {});
new StatusBar(stream);
if (group) showPlace(placeOfRow(group), { messages, older: byId("messages").dataset.older === "true" });
else if (recipient) showPlace(placeOfUser(recipient));
else showTitle(inbox.unread(), null);
document.body.dataset.ready = "true";
outbox.wake();
stream.run();
