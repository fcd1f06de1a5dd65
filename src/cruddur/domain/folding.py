"""Text as a search compares it: without accents, in small letters, word by word."""

import re
import unicodedata
from collections.abc import Sequence

WORD_MIN_CHARS = 2
WORDS_MAX = 5
"""The number of words of a name that a search finds. Each of them is an item of the table."""

# Letters that Unicode does not decompose into a base letter and a mark. The page has the same list.
_PLAIN = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Returns the text in small letters and without accents: `Inês` becomes `ines`."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    plain = (char for char in taken_apart if not unicodedata.category(char).startswith("M"))
    return "".join(plain).casefold().translate(_PLAIN)


def words_of(text: str) -> Sequence[str]:
    """Returns the distinct folded words of at least two characters, in the order of the text."""
    found = (word for word in _WORD.findall(folded(text)) if len(word) >= WORD_MIN_CHARS)
    return list(dict.fromkeys(found))


def has_words(name: str, wanted: Sequence[str]) -> bool:
    """Whether each of the folded words in `wanted` is the beginning of a word of the name."""
    words = _WORD.findall(folded(name))
    return all(any(word.startswith(one) for word in words) for one in wanted)
