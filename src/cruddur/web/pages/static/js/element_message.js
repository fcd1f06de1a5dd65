// One message of <cruddur-conversation>: stored, on its way, or an event.

import { h, setAttribute } from "./dom.js";
import { formatted } from "./formatted.js";
import { addingTo, reactionsOf } from "./element_reactions.js";
import { face, unseen } from "./element_root.js";
import { preview } from "./preview.js";
import { clock, dayLabel, fullTime } from "./time.js";

/** @typedef {Client.Conversation} Talk */

/** @param {Page.ListRow} row
    @param {Talk} talk
    @param {{ me: string; isGroup: boolean }} whose
    @param {import("./element_reactions.js").Reacting} reacting */
export function itemOf(row, talk, { me, isGroup }, reacting) {
  if (row.kind === "day") return h("li", { class: "day", part: "day" }, dayLabel(row.at));
  if (row.kind === "new") return h("li", { class: "day", part: "day" }, "New messages");
  const { item } = row;
  if (item.kind === "event") return h("li", { class: "event", part: "event" }, item.message);
  const isOwn = item.user_uuid === me;
  const isNamed = isGroup && row.first && !isOwn;
  const bubble = h(
    "li",
    { class: "message", part: isOwn ? "message own" : "message", "data-state": item.state },
    isNamed
      ? h("p", { class: "by" }, face(item.user_uuid ?? "", item.display_name), nameOf(item))
      : unseen(`${isOwn ? "You" : item.display_name}: `),
    quoteOf(item, talk),
    textOf(item),
    footOf(item, addingTo(item, reacting)),
    reactionsOf(item, reacting),
    ...(item.state === "failed" ? ways(item, talk) : []),
  );
  setAttribute(bubble, "data-seq", item.seq);
  bubble.classList.toggle("own", isOwn);
  bubble.classList.toggle("first", row.first);
  return bubble;
}

/** @param {Page.Item} item */
const nameOf = ({ display_name: name }) => h("bdi", { class: "author", part: "author" }, name);

/** @param {Page.Item} item */
function textOf({ deleted_at: deleted, message }) {
  if (deleted) return h("p", { class: "text gone" }, "Message deleted");
  const text = h("div", { class: "text", part: "text-of-message", dir: "auto" });
  text.append(...formatted(message));
  return text;
}

/** What it answers.
    @param {Page.Item} item
    @param {Talk} talk */
function quoteOf(item, talk) {
  const { quote } = item;
  if (!quote) return null;
  const answered = talk.quoted(quote.seq);
  if (answered === undefined) return h("p", { class: "quote" }, "…");
  if (answered === null || answered.deleted_at)
    return h(
      "p",
      { class: "quote" },
      answered ? "Message deleted" : "A message that you cannot see",
    );
  const who = h("bdi", { class: "author" }, answered.display_name);
  return h("p", { class: "quote", dir: "auto" }, who, " ", preview(answered.message));
}

/** @param {Page.Item} item
    @param {Element | null} adding */
function footOf(
  { created_at: at, edited_at: edited, deleted_at: deleted, state, trouble },
  adding,
) {
  const time = h("time", { datetime: at, title: fullTime(at) }, clock(at));
  const notes = [edited && !deleted && "edited", state === "sending" && "sending", trouble];
  const said = notes.filter(Boolean).join(", ");
  return h("p", { class: "foot" }, adding, time, said ? ` · ${said}` : null);
}

/** @param {Page.Item} item
    @param {Talk} talk */
function ways({ uuid }, talk) {
  /** @param {string} label
      @param {() => Promise<void>} act */
  const way = (label, act) => {
    const button = h("button", { type: "button", class: "text-button" }, label);
    button.addEventListener("click", () => act().catch(() => {}));
    return button;
  };
  return [way("Try again", () => talk.retry(uuid)), way("Discard", () => talk.discard(uuid))];
}
