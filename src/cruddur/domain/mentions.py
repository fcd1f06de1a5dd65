"""The people whom a text mentions: `@` and the handle of a member, outside of code and addresses.

`static/js/mentions.js` finds the same.
"""

import re
from collections.abc import Iterator, Mapping

from cruddur.domain.formatting import BLANK, spoken_parts
from cruddur.domain.model import InboxRow, MessageGroup, fold

MENTIONS_MAX = 20
"""The most people whom one message mentions; further ones are not counted."""

MENTION_SEQS_MAX = 20
"""The most numbers of messages that an inbox row keeps of those that mention its owner."""

_HANDLE_OR_ADDRESS = re.compile(
    rf'(?:(?<![A-Za-z0-9])[Hh][Tt][Tt][Pp][Ss]?://|(?<![A-Za-z0-9@/.-])[Ww]{{3}}\.)[^{BLANK}<>"`]*'
    r"|(?<![A-Za-z0-9_@./-])@([A-Za-z0-9][A-Za-z0-9._-]{1,29})(?![A-Za-z0-9_])"
)


def mentions_in(
    text: str, group: MessageGroup, seq: int | None = None, before: Mapping[str, str] = {}
) -> dict[str, str]:
    """Returns the members whom a text mentions, at most MENTIONS_MAX: by uuid, what follows the `@`.

    `seq` is the number of a message that exists already: only members who may see it are mentioned.
    `before` are its mentions until now, which stay while their handles are in the text, whoever has such
    a handle by now.
    """
    if "@" not in text:
        return {}
    known = {
        fold(member.handle): uuid
        for uuid, member in group.members.items()
        if seq is None or member.may_see(seq)
    }
    known |= {fold(handle): uuid for uuid, handle in before.items()}
    found: dict[str, str] = {}
    for handle in _handles(text, known):
        if len(found) < MENTIONS_MAX:
            found.setdefault(known[fold(handle)], handle)
    return found


def pieces_of(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yields the pieces of a text without marks: each with the value of the handle that it is, or None.

    `known` has the values by handle, in small letters. Texts between handles may be empty.
    """
    start = 0
    for found in _HANDLE_OR_ADDRESS.finditer(text):
        handle = _known_part(found[1] or "", known)
        if handle:
            yield text[start : found.start()], None
            start = found.start() + 1 + len(handle)
            yield text[found.start() : start], known[fold(handle)]
    yield text[start:], None


def _handles(text: str, known: Mapping[str, str]) -> Iterator[str]:
    for part in spoken_parts(text):
        yield from (piece[1:] for piece, value in pieces_of(part, known) if value is not None)


def _known_part(handle: str, known: Mapping[str, str]) -> str:
    """The handle without signs at its end that are not of it: "maya." → "maya"; empty for nobody's."""
    while handle and fold(handle) not in known:
        handle = handle[:-1] if handle[-1] in "._-" else ""
    return handle


def mention_seq_of(row: InboxRow) -> int:
    """Returns the number of the last message that mentions the owner of a row; 0 if none does."""
    return row.mention_seqs[-1] if row.mention_seqs else 0
