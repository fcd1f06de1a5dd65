"""Converts the tutorial's items to users and conversations, by pure functions.

The result does not depend on the order of the items, so that a second adoption finds the first one.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cruddur.domain.model import GROUP_MAX_MEMBERS, GroupKind, direct_group_uuid
from cruddur.tools.migration.tutorial import OldMessage, OldRow, Sighting, Unreadable

_NAMESPACE = uuid.UUID("c07b6d7e-41f0-5b5e-8d0a-3f5c2b9a6e10")
_TWO = 2


@dataclass(slots=True)
class _OldGroup:
    """The items under one of the tutorial's group uuids."""

    people: set[str] = field(default_factory=set)
    messages: list[OldMessage] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    where: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of this service: its messages in order, and the old groups that it consists of."""

    message_group_uuid: str
    kind: GroupKind
    people: Sequence[str]
    messages: Sequence[OldMessage]
    started: datetime
    old_groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A user as in the newest item about them; `first_seen` is taken as the account's creation."""

    user_uuid: str
    handle: str | None
    display_name: str | None
    first_seen: datetime


@dataclass(slots=True)
class Merged:
    """The result. `doubles` counts messages that occurred repeatedly; `notes` are texts for people."""

    people: Sequence[Person] = ()
    conversations: Sequence[Conversation] = ()
    doubles: int = 0
    notes: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


def merge(messages: Sequence[OldMessage], rows: Sequence[OldRow]) -> Merged:
    """Returns all users and conversations of these items."""
    merged = Merged(people=_people(messages, rows))
    parts: defaultdict[tuple[GroupKind, str], dict[str, _OldGroup]] = defaultdict(dict)
    for name, old in sorted(_old_groups(messages, rows).items()):
        if len(old.people) > GROUP_MAX_MEMBERS:
            why = f"its conversation has more than {GROUP_MAX_MEMBERS} people"
            merged.unreadable += [Unreadable(where, why) for where in sorted(old.where)]
            continue
        if not old.messages:
            why = "the conversation's messages are not in the table, only this row of it"
            merged.unreadable += [Unreadable(where, why) for where in sorted(old.where)]
        parts[_identity(name, old)][name] = old
    merged.conversations = [
        _conversation(kind, group_uuid, old_groups, merged)
        for (kind, group_uuid), old_groups in parts.items()
    ]
    return merged


def _old_groups(messages: Iterable[OldMessage], rows: Iterable[OldRow]) -> dict[str, _OldGroup]:
    groups: defaultdict[str, _OldGroup] = defaultdict(_OldGroup)
    for message in messages:
        group = groups[message.group]
        group.people.add(message.sender.user_uuid)
        group.messages.append(message)
        group.times.append(message.at)
        group.where.append(message.where)
    for row in rows:
        group = groups[row.group]
        group.people |= {row.owner.user_uuid, row.other.user_uuid}
        group.times.append(row.at)
        group.where.append(row.where)
    return groups


def _identity(name: str, old: _OldGroup) -> tuple[GroupKind, str]:
    """Returns the kind and uuid: two users have one conversation, and larger groups keep their uuid."""
    people = sorted(old.people)
    if len(people) <= _TWO:
        return "direct", direct_group_uuid(people[0], people[-1])
    try:
        return "group", str(uuid.UUID(name))
    except ValueError:
        return "group", str(uuid.uuid5(_NAMESPACE, name))


def _conversation(
    kind: GroupKind, group_uuid: str, old_groups: dict[str, _OldGroup], merged: Merged
) -> Conversation:
    people = sorted(set().union(*(old.people for old in old_groups.values())))
    found = [message for old in old_groups.values() for message in old.messages]
    messages = _without_doubles(found, merged)
    if len(people) == 1 and messages:
        merged.notes.append(
            f"who {', '.join(old_groups)} was with is not to be found: kept as notes of "
            f"{people[0]} to themselves"
        )
    return Conversation(
        message_group_uuid=group_uuid,
        kind=kind,
        people=people,
        messages=messages,
        started=min(time for old in old_groups.values() for time in old.times),
        old_groups=sorted(old_groups),
    )


def _without_doubles(found: Iterable[OldMessage], merged: Merged) -> Sequence[OldMessage]:
    """Returns the messages in order.

    Of two copies of one message the earlier is kept; of two messages with one uuid, both.
    """
    kept: dict[str, OldMessage] = {}
    for message in sorted(found, key=lambda m: (m.at, m.message_uuid, m.where)):
        twin = kept.get(message.message_uuid)
        if twin is None:
            kept[message.message_uuid] = message
        elif (twin.text, twin.sender.user_uuid) == (message.text, message.sender.user_uuid):
            merged.doubles += 1
        else:
            other = str(uuid.uuid5(_NAMESPACE, message.where))
            kept[other] = replace(message, message_uuid=other)
            merged.notes.append(
                f"{message.where}: another message has its message_uuid; it is {other} now"
            )
    return list(kept.values())


def _people(messages: Iterable[OldMessage], rows: Iterable[OldRow]) -> Sequence[Person]:
    """Returns the users in the order of their first item, which decides who gets a shared handle."""
    seen: defaultdict[str, list[Sighting]] = defaultdict(list)
    for message in messages:
        seen[message.sender.user_uuid].append(message.sender)
    for row in rows:
        seen[row.owner.user_uuid].append(row.owner)
        seen[row.other.user_uuid].append(row.other)
    people = (
        Person(
            user_uuid=user_uuid,
            handle=_newest(sightings, "handle"),
            display_name=_newest(sightings, "display_name"),
            first_seen=min(sighting.at for sighting in sightings),
        )
        for user_uuid, sightings in seen.items()
    )
    return sorted(people, key=lambda person: (person.first_seen, person.user_uuid))


def _newest(sightings: Iterable[Sighting], name: str) -> str | None:
    known = [(s.at, getattr(s, name)) for s in sightings if getattr(s, name) is not None]
    return max(known)[1] if known else None
