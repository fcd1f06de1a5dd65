"""Takes out of JavaScript what means nothing: comments, and white space that no two tokens need.

It knows the language as the formatter writes it, where each statement ends with a semicolon, so that no
line break ends one. Strings, templates and regular expressions stay as they are.
`tests/js/bundles.test.js` parses each module before and after, and compares the two syntax trees.
"""

import re

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<word>[\w$#\u0080-\uffff]+)
    | (?P<template>`)
    | (?P<slash>/)
    | (?P<mark>[^\s\w$`"'/])
    """,
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEXT = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_BEFORE_A_PATTERN = frozenset("(,=:[!&|?{};+-*%<>~^") | {"return", "typeof", "case", "of", "in"}
"""After these a slash begins a regular expression; after others it divides."""


def shorten(script: str) -> str:
    """Returns the script without comments and white space. Raises ValueError for what is no script."""
    written: list[str] = []
    _code(script, 0, written, "")
    return "".join(written)


def _code(script: str, at: int, written: list[str], end: str) -> int:
    """Writes the tokens from `at` on, up to the bracket `end` that closes a template's expression."""
    depth, last, is_apart = 0, "", False
    while at < len(script):
        found = _match(_TOKEN, script, at)
        kind, text, at = str(found.lastgroup), found[0], found.end()
        if kind in ("space", "comment"):
            is_apart = True
            continue
        if kind == "slash" and (last in _BEFORE_A_PATTERN or not last):
            pattern = _match(_PATTERN, script, found.start())
            text, at = pattern[0], pattern.end()
        depth += (text == "{") - (text == "}")
        if end and depth < 0:
            return found.start()
        if is_apart and _needs_space(last, text):
            written.append(" ")
        written.append(text)
        if kind == "template":
            at = _template(script, at, written)
        last, is_apart = text, False
    return at


def _template(script: str, at: int, written: list[str]) -> int:
    """Writes a template from behind its first quote on. Returns where the code goes on."""
    while True:
        found = _match(_TEXT, script, at)
        written.append(found[0])
        if script[found.end()] == "`":
            written.append("`")
            return found.end() + 1
        written.append("${")
        at = _code(script, found.end() + 2, written, "}") + 1
        written.append("}")


def _match(pattern: re.Pattern[str], script: str, at: int) -> re.Match[str]:
    found = pattern.match(script, at)
    if found is None:
        raise ValueError(f"This is not understood: {script[at : at + 60]}")
    return found


def _needs_space(last: str, text: str) -> bool:
    """Whether two tokens would become another one, or two others, without space between them."""
    if _is_word(text[0]):
        return bool(last) and (_is_word(last[-1]) or (last[0] == "/" and len(last) > 1))
    return last[-1:] == text[0] and text[0] in "+-/"


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_$#" or character > "\x7f"
