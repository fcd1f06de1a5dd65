// Shows the inbox: a link for each conversation.

import { outside } from "./base_path.js";
import { arrange, avatar, byId, h, hiddenText, icon, part, setAttribute } from "./dom.js";
import { faceOf, refOfRow } from "./conversation_ref.js";
import { draftsOf } from "./drafts.js";
import { PARTS } from "./inbox_paths.js";
import { isMentioned, isMuted } from "./inbox_rows.js";
import { pictureOf } from "./pictures.js";
import { lineOf } from "./row_preview.js";
import { fullTime, shortTime } from "./time.js";

const NEAR_END = 300;

/** @import { PageInbox } from "./page_inbox.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { PendingDeletions } from "./pending_deletions.js" */
/** @import { Presence } from "./presence.js" */
/** @import { WaitingChanges } from "./waiting_changes.js" */

/** @typedef {object} View what a row of the inbox shows
    @property {string} uuid
    @property {string} face
    @property {string | null} picture
    @property {string} kind
    @property {string} name
    @property {string | null | undefined} emoji
    @property {number | null | undefined} colour
    @property {string} preview
    @property {string | null} mood
    @property {string} at
    @property {string} time
    @property {number} unread
    @property {boolean} marked
    @property {boolean} muted
    @property {boolean} pinned
    @property {boolean} mentioned
    @property {boolean} waits whether a setting of it waits to be stored
    @property {boolean} online
    @property {boolean} open */

/** @typedef {{ me: Api.User; inbox: PageInbox; outbox: Outbox; presence: Presence; deletions: PendingDeletions; waiting: WaitingChanges }} Parts */

export class InboxView {
  #list;
  #scroller;
  #parts;
  /** @type {Map<string, { element: HTMLLIElement; link: HTMLAnchorElement; more: HTMLButtonElement; shown: string }>} By uuid. */
  #rows = new Map();
  /** @type {string | null} */
  #open = null;
  /** @type {Page.InboxPart} */
  #part = "inbox";

