// What a key for bold and the like makes of a selection: it puts marks around it, or takes them away.

import { isInWord } from "./marks.js";

const FENCE = "```";
const BEFORE_TEXT = /^\s*(?:> ?)?(?:[-*•] |\d{1,3}[.)] )?\s*/u;

/** `from` and `to` say what `text` takes the place of, `start` and `end` what is selected then.
    @typedef {{ from: number; to: number; text: string; start: number; end: number }} Wrapped */

/** @param {string} value
    @param {number} from
    @param {number} to
    @param {string} mark
    @returns {Wrapped} */
export function wrapped(value, from, to, mark) {
  const [start, end] = wholeWords(value, from, to);
  const isBlock = mark === "`" && value.slice(start, end).includes("\n");
  const [before, after] = isBlock ? [`${FENCE}\n`, `\n${FENCE}`] : [mark, mark];
  if (value.slice(0, start).endsWith(before) && value.startsWith(after, end)) {
    const text = value.slice(start, end);
    const place = start - before.length;
    return { from: place, to: end + after.length, text, start: place, end: place + text.length };
  }
  if (start === end || isBlock) return around(value, start, end, [before, after]);
  const text = inEachLine(value.slice(start, end), mark);
  return { from: start, to: end, text, start, end: start + text.length };
}

/** Marks within a word mean nothing, so the selection grows to its ends.
    @param {string} value
    @param {number} from
    @param {number} to */
function wholeWords(value, from, to) {
  const isAtEdge = from === to && !(isInWord(value, from - 1) && isInWord(value, from));
  if (isAtEdge) return [from, to];
  let [start, end] = [from, to];
  while (isInWord(value, start - 1) && isInWord(value, start)) start -= 1;
  while (isInWord(value, end) && isInWord(value, end - 1)) end += 1;
  return [start, end];
}

/** @param {string} value
    @param {number} start
    @param {number} end
    @param {string[]} marks
    @returns {Wrapped} */
function around(value, start, end, [before, after]) {
  const text = value.slice(start, end);
  const place = start + before.length;
  return {
    from: start,
    to: end,
    text: before + text + after,
    start: place,
    end: place + text.length,
  };
}

/** No mark reaches beyond its line, so each line gets its own. If all have them, they are taken away.
    @param {string} text
    @param {string} mark */
function inEachLine(text, mark) {
  const lines = text.split("\n").map((line) => {
    const before = BEFORE_TEXT.exec(line)?.[0] ?? "";
    const inner = line.slice(before.length).trimEnd();
    return { before, inner, after: line.slice(before.length + inner.length) };
  });
  /** @param {string} inner */
  const isMarked = (inner) => inner.length > 2 && inner.startsWith(mark) && inner.endsWith(mark);
  const areMarked = lines.every(({ inner }) => inner === "" || isMarked(inner));
  return lines
    .map(({ before, inner, after }) => {
      const other = areMarked ? inner.slice(1, -1) : mark + inner + mark;
      return before + (inner && other) + after;
    })
    .join("\n");
}
