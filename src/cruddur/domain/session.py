"""Sessions: one person, signed in on one device, for a time."""

from datetime import datetime, timedelta

from msgspec import Struct

LIFETIME = timedelta(days=30)
"""The longest that a session lasts, however much it is used, and that any token holds."""

IDLE = timedelta(days=7)
"""The time after its last use at which a session ends, where the operator does not say it."""

NOTED_EVERY = timedelta(hours=1)
"""The least time between two notes of a session's use, so that a request costs no write."""

_NOTES_IN_IDLE = 6
_OPEN_PAGE_NOTED_EVERY = timedelta(days=1)


class SessionLimits(Struct, frozen=True):
    """How long sessions last at most, and how long without use.

    Use is noted now and then, so a session that nobody uses ends up to a sixth of `idle` early.
    """

    lifetime: timedelta = LIFETIME
    idle: timedelta = IDLE

    @property
    def noted_every(self) -> timedelta:
        """The least time between two notes of a session's use by requests."""
        return min(NOTED_EVERY, self.idle / _NOTES_IN_IDLE)

    @property
    def open_page_noted_every(self) -> timedelta | None:
        """The same for a page that is only open, or None if that is no use.

        Where sessions are to end within hours, a page that was left open must not keep one.
        """
        return _OPEN_PAGE_NOTED_EVERY if self.idle >= 2 * _OPEN_PAGE_NOTED_EVERY else None

    def end_of(self, session: "DeviceSession") -> datetime:
        """Returns when a session ends by these limits, which may be stricter than those of before."""
        oldest = datetime.fromisoformat(session.created_at) + self.lifetime
        return min(oldest, datetime.fromisoformat(session.last_used_at) + self.idle)


class DeviceSession(Struct, frozen=True, kw_only=True):
    """One session. `session_id` is also the id of its token.

    `device` is the browser or program, in words. `address` is the network where it was used last, empty
    if it is unknown. `expires_at` is the epoch second at which the session ends unless it is used.
    `ways_version` is the person's when the session was opened; None if an older version opened it.
    """

    user_uuid: str
    session_id: str
    device: str
    address: str
    created_at: str
    last_used_at: str
    expires_at: int
    ways_version: int | None = None
