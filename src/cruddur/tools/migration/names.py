"""Adapts handles and names of other programs to this service's rules."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from cruddur.domain.checked_texts import DISPLAY_NAME_MAX_CHARS, checked_display_name
from cruddur.domain.errors import Invalid
from cruddur.domain.handles import checked_handle

_HANDLE_MAX_CHARS = 30
_NOT_IN_A_HANDLE = re.compile(r"[^A-Za-z0-9._-]+")


def handles(wanted: str | None, user_uuid: str) -> Iterator[str]:
    """Yields the handle if it is valid, then others, until the caller finds a free one."""
    stem = _stem(wanted) or f"user-{user_uuid[:8]}"
    yield stem
    number = 2
    while True:
        suffix = f"-{number}"
        yield stem[: _HANDLE_MAX_CHARS - len(suffix)] + suffix
        number += 1


def display_name(wanted: str | None, handle: str) -> str:
    """Returns the name, or its valid part, or the handle if nothing of it is valid."""
    name = wanted or ""
    printable = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    for candidate in (name, printable[:DISPLAY_NAME_MAX_CHARS]):
        with suppress(Invalid):
            return checked_display_name(candidate)
    return handle


def _stem(wanted: str | None) -> str | None:
    plain = unicodedata.normalize("NFKD", (wanted or "").strip().removeprefix("@"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    cleaned = _NOT_IN_A_HANDLE.sub("-", letters).strip("._-")[:_HANDLE_MAX_CHARS]
    try:
        return checked_handle(cleaned)
    except Invalid:
        return None
