// A message's text as elements: what its marks say, and addresses as links. Nothing is parsed as HTML.
// pages/formatted.py makes the same for the first paint, without the links.

import { outside } from "./base_path.js";
import { h } from "./dom.js";
import { blocksOf } from "./formatting.js";
import { piecesOf } from "./mentions.js";
import { linked } from "./text.js";

/** @import { Node as Part } from "./formatting.js" */

/** @type {Record<string, "strong" | "em" | "s">} */
const TAGS = { bold: "strong", italic: "em", struck: "s" };
/** @type {Record<string, "blockquote" | "ul" | "ol">} */
const AROUND = { quote: "blockquote", bullets: "ul", numbers: "ol" };

/** @import { Mentioned } from "./mentions.js" */

/** @typedef {{ people: Map<string, Mentioned>; me: string }} Whom the people whom a text mentions, and its reader */

/** @param {string} text
    @param {Whom} [whom] */
export const formatted = (text, whom = { people: new Map(), me: "" }) =>
  inBlocks(blocksOf(text), whom);

/** @param {(Part | string)[]} blocks
    @param {Whom} whom
    @returns {(Node | string)[]} */
function inBlocks(blocks, whom) {
  const [first] = blocks;
  if (blocks.length === 1 && typeof first !== "string" && first.kind === "text")
    return inLine(first.children, whom);
  return blocks.flatMap((one) =>
    typeof one === "string" || one.kind === "gap" ? [] : block(one, whom),
  );
}

/** Each block has the direction of its own text. Code reads from left to right.
    @param {Part} part
    @param {Whom} whom
    @returns {Node} */
function block({ kind, children, number }, whom) {
  if (kind === "text") return h("p", { dir: "auto" }, ...inLine(children, whom));
  if (kind === "block") return h("pre", { dir: "ltr" }, h("code", {}, ...children.map(String)));
  if (kind === "item") return h("li", { value: number }, ...inLine(children, whom));
  return h(AROUND[kind], { dir: "auto" }, ...inBlocks(children, whom));
}

/** @param {(Part | string)[]} parts
    @param {Whom} whom
    @returns {(Node | string)[]} */
const inLine = (parts, whom) =>
  parts.flatMap((part) => (typeof part === "string" ? plain(part, whom) : marked(part, whom)));

/** @param {Part} part
    @param {Whom} whom
    @returns {Node} */
const marked = ({ kind, children }, whom) =>
  kind === "code"
    ? h("code", {}, ...children.map(String))
    : h(TAGS[kind], {}, ...inLine(children, whom));

/** @param {string} text
    @param {Whom} whom
    @returns {(Node | string)[]} */
const plain = (text, { people, me }) =>
  piecesOf(text, people).flatMap((piece) =>
    piece.person ? mention(piece.person, me) : linked(piece.text),
  );

/** @param {Mentioned} person
    @param {string} me
    @returns {(Node | string)[]} */
const mention = ({ uuid, shown }, me) => [
  h(
    "a",
    {
      class: uuid === me ? "mention of-me" : "mention",
      href: outside(`/@${shown}`),
      "data-link": true,
      dir: "ltr",
    },
    `@${shown}`,
  ),
];
