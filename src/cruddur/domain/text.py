"""What a text may contain, decided by the Unicode properties of its characters (UAX 44).

Texts are stored in composed form (NFC), so that texts that look the same are equal; letters with more
than 128 marks stay as they are. Invisible characters are removed, unless they change how their
neighbours look, as between emoji, Indic or Arabic letters.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

# The property Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, 14.0 to 16.0, which
# Python's `unicodedata` does not have; and U+FFF9 to U+FFFB, annotations, which only look like letters.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
# Letters and symbols whose glyph is empty: blanks of Braille, of music and of hieroglyphs.
_BLANK = "\u2800\U0001d159\U00013441\U00013442"

_IGNORABLE = re.compile(f"[{IGNORABLE}]")
# A flag of a part of a country: a black flag, and its code in tags (Unicode Technical Standard 51, C.1).
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}\U000e007f"
_IGNORABLE_OR_FLAG = re.compile(f"({_FLAG}|[{IGNORABLE}])")
_UNTIDY = re.compile(f"[\r\u2028\u2029{IGNORABLE}]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
# White space without \x1c to \x1f, which Python includes: those are rejected like other controls.
_SPACE = re.compile(r"[^\S\x1c-\x1f]+")

_ZWNJ, _ZWJ, _MONGOLIAN_VOWEL_SEPARATOR, _GRAPHEME_JOINER = "\u200c\u200d\u180e\u034f"
_JOINERS = {_ZWNJ, _ZWJ, _MONGOLIAN_VOWEL_SEPARATOR}
_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ROUNDS_MAX = 8
_PILE_MAX = 128
_CONTEXT_CHARS = 8  # more than the marks of one letter
_VIRAMA = 9  # the canonical combining class of the sign that joins two Indic consonants

_DIRECTED = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_MARKS = {"\u200e", "\u200f", "\u061c"}
_EMBEDDINGS, _ISOLATES = {"\u202a", "\u202b"}, {"\u2066", "\u2067", "\u2068"}
_OVERRIDES = {"\u202d", "\u202e"}
_OPENERS = _EMBEDDINGS | _ISOLATES | _OVERRIDES
_END_OF_EMBEDDING, _END_OF_ISOLATE = "\u202c", "\u2069"


def in_one_line(text: str) -> str:
    """Returns a name or a title in the form that is stored.

    Each run of white space becomes one blank, and the ends have none.
    """
    if not text.isascii():
        text = _repeated(_without_ignorable, _composed(text))
    return _SPACE.sub(" ", text).strip(" ")


def in_lines(text: str) -> str:
    """Returns a message in the form that is stored, with LF as line end.

    Characters that set a text direction stay if their effect ends in the same line. Those that force
    a direction on letters (overrides) are removed, since they can disguise a text.
    """
    if text.isascii():
        return _LINE_END.sub("\n", text) if "\r" in text else text
    text = _composed(text)
    if not _UNTIDY.search(text):
        return text
    lines = _LINE_END.sub("\n", text).split("\n")
    return "\n".join(
        _repeated(lambda line: _without_ignorable(line, _paired(line)), line) for line in lines
    )


def is_visible(text: str) -> bool:
    """Whether the text has a visible character: a letter, a digit or a symbol, not only marks."""
    return any(map(_is_visible, text))


def looks(name: str) -> str:
    """Returns a form that is equal for names that readers could confuse.

    static/js/names.js has the same rule.
    """
    folded = unicodedata.normalize("NFKC", name).upper().lower()
    plain = unicodedata.normalize("NFKD", folded)
    letters = "".join(c for c in plain if unicodedata.category(c)[0] in "LNS" and _is_visible(c))
    return letters.translate(_LIKE).replace("rn", "m").replace("vv", "w")


def alike(people: Iterable[tuple[str, str]]) -> set[str]:
    """Returns the uuids of users whose name could be confused with another's.

    `people` are pairs of uuid and name.
    """
    by_look: dict[str, set[str]] = {}
    for uuid, name in set(people):
        by_look.setdefault(looks(name), set()).add(uuid)
    return {uuid for uuids in by_look.values() if len(uuids) > 1 for uuid in uuids}


# Small Cyrillic and Greek letters, and digits, that look like a Latin letter, as small letters or as
# capitals (Unicode Technical Standard 39, 4).
_LIKE = str.maketrans(
    "авеіјкӏмнорсԛѕтухһԁԝьαβεηικμνορςστυχ0i1|",  # noqa: RUF001
    "abeljklmhopcqstyxhdwbabenlkmvopcotuxolll",
)


def _repeated(step: Callable[[str], str], text: str) -> str:
    # Removing characters makes others neighbours, so the step is repeated. Real texts need two rounds;
    # the limit keeps a text made up by an attacker from blocking the process.
    for _ in range(_ROUNDS_MAX):
        before, text = text, _composed(step(text))
        if text == before:
            break
    return text


def _composed(text: str) -> str:
    # Normalizing sorts the marks of one letter in quadratic time: 3,000 marks take 50 ms.
    if len(text) > _PILE_MAX and _has_pile(text):
        return text
    return unicodedata.normalize("NFC", text)


def _has_pile(text: str) -> bool:
    if not any(map(unicodedata.combining, text)):
        return False
    runs = groupby(map(bool, map(unicodedata.combining, text)))
    return any(is_mark and sum(1 for _ in run) > _PILE_MAX for is_mark, run in runs)


def _is_visible(char: str) -> bool:
    category = unicodedata.category(char)
    # Unassigned characters (Cn) may be emoji of a later Unicode than Python's.
    is_seen = category[0] in "LNPS" or category in {"Co", "Cn"}
    return is_seen and char not in _BLANK and not _IGNORABLE.match(char)


def _without_ignorable(text: str, kept_too: Sequence[bool] = ()) -> str:
    parts = _IGNORABLE_OR_FLAG.split(text)
    kept, at = parts[0], len(parts[0])
    for part, between in zip(parts[1::2], parts[2::2], strict=True):
        is_wanted = len(part) > 1 or kept_too[at : at + 1] == [True]
        if is_wanted or _joins(kept[-_CONTEXT_CHARS:], part, between[:1]):
            kept += part
        kept += between
        at += len(part) + len(between)
    return kept


def _joins(before: str, char: str, following: str) -> bool:
    """Whether this character changes how its neighbours look."""
    if _SELECTORS.match(char):
        return _has_variants(before[-1:], char)
    if char in _JOINERS:
        return _joins_emoji(before, char, following) or _joins_letters(before, char, following)
    return char == _GRAPHEME_JOINER and _is_mark(before[-1:]) and _is_mark(following)


def _has_variants(before: str, selector: str) -> bool:
    category = _category(before)
    if selector > "\U000e0000":  # of ideographs
        return category == "Lo"
    is_sign = category[:1] in {"S", "N"} or category in {"Po", "Pd", "Lo", "Cn"}
    return is_sign or before == "\u2139"  # U+2139 is a letter to Unicode, but also an emoji


def _joins_emoji(before: str, char: str, following: str) -> bool:
    sign = next((one for one in reversed(before) if not _SELECTORS.match(one)), "")
    return char == _ZWJ and _is_emoji(sign) and _is_emoji(following)


def _is_emoji(char: str) -> bool:
    category = _category(char)
    return char > "\u203b" and (category[:1] == "S" or category == "Cn")


def _joins_letters(before: str, char: str, following: str) -> bool:
    if before and unicodedata.combining(before[-1]) == _VIRAMA:
        return True  # RFC 5892, A.1 and A.2
    letter = next((one for one in reversed(before) if not _is_mark(one)), "")
    if _is_arabic(letter) or _is_arabic(following):
        return char == _ZWJ or bool(letter.strip() and following.strip())
    return _is_joined(letter) and (_is_joined(following) or _is_mark(following))


def _is_arabic(char: str) -> bool:
    return _category(char)[:1] == "L" and unicodedata.bidirectional(char) == "AL"


def _is_joined(char: str) -> bool:
    """Whether it is a letter of an Indic script: one without case that is not East Asian wide."""
    return _category(char) == "Lo" and unicodedata.east_asian_width(char) not in {"W", "F", "H"}


def _is_mark(char: str) -> bool:
    return _category(char)[:1] == "M"


def _category(char: str) -> str:
    return unicodedata.category(char) if char else ""


def _paired(line: str) -> list[bool]:
    """For each character, whether it sets a text direction and its effect ends in this line."""
    if not _DIRECTED.search(line):
        return []
    kept = [char in _MARKS for char in line]
    open_at: list[int] = []
    isolates = 0
    for at, char in enumerate(line):
        if char in _OPENERS:
            open_at.append(at)
            isolates += char in _ISOLATES
        elif char == _END_OF_EMBEDDING and open_at and line[open_at[-1]] not in _ISOLATES:
            start = open_at.pop()
            kept[start] = kept[at] = line[start] in _EMBEDDINGS
        elif char == _END_OF_ISOLATE and isolates:
            # The end of an isolate also ends the embeddings opened within it (UAX 9, X6a).
            while line[start := open_at.pop()] not in _ISOLATES:
                pass
            isolates -= 1
            kept[start] = kept[at] = True
    return kept
