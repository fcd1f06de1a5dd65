"""The layout of the tutorial that this system grew from, as its tables hold it.

A message lies under `MSG#<group>` / ISO time; an inbox row under `GRP#<user>` / ISO time of the last
message, with the other person's three attributes.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_MESSAGE, _ROW = "MSG#", "GRP#"
_FIRST_YEAR = 1970  # what claims to be older is not a time that anybody wrote a message at
# A later time than this would be that of every message which follows: times never go back.
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one item says about a person. An inbox row's owner is a uuid and no more."""

    user_uuid: str
    at: datetime
    handle: str | None = None
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class OldMessage:
    """`where` is its key in the old table, for people to find it."""

    group: str
    at: datetime
    message_uuid: str
    text: str
    sender: Sighting
    where: str


@dataclass(frozen=True, slots=True)
class OldRow:
    """An inbox row: that these two have a conversation, and when something was last said."""

    group: str
    at: datetime
    owner: Sighting
    other: Sighting
    where: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that could not be adopted, or not wholly, and why."""

    where: str
    why: str


def read(item: Mapping[str, Any], now: datetime) -> OldMessage | OldRow | Unreadable:
    """One item of the old table."""
    where = f"{item.get('pk')} / {item.get('sk')}"
    try:
        old = _read(item, where)
    except ValueError as error:
        return Unreadable(where, str(error))
    if old.at > now + _CLOCKS_DIFFER:
        return Unreadable(where, "its time is in the future")
    return old


def _read(item: Mapping[str, Any], where: str) -> OldMessage | OldRow:
    pk = item.get("pk")
    if isinstance(pk, str) and pk.startswith(_MESSAGE):
        return _message(item, pk.removeprefix(_MESSAGE), where)
    if isinstance(pk, str) and pk.startswith(_ROW):
        return _row(item, pk.removeprefix(_ROW), where)
    raise ValueError("its key is neither MSG#… nor GRP#…")


def _message(item: Mapping[str, Any], group: str, where: str) -> OldMessage:
    at = _time(item)
    return OldMessage(
        group=_group(group),
        at=at,
        message_uuid=_uuid(item, "message_uuid"),
        text=_text(item, "message"),
        sender=_person(item, at),
        where=where,
    )


def _row(item: Mapping[str, Any], owner: str, where: str) -> OldRow:
    at = _time(item)
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


def _time(item: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(_text(item, "sk"))
        # The tutorial always wrote an offset; without one it can only be meant as UTC.
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("its sk is not an ISO 8601 time") from None
    if at.year < _FIRST_YEAR:
        raise ValueError("its time is before 1970")
    return at


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
        raise ValueError(why)  # noqa: TRY004  it is the item that is wrong, not the caller
    return value
