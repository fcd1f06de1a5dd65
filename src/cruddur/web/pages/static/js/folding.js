// Text as a search compares it: without accents, in small letters. domain/folding.py has the same rule.

/** @type {Record<string, string>} */
const PLAIN = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ß: "ss",
  ς: "σ",
};

/** "Inês" → "ines".
    @param {string} text */
export function folded(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[øłđðþæœıßς]/gu, (letter) => PLAIN[letter]);
}

/** @param {string} text */
const wordsOf = (text) => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether each word of the query begins a word of the name.
    @param {string} name
    @param {string} query */
export function hasWords(name, query) {
  const words = wordsOf(name);
  const wanted = folded(query).split(/\s+/u).filter(Boolean);
  return wanted.length > 0 && wanted.every((one) => words.some((word) => word.startsWith(one)));
}
