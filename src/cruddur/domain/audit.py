"""The audit: who did what to whom, when, and from where."""

from typing import Any

from msgspec import Struct, field


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One act that concerns security.

    `at` is its time. `user_uuid` is the person who acted, or whose account it is about where nobody was
    signed in; None if nobody has it. `address` is the client's, None for a command. `details` are those
    of the security log: uuids, codes and numbers, never a text, a title, a token or a handle.
    """

    entry_id: str
    at: str
    act: str
    user_uuid: str | None = None
    address: str | None = None
    request_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
