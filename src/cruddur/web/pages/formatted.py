"""A message's text as HTML: what its marks say, as static/js/formatted.js shows it.

Addresses become links only there. Each text is escaped, so that no text can become markup.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

from cruddur.domain.formatting import Node, blocks_of

_TAGS = {"bold": "strong", "italic": "em", "struck": "s", "code": "code"}
_AROUND = {"quote": "blockquote", "bullets": "ul", "numbers": "ol"}

FOLDED_FROM_CHARS = 1024
FOLDED_FROM_LINES = 20


def formatted(text: str) -> Markup:
    """Returns the HTML of a message."""
    return _blocks(blocks_of(text))


def is_long(text: str) -> bool:
    """Whether the page shows only the beginning of the message, until a press shows the rest."""
    return len(text) > FOLDED_FROM_CHARS or text.count("\n") >= FOLDED_FROM_LINES


def _blocks(blocks: Sequence[Node | str]) -> Markup:
    first = blocks[0]
    if len(blocks) == 1 and isinstance(first, Node) and first.kind == "text":
        return _line(first.children)
    return Markup().join(
        _block(block) for block in blocks if isinstance(block, Node) and block.kind != "gap"
    )


def _block(block: Node) -> Markup:
    match block.kind:
        case "text":
            return Markup('<p dir="auto">{}</p>').format(_line(block.children))
        case "block":
            return Markup('<pre dir="ltr"><code>{}</code></pre>').format(_line(block.children))
        case "item":
            number = "" if block.number is None else Markup(' value="{}"').format(block.number)
            return Markup("<li{}>{}</li>").format(number, _line(block.children))
        case kind:
            tag = _AROUND[kind]
            return Markup('<{0} dir="auto">{1}</{0}>').format(tag, _blocks(block.children))


def _line(parts: Sequence[Node | str]) -> Markup:
    return Markup().join(escape(part) if isinstance(part, str) else _marked(part) for part in parts)


def _marked(part: Node) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(_TAGS[part.kind], _line(part.children))
