// A message's text as elements: what its marks say, and addresses as links. Nothing is parsed as HTML.
// pages/formatted.py makes the same for the first paint, without the links.

import { h } from "./dom.js";
import { blocksOf } from "./formatting.js";
import { linked } from "./text.js";

/** @import { Node as Part } from "./formatting.js" */

/** @type {Record<string, "strong" | "em" | "s">} */
const TAGS = { bold: "strong", italic: "em", struck: "s" };
/** @type {Record<string, "blockquote" | "ul" | "ol">} */
const AROUND = { quote: "blockquote", bullets: "ul", numbers: "ol" };

/** @param {string} text */
export const formatted = (text) => inBlocks(blocksOf(text));

/** @param {(Part | string)[]} blocks
    @returns {(Node | string)[]} */
function inBlocks(blocks) {
  const [first] = blocks;
  if (blocks.length === 1 && typeof first !== "string" && first.kind === "text")
    return inLine(first.children);
  return blocks.flatMap((one) => (typeof one === "string" || one.kind === "gap" ? [] : block(one)));
}

/** Each block has the direction of its own text. Code reads from left to right.
    @param {Part} part
    @returns {Node} */
function block({ kind, children, number }) {
  if (kind === "text") return h("p", { dir: "auto" }, ...inLine(children));
  if (kind === "block") return h("pre", { dir: "ltr" }, h("code", {}, ...children.map(String)));
  if (kind === "item") return h("li", { value: number }, ...inLine(children));
  return h(AROUND[kind], { dir: "auto" }, ...inBlocks(children));
}

/** @param {(Part | string)[]} parts
    @returns {(Node | string)[]} */
const inLine = (parts) => parts.flatMap(inLineOne);

/** @param {Part | string} part
    @returns {(Node | string)[]} */
const inLineOne = (part) => (typeof part === "string" ? linked(part) : [marked(part)]);

/** @param {Part} part
    @returns {Node} */
const marked = ({ kind, children }) =>
  kind === "code" ? h("code", {}, ...children.map(String)) : h(TAGS[kind], {}, ...inLine(children));
