// Where links begin and end: a table of texts, in which ⟦ and ⟧ stand around what is to be a link.

import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../src/cruddur/web/pages/static/js/links.js";

const TABLE = {
  "the end of a sentence": [
    "See ⟦https://a.example/x⟧.",
    "⟦https://a.example/x⟧?!",
    "⟦https://a.example/x⟧…",
  ],
  "a list": ["⟦https://a.example/x⟧, ⟦https://b.example/y⟧; ⟦HTTP://C.example⟧"],
  "the middle of a sentence stays": ["⟦https://a.example/a.b,c;d:e!f?g'h*i_j~k=l&m=%20#n⟧"],
  "brackets around it": [
    "(⟦https://a.example/x⟧)",
    "[⟦https://a.example/x⟧]",
    "{⟦https://a.example/x⟧}",
  ],
  "brackets in it": [
    "⟦https://en.wikipedia.org/wiki/Rust_(fungus)⟧",
    "(⟦https://a.example/x_(y_(z))⟧).",
  ],
  "brackets that cross": [
    "⟦https://a.example/x⟧(",
    "⟦https://a.example/(x⟧].",
    "⟦http://[::1]:8080/x⟧",
  ],
  "quotes that close": [
    "“⟦https://a.example/x⟧”",
    "‘⟦https://a.example/x⟧’s",
    "«⟦https://a.example/x⟧»",
    '"⟦https://a.example/x⟧"',
  ],
  "quotes of other languages": [
    "„⟦https://a.example/x⟧“",
    "‹⟦https://a.example/x⟧›",
    "'⟦https://a.example/x⟧'",
  ],
  "brackets of East Asia": [
    "「⟦https://a.example/x⟧」",
    "『⟦https://a.example/x⟧』です",
    "（⟦https://a.example/x⟧）",
    "【⟦https://a.example/x⟧】",
  ],
  "points of East Asia": [
    "⟦https://a.example/x⟧。",
    "⟦https://a.example/x⟧、⟦https://b.example/y⟧！",
    "⟦https://a.example/x⟧・⟦https://b.example⟧",
    "⟦https://a.example/x⟧～",
  ],
  "points of other scripts": [
    "⟦https://a.example/x⟧،",
    "⟦https://a.example/x⟧؟",
    "⟦https://a.example/x⟧।",
    "⟦https://a.example/x⟧—",
  ],
  "letters of other scripts": [
    "⟦https://ja.wikipedia.org/wiki/東京⟧。",
    "⟦https://bücher.example/straße⟧",
    "⟦https://he.wikipedia.org/wiki/עברית⟧",
  ],
  "before it": ["見て⟦https://a.example/x⟧", "→⟦https://a.example/x⟧", "xhttps://a.example/x"],
  "what nobody can see": [
    "⟦https://a.example/x⟧\u202emoc.elgoog",
    "⟦https://a.example/x⟧\u200b",
    "⟦https://a.example/x⟧\u3164y",
    "⟦https://a.example/x⟧\u2069",
  ],
  "white space": [
    "⟦https://a.example/x⟧\u3000y",
    "⟦https://a.example/x⟧\u00a0y",
    "⟦https://a.example/x⟧\ny",
  ],
  "marks of Markdown": [
    "*⟦https://a.example/x⟧*",
    "<⟦https://a.example/x⟧>",
    "`⟦https://a.example/x⟧`",
    "[x](⟦https://a.example/x⟧)",
  ],
  "www.": ["⟦www.example.org⟧", "⟦www.example.org/x⟧.", "WWW.", "www.x", "mywww.example.org"],
  "e-mail": [
    "⟦maya@example.org⟧",
    "⟦a@www.example.org⟧/x",
    "(⟦maya.l+x@mail.example.org⟧).",
    "write to ⟦a@b.example⟧, please",
    "メールは⟦a@b.example⟧です",
  ],
  "no e-mail": [
    "@maya",
    "maya@",
    "maya@lake",
    "@@maya@example.org",
    "maya@example.org@evil.example",
    "maya@-example.org",
  ],
  "another's name in front": [
    "https://a.example@evil.example/",
    "https://a.example:b@evil.example/",
    "https://@evil.example",
  ],
  "a backslash": ["⟦https://evil.example/⟧\\@google.com"],
  "no address": [
    "https://",
    "http://?",
    "https://.",
    "ftp://a.example",
    "javascript:alert(1)",
    "a.example",
  ],
};

const HREFS = {
  "www.example.org/x": "https://www.example.org/x",
  "a@b.example": "mailto:a@b.example",
  "HTTP://C.example/": "HTTP://C.example/",
};

const marked = (text) =>
  partsOf(text)
    .map(({ text: part, href }) => (href === null ? part : `⟦${part}⟧`))
    .join("");

for (const [kind, texts] of Object.entries(TABLE)) {
  for (const text of texts) {
    test(`${kind}: ${JSON.stringify(text)}`, () => {
      // A link in the table that lacks its slash, say, is wrong here too.
      const bare = text.replaceAll(/[⟦⟧]/gu, "");
      assert.equal(marked(bare), text);
      assert.equal(
        partsOf(bare)
          .map((part) => part.text)
          .join(""),
        bare,
      );
    });
  }
}

test("a link leads to what it shows", () => {
  for (const [shown, href] of Object.entries(HREFS))
    assert.deepEqual(partsOf(shown), [{ text: shown, href }]);
});

test("a text that is all beginnings takes no longer than it is long", () => {
  for (const piece of ["https://", "www.a", "a@", "a.", "((((", "a@b."]) {
    const text = piece.repeat(20_000 / piece.length);
    assert.equal(
      partsOf(text)
        .map((part) => part.text)
        .join(""),
      text,
    );
  }
});
