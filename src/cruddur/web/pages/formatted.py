"""A message's text as HTML: what its marks say, as static/js/formatted.js shows it.

Addresses become links only there. Each text is escaped, so that no text can become markup.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from cruddur.domain.formatting import Node, blocks_of
from cruddur.domain.mentions import pieces_of
from cruddur.domain.model import Message, MessageGroup, fold

_TAGS = {"bold": "strong", "italic": "em", "struck": "s"}
_AROUND = {"quote": "blockquote", "bullets": "ul", "numbers": "ol"}

FOLDED_FROM_CHARS = 1024
FOLDED_FROM_LINES = 20


class Whom(NamedTuple):
    """The people whom a text mentions: by handle in small letters, the uuid and the handle as it is now.

    `me` reads it. `base` is the path that links begin with.
    """

    people: Mapping[str, tuple[str, str]]
    me: str
    base: str


NOBODY = Whom({}, "", "")


def mentioned_in(message: Message, group: MessageGroup, me: str, base: str) -> Whom:
    """Returns the people whom a message mentions, with the handles that the members have now."""
    people = {
        fold(handle): (uuid, group.members[uuid].handle if uuid in group.members else handle)
        for uuid, handle in message.mentions.items()
    }
    return Whom(people, me, base)


def formatted(text: str, whom: Whom = NOBODY) -> Markup:
    """Returns the HTML of a message."""
    return _blocks(blocks_of(text), whom)


def is_long(text: str) -> bool:
    """Whether the page shows only the beginning of the message, until a press shows the rest."""
    return len(text) > FOLDED_FROM_CHARS or text.count("\n") >= FOLDED_FROM_LINES


def _blocks(blocks: Sequence[Node | str], whom: Whom) -> Markup:
    first = blocks[0]
    if len(blocks) == 1 and isinstance(first, Node) and first.kind == "text":
        return _line(first.children, whom)
    return Markup().join(
        _block(block, whom) for block in blocks if isinstance(block, Node) and block.kind != "gap"
    )


def _block(block: Node, whom: Whom) -> Markup:
    match block.kind:
        case "text":
            return Markup('<p dir="auto">{}</p>').format(_line(block.children, whom))
        case "block":
            return Markup('<pre dir="ltr"><code>{}</code></pre>').format(*block.children)
        case "item":
            number = "" if block.number is None else Markup(' value="{}"').format(block.number)
            return Markup("<li{}>{}</li>").format(number, _line(block.children, whom))
        case kind:
            tag = _AROUND[kind]
            return Markup('<{0} dir="auto">{1}</{0}>').format(tag, _blocks(block.children, whom))


def _line(parts: Sequence[Node | str], whom: Whom) -> Markup:
    return Markup().join(
        _plain(part, whom) if isinstance(part, str) else _marked(part, whom) for part in parts
    )


def _marked(part: Node, whom: Whom) -> Markup:
    if part.kind == "code":
        return Markup("<code>{}</code>").format(*part.children)
    return Markup("<{0}>{1}</{0}>").format(_TAGS[part.kind], _line(part.children, whom))


def _plain(text: str, whom: Whom) -> Markup:
    if not whom.people:
        return escape(text)
    known = {handle: handle for handle in whom.people}
    return Markup().join(
        escape(piece) if handle is None else _mention(*whom.people[handle], whom)
        for piece, handle in pieces_of(text, known)
    )


def _mention(uuid: str, shown: str, whom: Whom) -> Markup:
    kind = "mention of-me" if uuid == whom.me else "mention"
    link = Markup('<a class="{0}" href="{1}/@{2}" data-link dir="ltr">@{2}</a>')
    return link.format(kind, whom.base, shown)
