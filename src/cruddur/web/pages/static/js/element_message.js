// One message of <cruddur-conversation>: stored, on its way, or an event.

import { h, setAttribute } from "./dom.js";
import { formatted } from "./formatted.js";
import { addingTo, reactionsOf } from "./element_reactions.js";
import { face, unseen } from "./element_root.js";
import { preview } from "./preview.js";
import { clock, dayLabel, fullTime } from "./time.js";

/** @typedef {Client.Conversation} Talk */

/** What the element does with a press.
    @typedef {object} Acting
    @property {(seq: number | null) => void} choose opens the choice of reactions to a message
    @property {(seq: number, emoji: string, wanted: boolean) => void} react
    @property {(seq: number, near: HTMLElement) => void} more opens the menu of a message
    @property {(seq: number) => void} jump leads to a message */

/** @typedef {object} Whose
    @property {string} me
    @property {boolean} isGroup
    @property {boolean} hasMenu whether anything can be done with the message
    @property {number | null} open the message whose choice of reactions is open */

/** @param {Page.ListRow} row
    @param {Talk} talk
    @param {Whose} whose
    @param {Acting} acting */
export function itemOf(row, talk, { me, isGroup, hasMenu, open }, acting) {
  if (row.kind === "day") return h("li", { class: "day", part: "day" }, dayLabel(row.at));
  if (row.kind === "new") return h("li", { class: "day new", part: "day new" }, "New messages");
  const { item } = row;
  if (item.kind === "event") return eventOf(item);
  const isOwn = item.user_uuid === me;
  const isNamed = isGroup && row.first && !isOwn;
  const bubble = h(
    "li",
    { class: "message", part: isOwn ? "message own" : "message", "data-state": item.state },
    isNamed
      ? h("p", { class: "by" }, face(item.user_uuid ?? "", item.display_name), nameOf(item))
      : unseen(`${isOwn ? "You" : item.display_name}: `),
    quoteOf(item, talk, acting),
    textOf(item),
    footOf(item, [hasMenu ? moreOf(item, acting) : null, addingTo(item, open, acting)]),
    reactionsOf(item, open, acting),
    ...(item.state === "failed" ? ways(item, talk) : []),
  );
  setAttribute(bubble, "data-seq", item.seq);
  setAttribute(bubble, "data-menu", hasMenu);
  bubble.classList.toggle("own", isOwn);
  bubble.classList.toggle("first", row.first);
  return bubble;
}

/** @param {{ display_name: string }} person */
const nameOf = ({ display_name: name }) => h("bdi", { class: "author", part: "author" }, name);

/** @param {Page.Item} item */
function textOf({ deleted_at: deleted, message }) {
  if (deleted) return h("p", { class: "text gone" }, "Message deleted");
  const text = h("div", { class: "text", part: "text-of-message", dir: "auto" });
  text.append(...formatted(message));
  return text;
}

/** @param {Page.Item} item */
function eventOf({ seq, created_at: at, message }) {
  const line = h(
    "li",
    { class: "event", part: "event", dir: "auto", title: fullTime(at) },
    message,
  );
  setAttribute(line, "data-seq", seq);
  return line;
}

/** What it answers. A press leads there.
    @param {Page.Item} item
    @param {Talk} talk
    @param {Acting} acting */
function quoteOf({ quote, deleted_at: deleted }, talk, { jump }) {
  if (!quote || deleted) return null;
  const { seq } = quote;
  const answered = talk.quoted(seq);
  const button = h("button", {
    type: "button",
    class: "quote",
    part: "quote",
    "data-key": "quote",
  });
  button.disabled = !answered;
  button.addEventListener("click", () => jump(seq));
  button.append(unseen("Answers "), ...quotedIn(answered));
  return button;
}

/** @param {Api.Message | null | undefined} answered */
function quotedIn(answered) {
  if (answered === undefined) return ["…"];
  if (answered === null) return ["A message that you cannot see"];
  const text = answered.deleted_at ? "Message deleted" : preview(answered.message);
  return [nameOf(answered), " ", h("span", { dir: "auto" }, text)];
}

/** @param {Page.Item} item
    @param {Acting} acting */
function moreOf({ seq }, { more }) {
  const attributes = { type: "button", class: "chip add more", "data-key": "more" };
  const button = h("button", { ...attributes, "aria-label": "More", "aria-haspopup": "menu" }, "⋯");
  button.addEventListener("click", () => seq !== null && more(seq, button));
  return button;
}

/** @param {Page.Item} item
    @param {(Element | null)[]} buttons */
function footOf(
  { created_at: at, edited_at: edited, deleted_at: deleted, state, trouble },
  buttons,
) {
  const time = h("time", { datetime: at, title: fullTime(at) }, clock(at));
  const notes = [edited && !deleted && "edited", state === "sending" && "sending", trouble];
  const said = notes.filter(Boolean).join(", ");
  const both = h("span", { class: "tools" }, ...buttons);
  return h("p", { class: "foot" }, both, time, said ? ` · ${said}` : null);
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
