"""Reads the marks of a text: *bold*, _italic_, ~struck~, `code`, blocks of code, quotes and lists.

`static/js/formatting.js` has the same grammar. A text is read once from its beginning to its end, so
that the time grows with its length, whatever it holds. Which characters belong to words is written out,
since the Unicode versions of Python and of browsers differ.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

BLANK = "\\t\\n \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# What stands between words: signs, and the letters of scripts that put no blanks between words, or that
# add endings to words of others.
BETWEEN_WORDS = (
    "\\0-/:-@\\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u037e\u0387\u055a-\u055f\u0589"
    "\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965"
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1360-\u1368\u1680\u1780-\u17ff\u2000-\u206f\u20a0-\u20cf"
    "\u20e3\u2100-\u214f\u2190-\u2bff\u2e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe00-\ufe1f"
    "\ufe30-\ufe6f\uff00-\uffef\U0001b000-\U0001b2ff\U0001f000-\U0001faff\U00020000-\U0003ffff"
    "\U000e0000-\U000e0fff"
)
_AFTER_NO_WORD = f"(?<![^{BETWEEN_WORDS}])"
_BEFORE_NO_WORD = f"(?![^{BETWEEN_WORDS}])"

_MAY_BE_MARKED = re.compile(r"[*_~`]|^(?:>|[-•] |[0-9]{1,3}[.)] )", re.MULTILINE)
_MARK = re.compile("[*_~`]")
_BULLET = re.compile(r"[-*•] (?=[^ ])")
_NUMBER = re.compile(r"([0-9]{1,3})[.)] (?=[^ ])")
# The end of an address that may belong to the sentence around it.
_AFTER_ADDRESS = r".,;:!?'*_~()\[\]{}"
# A mark between two equal signs belongs to a face, such as ^_^, or is quoted.
_FACE = r"""(?<=([\^\-=.;:'"~*_]))[*_~]\1|(?<=>)_<"""
_TOKEN = re.compile(
    rf"(?!{_FACE})((?<!\*)\*(?!\*)|(?<!_)_(?!_)|(?<!~)~(?!~))"
    r"|((?<!`)(?:```|`)(?!`))"
    r"|\*\*+|__+|~~+|``+"
    r"|(?:(?<![A-Za-z0-9])[Hh][Tt][Tt][Pp][Ss]?://|(?<![A-Za-z0-9@/.-])[Ww]{3}\.)"
    rf'[^{BLANK}<>"`]*[^{BLANK}<>"`{_AFTER_ADDRESS}]'
    r"|(?<![A-Za-z0-9_])@[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
)
_OPENS = re.compile(f"{_AFTER_NO_WORD}[*_~](?=[^{BLANK}])")
_OPENS_CODE = re.compile(f"{_AFTER_NO_WORD}`")
_CLOSES = re.compile(f"(?<=[^{BLANK}])[*_~]{_BEFORE_NO_WORD}")
_CODE_ENDS = {mark: re.compile(f"(?<!`){mark}(?!`){_BEFORE_NO_WORD}") for mark in ("`", "```")}
_SOMETHING = re.compile(f"[^*_~`{BLANK}]")
_KINDS = {"*": "bold", "_": "italic", "~": "struck"}
_FENCE = "```"


class Node(NamedTuple):
    """A part of a text.

    In a line: `bold`, `italic`, `struck` or `code`. Around lines: `text`, `block` (of code), `quote`,
    `bullets` and `numbers` with their `item`s, and `gap`, blank lines beside one of these. `number` is
    what an item of `numbers` begins with, or how many lines a gap has.
    """

    kind: str
    children: Sequence["Node | str"] = ()
    number: int | None = None


def blocks_of(text: str) -> Sequence[Node]:
    """Returns the blocks of a message. A text without marks is one block of kind `text`."""
    if not _MAY_BE_MARKED.search(text):
        return [Node("text", [text])]
    return _blocks(text.split("\n"), in_quote=False)


def plain_text(text: str) -> str:
    """Returns what people read in a message: its text without the marks."""
    if not _MAY_BE_MARKED.search(text):
        return text
    return _plain_blocks(_blocks(text.split("\n"), in_quote=False))


def spoken_parts(text: str) -> Iterator[str]:
    """Yields the texts of a message that are not code, without marks."""
    return _spoken(blocks_of(text))


def _spoken(parts: Sequence["Node | str"]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif part.kind not in {"code", "block"}:
            yield from _spoken(part.children)


def _plain_blocks(blocks: Sequence[Node | str]) -> str:
    return "\n".join(block if isinstance(block, str) else _plain_block(block) for block in blocks)


def _plain_block(block: Node) -> str:
    match block.kind:
        case "gap":
            return "\n" * ((block.number or 1) - 1)
        case "quote" | "bullets" | "numbers":
            return _plain_blocks(block.children)
        case "item":
            return f"{'-' if block.number is None else f'{block.number}.'} {_plain(block.children)}"
        case _:
            return _plain(block.children)


def _plain(parts: Sequence[Node | str]) -> str:
    return "".join(part if isinstance(part, str) else _plain(part.children) for part in parts)


def _blocks(lines: list[str], *, in_quote: bool) -> list[Node]:
    fences = _next_fences(lines)
    blocks: list[Node] = []
    plain: list[str] = []
    at = 0
    while at < len(lines):
        block, after = _code_block(lines, at, fences)
        if block is None and not in_quote:
            block, after = _quote(lines, at)
        if block is None:
            block, after = _list(lines, at)
        if block is None:
            plain.append(lines[at])
        else:
            blocks += [*_between(plain), block]
            plain = []
        at = after
    if not blocks:
        return [Node("text", _in_lines(plain))]
    return [*blocks, *_between(plain)]


def _next_fences(lines: Sequence[str]) -> list[int | None]:
    """For each line, the number of the first line from there on that has a fence."""
    found: list[int | None] = [None]
    for at in range(len(lines) - 1, -1, -1):
        found.append(at if _FENCE in lines[at] else found[-1])
    return found[::-1]


def _code_block(lines: list[str], at: int, fences: Sequence[int | None]) -> tuple[Node | None, int]:
    """Returns a block of code that begins with this line. What follows its end becomes a line."""
    if not lines[at].startswith(_FENCE):
        return None, at + 1
    first, closing, rest = lines[at][3:].partition(_FENCE)
    end = at if closing else fences[at + 1]
    if end is None or (closing and rest.strip(" ")):
        return None, at + 1
    if not closing:
        last, _, rest = lines[end].partition(_FENCE)
        inner = [*([first] if first.strip(" ") else []), *lines[at + 1 : end]]
        inner += [last] if last.strip(" ") else []
        first = "\n".join(inner)
    if not first.strip(" \n"):
        return None, at + 1
    lines[end] = rest.lstrip(" ")
    return Node("block", [first]), end if lines[end] else end + 1


def _quote(lines: Sequence[str], at: int) -> tuple[Node | None, int]:
    if not lines[at].startswith("> ") or not lines[at][2:].strip(" "):
        return None, at + 1
    end = at
    while end < len(lines) and (lines[end].startswith("> ") or lines[end] == ">"):
        end += 1
    return Node("quote", _blocks([line[2:] for line in lines[at:end]], in_quote=True)), end


def _list(lines: Sequence[str], at: int) -> tuple[Node | None, int]:
    kind, begins = ("bullets", _BULLET) if _BULLET.match(lines[at]) else ("numbers", _NUMBER)
    items: list[Node] = []
    after = at
    while after < len(lines) and (found := begins.match(lines[after])):
        number = int(found[1]) if kind == "numbers" else None
        items.append(Node("item", _in_line(lines[after][found.end() :]), number))
        after += 1
    return (Node(kind, items), after) if items else (None, at + 1)


def _between(lines: Sequence[str]) -> list[Node]:
    """Returns the text between two blocks, and the blank lines at its ends."""
    first = next((at for at, line in enumerate(lines) if line.strip(" ")), len(lines))
    last = next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip(" ")), first)
    text = [Node("text", _in_lines(lines[first:last]))] if first < last else []
    gaps = [[Node("gap", (), count)] if count else [] for count in (first, len(lines) - last)]
    return [*gaps[0], *text, *gaps[1]]


def _in_lines(lines: Sequence[str]) -> list[Node | str]:
    parts: list[Node | str] = []
    for at, line in enumerate(lines):
        _join(parts, ["\n"] if at else [])
        _join(parts, _in_line(line))
    return parts


def _in_line(line: str) -> list[Node | str]:
    return _Line(line).parts if _MARK.search(line) else [line]


class _Line:
    """Reads the marks of one line. No mark reaches beyond it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.parts: list[Node | str] = []
        # Of each mark that is open: where it stands in the text, and in `parts`.
        self._open: dict[str, tuple[int, int]] = {}
        self._endless: set[str] = set()
        self._something = (0, -1)
        self._from = at = 0
        while found := _TOKEN.search(text, at):
            at = found.end()
            if found[2]:
                self._mark(found[2], found.start())
            elif found[3]:
                at = self._code(found[3], found.start())
        self._take(len(text))
        parts, self.parts = self.parts, []
        _join(self.parts, parts)

    def _take(self, end: int) -> None:
        if end > self._from:
            self.parts.append(self._text[self._from : end])
        self._from = end

    def _mark(self, mark: str, at: int) -> None:
        began = self._open.get(mark)
        if began and _CLOSES.match(self._text, at) and self._has_text(began[0] + 1, at):
            self._take(at)
            self._close(mark, began[1])
            self._from = at + 1
        elif _OPENS.match(self._text, at):
            self._take(at)
            self._open[mark] = (at, len(self.parts))
            self._take(at + 1)

    def _has_text(self, start: int, end: int) -> bool:
        """Whether there is more than marks, so that a face like *_* stays one."""
        looked_from, place = self._something
        if not looked_from <= start <= place:
            found = _SOMETHING.search(self._text, start)
            place = found.start() if found else len(self._text)
            self._something = (start, place)
        return place < end

    def _close(self, mark: str, place: int) -> None:
        inner: list[Node | str] = []
        _join(inner, self.parts[place + 1 :])
        self.parts[place:] = [Node(_KINDS[mark], inner)]
        self._open = {one: began for one, began in self._open.items() if began[1] < place}

    def _code(self, mark: str, at: int) -> int:
        start = at + len(mark)
        if mark in self._endless or not _OPENS_CODE.match(self._text, at):
            return start
        found = _CODE_ENDS[mark].search(self._text, start)
        if found is None:
            self._endless.add(mark)
            return start
        code = self._text[start : found.start()]
        if not code.strip(" "):
            return start
        self._take(at)
        self.parts.append(Node("code", [code]))
        self._from = found.end()
        return self._from


def _join(parts: list[Node | str], more: Sequence[Node | str]) -> None:
    """Adds parts, and joins texts that are neighbours."""
    for part in more:
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
