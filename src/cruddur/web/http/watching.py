"""The event that tells a stream, on whichever process it is, which people its page shows."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from msgspec import Struct

from cruddur.ports.bus import Event


class PeopleShown(Struct, frozen=True):
    """The people whom the page of a stream shows. Devices do not get it."""

    type: ClassVar = "people_shown"
    stream_id: str
    user_uuids: list[str]


def people_shown(stream_id: str, user_uuids: Sequence[str]) -> Event:
    """The event that goes to the streams of the person whose page it is."""
    shown = PeopleShown(stream_id, list(user_uuids))
    return Event(PeopleShown.type, msgspec.json.encode(shown))


def shown_by(event: Event, stream_id: str) -> Sequence[str] | None:
    """Returns the people whom the page of this stream shows; None if the event is of another stream."""
    try:
        shown = msgspec.json.decode(event.data, type=PeopleShown)
    except msgspec.MsgspecError:
        return None
    return shown.user_uuids if shown.stream_id == stream_id else None
