// The inbox on the page: one link per conversation.

import { arrange, avatar, h, hiddenText, setAttribute } from "./dom.js";
import { placeOfRow } from "./place.js";
import { preview } from "./text.js";
import { fullTime, shortTime } from "./time.js";

const NEAR_END = 300;

export class InboxView {
  #list;
  #scroller;
  #empty;
  #parts;
  #rows = new Map(); // uuid → {element, shown}
  #open = null;

  /** `parts`: me, inbox, outbox, presence. */
  constructor({ list, scroller, empty }, parts) {
    this.#list = list;
    this.#scroller = scroller;
    this.#empty = empty;
    this.#parts = parts;
    const render = () => this.render();
    parts.inbox.addEventListener("change", render);
    parts.outbox.addEventListener("change", render);
    parts.presence.addEventListener("change", render);
    setInterval(render, 60_000); // "14:03" becomes "Yesterday" without an event
    scroller.addEventListener("scroll", () => this.#checkEnd(), { passive: true });
    list.addEventListener("keydown", (event) => this.#key(event));
    this.render();
  }

  /** Marks the conversation that is open, or none. */
  select(uuid) {
    this.#open = uuid;
    this.render();
  }

  focusOn(uuid) {
    (this.#rows.get(uuid)?.element.firstChild ?? this.#links()[0])?.focus();
  }

  /** The path of the conversation above (-1) or below (+1) the open one. */
  neighbour(step) {
    const rows = this.#parts.inbox.rows();
    const at = rows.findIndex((row) => row.uuid === this.#open);
    const row = rows[at < 0 ? 0 : at + step];
    return row ? `/c/${row.uuid}` : null;
  }

  render() {
    const rows = this.#parts.inbox.rows();
    arrange(this.#list, rows.map((row) => this.#element(row)));
    this.#empty.hidden = rows.length > 0;
    this.#checkEnd();
  }

  #element(row) {
    const known = this.#rows.get(row.uuid) ?? { element: h("li"), shown: "" };
    this.#rows.set(row.uuid, known);
    const view = this.#viewOf(row);
    const wanted = JSON.stringify(view);
    if (known.shown !== wanted) {
      known.shown = wanted;
      this.#fill(known.element, view);
    }
    return known.element;
  }

  #viewOf(row) {
    const { me, outbox, presence } = this.#parts;
    const typing = presence.typingIn(row.uuid);
    const failed = outbox.of(placeOfRow(row).key).find((entry) => entry.failed);
    return {
      uuid: row.uuid,
      face: row.kind === "direct" ? row.user_uuid : row.uuid,
      kind: row.kind,
      name: row.display_name,
      preview: failed ? `Not sent: ${preview(failed.message)}` : (typing ?? previewOf(row, me)),
      mood: failed ? "failed" : typing && "typing",
      at: row.created_at,
      time: shortTime(row.created_at),
      unread: row.unread,
      online: row.kind === "direct" && presence.isOnline(row.user_uuid),
      open: row.uuid === this.#open,
    };
  }

  /** Fills the link that is there, so that it keeps the focus. */
  #fill(element, view) {
    const link = element.firstChild ?? element.appendChild(h("a", { class: "row", "data-link": true }));
    setAttribute(link, "href", `/c/${view.uuid}`);
    setAttribute(link, "data-uuid", view.uuid);
    setAttribute(link, "data-unread", view.unread);
    setAttribute(link, "aria-current", view.open ? "page" : null);
    link.replaceChildren(face(view), name(view), time(view), previewLine(view), ...badge(view));
  }

  #checkEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (!clientHeight || scrollHeight - clientHeight - scrollTop > NEAR_END) return;
    this.#parts.inbox.loadMore()?.catch(() => {}); // scrolling asks again
  }

  #links() {
    return [...this.#list.querySelectorAll("a")];
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const links = this.#links();
    const next = links[links.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

function previewOf(row, me) {
  if (row.last_seq === 0) return "No messages yet";
  const text = row.message || "Message deleted";
  return row.last_user_uuid === me.uuid ? `You: ${text}` : text;
}

function face(view) {
  const shape = avatar(view.face, view.name, view.kind === "group" ? "of-group" : "");
  return h("span", { class: "face" }, shape, ...(view.online ? [h("span", { class: "dot" }), hiddenText("online")] : []));
}

const name = (view) => h("span", { class: "row-name", dir: "auto" }, view.name);

const time = (view) =>
  h("time", { class: "row-time", datetime: view.at, title: fullTime(view.at) }, view.time);

const previewLine = (view) =>
  h("span", { class: `row-preview ${view.mood ?? ""}`.trim(), dir: "auto" }, view.preview);

function badge(view) {
  if (view.unread === 0) return [];
  const shown = view.unread > 99 ? "99+" : String(view.unread);
  return [h("span", { class: "badge" }, shown, hiddenText(" unread"))];
}
