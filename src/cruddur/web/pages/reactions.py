"""What a bubble shows of the reactions to its message, as `static/js/reaction_chips.js` does."""

from collections.abc import Mapping
from typing import Any

from cruddur.domain.model import Message
from cruddur.domain.reactions import by_emoji

_NAMED_MAX = 10
_LEFT = "somebody who left"


def chips_of(message: Message, names: Mapping[str, str], me: str) -> list[dict[str, Any]]:
    """Returns a chip for each emoji: how many have it, and who, by the names of the members."""
    return [
        {
            "emoji": emoji,
            "count": len(people),
            "is_own": me in people,
            "names": names_in(people, names, me),
        }
        for emoji, people in by_emoji(message.reactions).items()
    ]


def names_in(people: list[str], names: Mapping[str, str], me: str) -> str:
    """Returns the names of these people as one text, this person's own first."""
    known = ["You"] if me in people else []
    known += [names.get(one, _LEFT) for one in people if one != me]
    if len(known) > _NAMED_MAX:
        rest = len(known) - _NAMED_MAX + 1
        known = [*known[: _NAMED_MAX - 1], f"{rest} others"]
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
