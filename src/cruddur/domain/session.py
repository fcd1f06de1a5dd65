"""Sessions: one person, signed in on one device, for a time."""

from datetime import timedelta

from msgspec import Struct

LIFETIME = timedelta(days=30)
"""The longest that a session lasts, however much it is used."""

IDLE = timedelta(days=7)
"""The time after its last use at which a session ends."""

NOTED_EVERY = timedelta(hours=1)
"""The least time between two notes of a session's use, so that a request costs no write."""


class DeviceSession(Struct, frozen=True, kw_only=True):
    """One session. `session_id` is also the id of its token.

    `device` is the browser or program, in words. `address` is the network where it was used last, empty
    if it is unknown. `expires_at` is the epoch second at which the session ends unless it is used.
    """

    user_uuid: str
    session_id: str
    device: str
    address: str
    created_at: str
    last_used_at: str
    expires_at: int
