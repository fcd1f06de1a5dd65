"""Reactions: the emoji that people have on a message."""

from collections.abc import Mapping, Sequence

import msgspec

from cruddur.domain.model import Message

REACTIONS_MAX = 12
"""The most different emoji on a message."""

Reactions = Mapping[str, tuple[str, ...]]
"""By person, the emoji that they have on a message, each in the order in which it was given."""


def with_reactions(
    reactions: Reactions | None, user_uuid: str, emoji: Sequence[str]
) -> dict[str, tuple[str, ...]] | None:
    """Returns the reactions in which this person has just these emoji; None if none are left."""
    changed = dict(reactions or {})
    if emoji:
        changed[user_uuid] = tuple(emoji)
    else:
        changed.pop(user_uuid, None)
    return changed or None


def emoji_of(reactions: Reactions | None) -> Sequence[str]:
    """Returns the different emoji on a message, the one that came first of all first."""
    return list(dict.fromkeys(one for each in (reactions or {}).values() for one in each))


def by_emoji(reactions: Reactions | None) -> dict[str, list[str]]:
    """Returns the people who have each emoji on a message, in the order of `emoji_of`."""
    if not reactions:
        return {}
    people: dict[str, list[str]] = {}
    for user_uuid, emoji in reactions.items():
        for one in emoji:
            people.setdefault(one, []).append(user_uuid)
    return people


def is_full(reactions: Reactions | None, new: str) -> bool:
    """Whether this emoji would be one more than a message takes."""
    known = emoji_of(reactions)
    return new not in known and len(known) >= REACTIONS_MAX


def with_own_reactions(message: Message, user_uuid: str) -> Message:
    """Returns the message without the reactions of others, for somebody who blocks the other person."""
    if not message.reactions:
        return message
    own = with_reactions(None, user_uuid, message.reactions.get(user_uuid, ()))
    return msgspec.structs.replace(message, reactions=own)
