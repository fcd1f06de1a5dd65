"""Checks events from other processes, which must not break the framing of an event stream."""

import re

from cruddur.ports.bus import Event

_TYPE = re.compile(r"[a-z_]{1,32}")
_ID = re.compile(r"[\x21-\x7e]{0,64}")


def is_well_formed(event: Event) -> bool:
    """Whether each part of the event fits on one line of a server-sent event (WHATWG HTML, 9.2.6)."""
    return (
        _TYPE.fullmatch(event.type) is not None
        and _ID.fullmatch(event.id) is not None
        and b"\n" not in event.data
        and b"\r" not in event.data
    )
