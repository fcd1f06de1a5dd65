"""What a person sets on one conversation of their own inbox, and the rules of the values."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import timestamp

ALWAYS = "always"
"""The value of `muted_until` that no time ends. As a text it is greater than every time."""

PINNED_MAX = 5
"""The most conversations that one person can pin."""

_MUTE_INVALID = declare_code(
    "mute_invalid", "A mute ends at a time to come with its zone, or is `always` or null."
)


class RowSettings(Struct, frozen=True, kw_only=True):
    """The settings that are to change. Those that are UNSET stay as they are.

    `pin_place` is the place among the pinned ones, 0 at the top; it pins what is not pinned yet.
    `cleared_seq` is the last message that is to be hidden from its owner.
    """

    muted_until: str | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET
    marked_unread: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    pin_place: int | UnsetType = UNSET
    cleared_seq: int | UnsetType = UNSET


def checked_mute(muted_until: str | None, now: str) -> str | None:
    """Returns the end of a mute as it is stored. Raises Invalid for what is no time, or is over."""
    if muted_until is None or muted_until == ALWAYS:
        return muted_until
    try:
        moment = datetime.fromisoformat(muted_until)
        until = timestamp(moment) if moment.tzinfo else ""
    except (ValueError, OverflowError):
        until = ""
    if until <= now:
        raise Invalid(
            _MUTE_INVALID,
            'The end of the mute is a time to come with its zone, or "always". Is the clock right?',
            field="muted_until",
        )
    return until
