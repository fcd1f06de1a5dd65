"""Reads items in the layout of the tutorial that this service grew from.

A message is under `MSG#<group>` / ISO time; an inbox row is under `GRP#<user>` / ISO time of the last
message, with three attributes of the other user.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

_MESSAGE, _ROW = "MSG#", "GRP#"
_FIRST_YEAR = 1970  # an earlier time cannot be that of a message


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one item tells about a user. An inbox row tells only its owner's uuid."""

    user_uuid: str
    at: datetime
    handle: str | None = None
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class OldMessage:
    """A message of the tutorial. `where` is its key in the old table, for texts to people."""

    group: str
    at: datetime
    message_uuid: str
    text: str
    sender: Sighting
    where: str


@dataclass(frozen=True, slots=True)
class OldRow:
    """An inbox row of the tutorial: that two users have a conversation, and its last message's time."""

    group: str
    at: datetime
    owner: Sighting
    other: Sighting
    where: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that could not be adopted, or only partly, and why."""

    where: str
    why: str


@dataclass(slots=True)
class Times:
    """Reads the old table's times and collects what was unusual about them.

    A time without an offset is in the time zone `naive`. Times after `now` only tell the order of the
    messages: see `past`.
    """

    now: datetime
    naive: tzinfo = UTC
    without_offset: int = 0
    ahead: list[str] = field(default_factory=list)

    def read(self, text: str, where: str) -> datetime:
        """Returns the time of the text. Raises ValueError."""
        try:
            at = datetime.fromisoformat(text)
            is_naive = at.tzinfo is None
            at = (at.replace(tzinfo=self.naive) if is_naive else at).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError("its sk is not an ISO 8601 time") from None
        if at.year < _FIRST_YEAR:
            raise ValueError("its time is before 1970")
        self.without_offset += is_naive
        if at > self.now:
            self.ahead.append(where)
        return at

    def past(self, at: datetime) -> datetime:
        """Returns the time to write for this one. A time in the future would date all later messages."""
        return min(at, self.now)


def read(item: Mapping[str, Any], times: Times) -> OldMessage | OldRow | Unreadable:
    """Returns one item of the old table, or why it cannot be adopted."""
    where = f"{item.get('pk')} / {item.get('sk')}"
    try:
        return _read(item, where, times)
    except ValueError as error:
        return Unreadable(where, str(error))


def _read(item: Mapping[str, Any], where: str, times: Times) -> OldMessage | OldRow:
    pk = item.get("pk")
    if isinstance(pk, str) and pk.startswith(_MESSAGE):
        return _message(item, pk.removeprefix(_MESSAGE), where, times)
    if isinstance(pk, str) and pk.startswith(_ROW):
        return _row(item, pk.removeprefix(_ROW), where, times)
    raise ValueError("its key is neither MSG#… nor GRP#…")


def _message(item: Mapping[str, Any], group: str, where: str, times: Times) -> OldMessage:
    at = times.read(_text(item, "sk"), where)
    return OldMessage(
        group=_group(group),
        at=at,
        message_uuid=_uuid(item, "message_uuid"),
        text=_text(item, "message"),
        sender=_person(item, at),
        where=where,
    )


def _row(item: Mapping[str, Any], owner: str, where: str, times: Times) -> OldRow:
    at = times.read(_text(item, "sk"), where)
    return OldRow(
        group=_group(_text(item, "message_group_uuid")),
        at=at,
        owner=Sighting(_uuid({"owner": owner}, "owner"), at),
        other=_person(item, at),
        where=where,
    )


def _person(item: Mapping[str, Any], at: datetime) -> Sighting:
    handle, name = item.get("user_handle"), item.get("user_display_name")
    return Sighting(
        user_uuid=_uuid(item, "user_uuid"),
        at=at,
        handle=handle if isinstance(handle, str) else None,
        display_name=name if isinstance(name, str) else None,
    )


def _group(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        if not text:
            raise ValueError("it names no conversation") from None
        return text


def _uuid(item: Mapping[str, Any], name: str) -> str:
    text = _text(item, name)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise ValueError(f"{name} is not a UUID") from None


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        why = f"it has no {name}" if value is None else f"{name} is not a text"
        raise ValueError(why)  # noqa: TRY004  the item is wrong, not the caller
    return value