  /** `parts`: me, inbox, outbox, presence.
      @param {{ list: HTMLElement; scroller: HTMLElement }} options
      @param {Parts} parts */
  constructor({ list, scroller }, parts) {
    this.#list = list;
    this.#scroller = scroller;
    this.#parts = parts;
    const render = () => this.render();
    parts.inbox.on("change", render);
    parts.outbox.on("change", render);
    parts.presence.on("change", render);
    setInterval(render, 60_000); // "14:03" has to become "Yesterday" without an event
    scroller.addEventListener("scroll", () => this.#checkEnd(), { passive: true });
    this.render();
  }

  /** Marks the conversation that is open, or none.
      @param {string | null} uuid */
  select(uuid) {
    this.#open = uuid;
    this.render();
  }

  /** Shows the inbox, or another part.
      @param {Page.InboxPart} part */
  show(part) {
    this.#part = part;
    this.#parts.inbox.nextOf.requests = PARTS.requests; // no event tells of a new one
    setAttribute(this.#list, "data-part", part);
    this.#scroller.scrollTop = 0;
    this.render();
  }

  /** @param {string | null | undefined} uuid */
  focusOn(uuid) {
    const link = this.#rows.get(uuid ?? "")?.link;
    const first = this.#links()[0] ?? part(byId("inbox-parts"), "[aria-pressed=true]");
    (link?.isConnected ? link : first).focus();
  }

  /** The path of the conversation above (-1) or below (+1) the open one.
      @param {number} step */
  neighbour(step) {
    const rows = this.#parts.inbox.rows(this.#part);
    const at = rows.findIndex((row) => row.uuid === this.#open);
    const row = rows[at < 0 ? 0 : at + step];
    return row ? `/c/${row.uuid}` : null;
  }

  render() {
    const rows = this.#parts.inbox.rows(this.#part);
    const drafts = draftsOf(this.#parts.me.uuid);
    const focused = document.activeElement;
    arrange(
      this.#list,
      rows.map((row) => this.#element(row, drafts)),
    );
    // A row that moves loses the focus.
    if (focused instanceof HTMLElement && this.#list.contains(focused))
      focused.focus({ preventScroll: true });
    setAttribute(this.#list, "data-loading", this.#parts.inbox.isLoading);
    const isEmpty = rows.length === 0 && !this.#parts.inbox.isLoading;
    setAttribute(this.#list, "data-empty", isEmpty && this.#part); // the sheets show what says so
    this.#checkEnd();
  }

  /** @param {Api.InboxRow} row
      @param {Map<string, string>} drafts by conversation */
  #element(row, drafts) {
    const known = this.#rows.get(row.uuid) ?? made();
    this.#rows.set(row.uuid, known);
    const view = this.#viewOf(row, drafts.get(refOfRow(row).key));
    const wanted = JSON.stringify(view);
    if (known.shown !== wanted) {
      known.shown = wanted;
      fill(known.link, view);
      setAttribute(known.more, "aria-label", `Actions for ${view.name}`);
    }
    return known.element;
  }

  /** @param {Api.InboxRow} row
      @param {string | undefined} written
      @returns {View} */
  #viewOf(row, written) {
    const { me, outbox, presence, deletions, waiting } = this.#parts;
    const typing = presence.typingIn(row.uuid);
    const draft = row.uuid === this.#open ? undefined : written; // the composer shows it
    const { text, mood } = lineOf(row, { me, outbox, deletions, typing, draft });
    return {
      uuid: row.uuid,
      face: faceOf(row),
      picture: pictureOf(row.user_uuid),
      kind: row.kind,
      name: row.display_name,
      emoji: row.emoji,
      colour: row.colour,
      preview: text,
      mood,
      at: row.created_at,
      time: shortTime(row.created_at),
      unread: row.unread,
      marked: row.marked_unread ?? false,
      muted: isMuted(row),
      pinned: Boolean(row.pinned_at),
      mentioned: isMentioned(row),
      waits: waiting.hasLateSettings(row.uuid),
      online: row.kind === "direct" && presence.isOnline(row.user_uuid),
      open: row.uuid === this.#open,
    };
  }

  #checkEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (!clientHeight || scrollHeight - clientHeight - scrollTop > NEAR_END) return;
    this.#parts.inbox.loadMore(this.#part)?.catch(() => {}); // scrolling tries again
  }

  #links() {
    return [...this.#list.querySelectorAll("a")];
  }
}

function made() {
  const link = h("a", { class: "row", "data-link": true });
  // The Tab key passes it by, since the row's own keys open the same menu.
  const more = h("button", { type: "button", class: "row-more", tabindex: -1 }, icon("more"));
  setAttribute(more, "aria-haspopup", "menu");
  return { element: h("li", {}, link, more), link, more, shown: "" };
}

/** Fills an existing link, so that it keeps the focus.
    @param {HTMLAnchorElement} link
    @param {View} view */
function fill(link, view) {
  setAttribute(link, "href", outside(`/c/${view.uuid}`));
  setAttribute(link, "data-uuid", view.uuid);
  setAttribute(link, "data-unread", view.unread || (view.marked ? "marked" : 0));
  setAttribute(link, "data-muted", view.muted);
  setAttribute(link, "data-pinned", view.pinned);
  setAttribute(link, "aria-current", view.open ? "page" : null);
  link.replaceChildren(face(view), name(view), time(view), previewLine(view), ...marks(view));
}

/** @param {View} view */
function face(view) {
  const shape = avatar(view.face, view.name, view.kind === "group" ? "of-group" : "", view);
  return h(
    "span",
    { class: "face" },
    shape,
    ...(view.online ? [h("span", { class: "dot" }), hiddenText("online")] : []),
  );
}

/** @param {View} view */
const name = (view) => h("span", { class: "row-name", dir: "auto" }, view.name);

/** @param {View} view */
const time = (view) =>
  h("time", { class: "row-time", datetime: view.at, title: fullTime(view.at) }, view.time);

/** @param {View} view */
const previewLine = (view) =>
  h(
    "span",
    { class: `row-preview ${view.mood ?? ""}`.trim(), dir: view.mood ? "ltr" : "auto" },
    view.preview,
  );

/** What stands behind the preview: whether the conversation is pinned or muted, and how much of it is unread.
    @param {View} view */
function marks(view) {
  const pinned = view.pinned ? [icon("pin"), hiddenText("pinned")] : [];
  const muted = view.muted ? [icon("muted"), hiddenText("muted")] : [];
  const at = h("span", { class: "row-mention", "aria-hidden": "true" }, "@");
  const mention = view.mentioned ? [at, hiddenText("you are mentioned")] : [];
  const waits = view.waits ? [icon("waiting"), hiddenText("change waits for a connection")] : [];
  const shown = [...waits, ...muted, ...mention, ...badge(view), ...pinned];
  return shown.length > 0 ? [h("span", { class: "row-marks" }, ...shown)] : [];
}

/** @param {View} view */
function badge(view) {
  if (view.unread === 0)
    return view.marked ? [h("span", { class: "badge" }, hiddenText("marked as unread"))] : [];
  const shown = view.unread > 99 ? "99+" : String(view.unread);
  return [h("span", { class: "badge" }, shown, hiddenText(" unread"))];
}
