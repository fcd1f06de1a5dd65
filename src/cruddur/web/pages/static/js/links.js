// Where links begin and end in a text. Decided by Unicode's properties of the characters around them.

const WEB = /(?<![A-Za-z0-9_])[Hh][Tt][Tt][Pp][Ss]?:\/\/|(?<![\w@/.-])[Ww]{3}\.(?=[\p{L}\p{N}])/u;
const LABEL = /[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?/u;
const MAIL = new RegExp(
  String.raw`(?<![\w.+/:@-])[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(?<![.])@(?:${LABEL.source}\.)+[A-Za-z]{2,24}(?![\w@-])`,
  "u",
);
const START = new RegExp(`(${WEB.source})|${MAIL.source}`, "gu");

// What is no part of an address: white space, what nobody can see, and quotes …
const NEVER = /[\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Pi}\p{Pf}<>"\\^`|]/u;
// … and where no letter is ASCII, also brackets, and what ends a sentence, or anything in between.
const FOREIGN =
  /(?![\0-\x7f])[\p{Ps}\p{Pe}\p{Terminal_Punctuation}]|(?=[\p{P}\p{S}])[\u3000-\u303f\u30fb\ufe30-\ufe4f\uff01-\uff65]/u;
/** @type {Record<string, string>} */
const BRACKETS = { "(": ")", "[": "]", "{": "}" };
const CLOSING = Object.values(BRACKETS);
// The end of a sentence is no part of an address either, though its middle may hold the same.
const TAIL = /[.,;:!?'*_~([{]|(?![\0-\x7f])\p{P}/u;

/** The parts of a text, in order: {text, href}, where `href` is null for what is no link.
    @param {string} text */
export function partsOf(text) {
  /** @type {{ text: string; href: string | null }[]} */
  const parts = [];
  let from = 0;
  START.lastIndex = 0;
  for (let match = START.exec(text); match; match = START.exec(text)) {
    const address = match[1] ? webAddress(text.slice(match.index)) : match[0];
    const href = match[1] ? hrefOf(address) : `mailto:${address}`;
    START.lastIndex = match.index + address.length;
    if (href === null) continue;
    parts.push({ text: text.slice(from, match.index), href: null }, { text: address, href });
    from = START.lastIndex;
  }
  parts.push({ text: text.slice(from), href: null });
  return parts.filter((part) => part.text !== "");
}

/** The address that a text begins with: "https://a.org/x_(y))." → "https://a.org/x_(y)".
    @param {string} text */
function webAddress(text) {
  /** @type {string[]} */
  const open = [];
  let end = 0;
  for (const char of text) {
    if (NEVER.test(char) || FOREIGN.test(char)) break;
    if (char in BRACKETS) open.push(BRACKETS[char]);
    else if (CLOSING.includes(char) && open.pop() !== char) break;
    end += char.length;
  }
  const chars = [...text.slice(0, end)];
  while (chars.length > 0 && TAIL.test(chars.at(-1) ?? "")) chars.pop();
  return chars.join("");
}

/** Null for what is no address after all, and for "https://a.org@evil.example", which is none of a.org's.
    @param {string} address */
function hrefOf(address) {
  const isBare = /^www/iu.test(address);
  const href = isBare ? `https://${address}` : address;
  if (!URL.canParse(href)) return null;
  const { hostname } = new URL(href);
  if (/^https?:\/\/[^/?#]*@/iu.test(href)) return null;
  return isBare && hostname.split(".").filter(Boolean).length < 3 ? null : href;
}
