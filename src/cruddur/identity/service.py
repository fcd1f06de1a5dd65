"""What the use cases of identity need, in one hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from cruddur.identity.remembered import Remembered
from cruddur.messaging.cache_port import Cache, NoCache
from cruddur.messaging.ports import Table
from cruddur.messaging.service import utc_now
from cruddur.model import User

LOCAL_ISSUER = "local"
"""Who vouches for accounts made here, as opposed to those of an identity provider."""

REMEMBERED_SECONDS = 60.0
_MOST = 16384


class Session(Struct, frozen=True):
    """A verified token: whose it is, its own name, and until when it holds (epoch seconds)."""

    user_uuid: str
    token_id: str
    expires_at: int


@dataclass(slots=True)
class Memory:
    """What this process has looked up a short while ago.

    `sessions` are by token; one is looked up again each minute, which is how long another process's
    sign-out may go unnoticed; `unrevoked` holds those of open streams, by token id, likewise, and
    says that their accounts are there.
    `revoked` holds the token ids revoked by this process: at once.
    """

    sessions: Remembered[str, Session] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    revoked: Remembered[str, bool] = field(
        default_factory=lambda: Remembered(seconds=2 * REMEMBERED_SECONDS, most=_MOST)
    )
    unrevoked: Remembered[str, bool] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    users: Remembered[str, User] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    handles: Remembered[str, User] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )


@dataclass(slots=True)
class Identity:
    """Handed to every use case of identity; `bootstrap` makes the only one of a process."""

    table: Table
    secret: bytes
    clock: Callable[[], datetime] = utc_now
    memory: Memory = field(default_factory=Memory)
    cache: Cache = field(default_factory=NoCache)
