// Reads the marks within one line: *bold*, _italic_, ~struck~ and `code`. No mark reaches beyond its line.

/** @import { Part } from "./formatting.js" */

export const BLANK = String.raw`\t\n \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const BETWEEN_WORDS = [
  String.raw`\0-\/:-@\[-\x60\{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u037e\u0387\u055a-\u055f\u0589`,
  String.raw`\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965`,
  String.raw`\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1360-\u1368\u1680\u1780-\u17ff\u2000-\u206f\u20a0-\u20cf`,
  String.raw`\u20e3\u2100-\u214f\u2190-\u2bff\u2e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe00-\ufe1f`,
  String.raw`\ufe30-\ufe6f\uff00-\uffef\u{1b000}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3ffff}`,
  String.raw`\u{e0000}-\u{e0fff}`,
].join("");
const AFTER_NO_WORD = `(?<![^${BETWEEN_WORDS}])`;
const BEFORE_NO_WORD = `(?![^${BETWEEN_WORDS}])`;

// The end of an address that may belong to the sentence around it.
const AFTER_ADDRESS = String.raw`.,;:!?'*_~\(\)\[\]\{\}`;
// A mark between two equal signs belongs to a face, such as ^_^, or is quoted.
const FACE = String.raw`(?<=([\^\-=.;:'"~*_]))[*_~]\1|(?<=>)_<`;
const TOKEN = new RegExp(
  [
    String.raw`(?!${FACE})((?<!\*)\*(?!\*)|(?<!_)_(?!_)|(?<!~)~(?!~))`,
    "((?<!`)(?:```|`)(?!`))",
    String.raw`\*\*+|__+|~~+`,
    "``+",
    String.raw`(?:(?<![A-Za-z0-9])[Hh][Tt][Tt][Pp][Ss]?:\/\/|(?<![A-Za-z0-9@\/.\-])[Ww]{3}\.)` +
      `[^${BLANK}<>"\`]*[^${BLANK}<>"\`${AFTER_ADDRESS}]`,
    String.raw`(?<![A-Za-z0-9_])@[A-Za-z0-9](?:[A-Za-z0-9._\-]*[A-Za-z0-9])?`,
  ].join("|"),
  "gu",
);
const OPENS = new RegExp(`${AFTER_NO_WORD}[*_~](?=[^${BLANK}])`, "uy");
const OPENS_CODE = new RegExp(`${AFTER_NO_WORD}\``, "uy");
const CLOSES = new RegExp(`(?<=[^${BLANK}])[*_~]${BEFORE_NO_WORD}`, "uy");
/** @type {Record<string, RegExp>} */
const CODE_ENDS = {
  "`": new RegExp(`(?<!\`)\`(?!\`)${BEFORE_NO_WORD}`, "gu"),
  "```": new RegExp(`(?<!\`)\`\`\`(?!\`)${BEFORE_NO_WORD}`, "gu"),
};
const SOMETHING = new RegExp(`[^*_~\`${BLANK}]`, "gu");
/** @type {Record<string, string>} */
const KINDS = { "*": "bold", _: "italic", "~": "struck" };

/** Finds a pattern in the text, from this position on or, if it is sticky, there.
    @param {RegExp} pattern
    @param {string} text
    @param {number} at */
function find(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const MARK = /[*_~`]/u;
const WORD = new RegExp(`[^${BETWEEN_WORDS}]`, "u");

/** Whether the character at this position belongs to a word.
    @param {string} text
    @param {number} at */
export function isInWord(text, at) {
  const start = /[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at; // the second half of a character
  return WORD.test(String.fromCodePoint(...[text.codePointAt(start) ?? []].flat()));
}

/** @param {string} line
    @returns {Part[]} */
export const inLine = (line) => (MARK.test(line) ? new Line(line).parts : [line]);

class Line {
  /** @type {Part[]} */
  parts = [];
  #text;
  #from = 0;
  /** @type {Map<string, { at: number; place: number }>} Where each mark that is open stands. */
  #open = new Map();
  /** @type {Set<string>} */
  #endless = new Set();
  #something = { from: 0, at: -1 };

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
    for (let found = find(TOKEN, text, 0); found; ) {
      let at = found.index + found[0].length;
      if (found[2]) this.#mark(found[2], found.index);
      else if (found[3]) at = this.#code(found[3], found.index);
      found = find(TOKEN, text, at);
    }
    this.#take(text.length);
    const { parts } = this;
    this.parts = [];
    join(this.parts, parts);
  }

  /** @param {number} end */
  #take(end) {
    if (end > this.#from) this.parts.push(this.#text.slice(this.#from, end));
    this.#from = end;
  }

  /** @param {string} mark
      @param {number} at */
  #mark(mark, at) {
    const began = this.#open.get(mark);
    if (began && find(CLOSES, this.#text, at) && this.#hasText(began.at + 1, at)) {
      this.#take(at);
      this.#close(mark, began.place);
      this.#from = at + 1;
    } else if (find(OPENS, this.#text, at)) {
      this.#take(at);
      this.#open.set(mark, { at, place: this.parts.length });
      this.#take(at + 1);
    }
  }

  /** Whether there is more than marks, so that a face like *_* stays one.
      @param {number} start
      @param {number} end */
  #hasText(start, end) {
    const { from, at } = this.#something;
    if (start < from || start > at) {
      const place = find(SOMETHING, this.#text, start)?.index ?? this.#text.length;
      this.#something = { from: start, at: place };
    }
    return this.#something.at < end;
  }

  /** @param {string} mark
      @param {number} place */
  #close(mark, place) {
    /** @type {Part[]} */
    const inner = [];
    join(inner, this.parts.splice(place).slice(1));
    this.parts.push({ kind: KINDS[mark], children: inner, number: null });
    for (const [one, began] of this.#open) if (began.place >= place) this.#open.delete(one);
  }

  /** @param {string} mark
      @param {number} at */
  #code(mark, at) {
    const start = at + mark.length;
    if (this.#endless.has(mark) || !find(OPENS_CODE, this.#text, at)) return start;
    const found = find(CODE_ENDS[mark], this.#text, start);
    if (!found) this.#endless.add(mark);
    const code = found ? this.#text.slice(start, found.index) : "";
    if (!found || /^ *$/u.test(code)) return start;
    this.#take(at);
    this.parts.push({ kind: "code", children: [code], number: null });
    this.#from = found.index + mark.length;
    return this.#from;
  }
}

/** Adds parts, and joins texts that are neighbours.
    @param {Part[]} parts
    @param {Part[]} more */
export function join(parts, more) {
  for (const part of more) {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
}
