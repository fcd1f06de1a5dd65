// Reads the marks that people write: *bold*, _italic_, ~struck~, `code`, blocks of code, quotes and lists.
// domain/formatting.py has the same grammar, and says why it is so.

import { inLine, join } from "./marks.js";

/** A part of a text. In a line: `bold`, `italic`, `struck` or `code`. Around lines: `text`, `block` (of code), `quote`,
    `bullets` and `numbers` with their `item`s, and `gap`, blank lines beside one of these. `number` is what an item of
    `numbers` begins with, or how many lines a gap has.
    @typedef {{ kind: string; children: Part[]; number: number | null }} Node */
/** @typedef {Node | string} Part */

const MAY_BE_MARKED = /[*_~`]|^(?:>|[-•] |[0-9]{1,3}[.)] )/mu;
const BULLET = /^[-*•] (?=[^ ])/u;
const NUMBER = /^([0-9]{1,3})[.)] (?=[^ ])/u;
const FENCE = "```";
const EMPTY = /^[ \n]*$/u;

/** @param {string} kind
    @param {Part[]} [children]
    @param {number | null} [number]
    @returns {Node} */
const node = (kind, children = [], number = null) => ({ kind, children, number });

/** @param {string} text */
const isEmpty = (text) => EMPTY.test(text);

/** The blocks of a message. A text without marks is one block of kind `text`.
    @param {string} text
    @returns {Node[]} */
export const blocksOf = (text) =>
  MAY_BE_MARKED.test(text) ? blocks(text.split("\n"), false) : [node("text", [text])];

/** What people read in a message: its text without the marks.
    @param {string} text */
export const plainText = (text) =>
  MAY_BE_MARKED.test(text) ? plainBlocks(blocks(text.split("\n"), false)) : text;

/** @param {Part[]} parts
    @returns {string} */
const plainBlocks = (parts) =>
  parts.map((part) => (typeof part === "string" ? part : plainBlock(part))).join("\n");

/** @param {Node} block */
function plainBlock({ kind, children, number }) {
  if (kind === "gap") return "\n".repeat((number || 1) - 1);
  if (["quote", "bullets", "numbers"].includes(kind)) return plainBlocks(children);
  if (kind === "item") return `${number === null ? "-" : `${number}.`} ${plain(children)}`;
  return plain(children);
}

/** @param {Part[]} parts
    @returns {string} */
const plain = (parts) =>
  parts.map((part) => (typeof part === "string" ? part : plain(part.children))).join("");

/** @param {string[]} lines
    @param {boolean} inQuote
    @returns {Node[]} */
function blocks(lines, inQuote) {
  const fences = nextFences(lines);
  /** @type {Node[]} */
  const found = [];
  /** @type {string[]} */
  let text = [];
  for (let at = 0; at < lines.length; ) {
    const block =
      codeBlock(lines, at, fences) ?? (inQuote ? null : quote(lines, at)) ?? list(lines, at);
    if (block) {
      found.push(...between(text), block.block);
      text = [];
    } else text.push(lines[at]);
    at = block?.after ?? at + 1;
  }
  return found.length ? [...found, ...between(text)] : [node("text", inLines(text))];
}

/** For each line, the number of the first line from there on that has a fence.
    @param {string[]} lines
    @returns {(number | null)[]} */
function nextFences(lines) {
  /** @type {(number | null)[]} */
  const found = Array(lines.length + 1).fill(null);
  for (let at = lines.length - 1; at >= 0; at -= 1)
    found[at] = lines[at].includes(FENCE) ? at : found[at + 1];
  return found;
}

/** The text before the first fence, and after it; null if there is none.
    @param {string} line
    @returns {[string, string | null]} */
function cut(line) {
  const at = line.indexOf(FENCE);
  return at < 0 ? [line, null] : [line.slice(0, at), line.slice(at + 3)];
}

/** A block of code that begins with this line. What follows its end becomes a line.
    @param {string[]} lines
    @param {number} at
    @param {(number | null)[]} fences */
function codeBlock(lines, at, fences) {
  if (!lines[at].startsWith(FENCE)) return null;
  const [first, more] = cut(lines[at].slice(3));
  const end = more === null ? fences[at + 1] : at;
  if (end === null || !isEmpty(more ?? "")) return null;
  const [last, rest] = end === at ? ["", more] : cut(lines[end]);
  const inner = [first, ...lines.slice(at + 1, end), ...(end === at ? [] : [last])];
  if (isEmpty(inner[0])) inner.shift();
  if (isEmpty(inner.at(-1) ?? "")) inner.pop();
  const code = inner.join("\n");
  if (isEmpty(code)) return null;
  lines[end] = (rest ?? "").replace(/^ +/u, "");
  return { block: node("block", [code]), after: lines[end] ? end : end + 1 };
}

/** @param {string[]} lines
    @param {number} at */
function quote(lines, at) {
  if (!lines[at].startsWith("> ") || isEmpty(lines[at].slice(2))) return null;
  let after = at;
  while (lines[after]?.startsWith("> ") || lines[after] === ">") after += 1;
  const inner = lines.slice(at, after).map((line) => line.slice(2));
  return { block: node("quote", blocks(inner, true)), after };
}

/** @param {string[]} lines
    @param {number} at */
function list(lines, at) {
  const isBullet = BULLET.test(lines[at]);
  /** @type {Node[]} */
  const items = [];
  for (const begins = isBullet ? BULLET : NUMBER; at + items.length < lines.length; ) {
    const line = lines[at + items.length];
    const found = begins.exec(line);
    if (!found) break;
    const number = isBullet ? null : Number(found[1]);
    items.push(node("item", inLine(line.slice(found[0].length)), number));
  }
  if (!items.length) return null;
  return { block: node(isBullet ? "bullets" : "numbers", items), after: at + items.length };
}

/** The text between two blocks, and the blank lines at its ends.
    @param {string[]} lines */
function between(lines) {
  const first = lines.findIndex((line) => !isEmpty(line));
  if (first < 0) return lines.length ? [node("gap", [], lines.length)] : [];
  const last = lines.findLastIndex((line) => !isEmpty(line)) + 1;
  /** @param {number} count */
  const gap = (count) => (count ? [node("gap", [], count)] : []);
  const text = node("text", inLines(lines.slice(first, last)));
  return [...gap(first), text, ...gap(lines.length - last)];
}

/** @param {string[]} lines */
function inLines(lines) {
  /** @type {Part[]} */
  const parts = [];
  lines.forEach((line, at) => {
    if (at) join(parts, ["\n"]);
    join(parts, inLine(line));
  });
  return parts;
}
