"""The dependencies of identity's use cases."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from cruddur.domain.host_key import HostKey
from cruddur.domain.model import User
from cruddur.domain.session import SessionLimits
from cruddur.identity.host_tokens import HostToken
from cruddur.identity.issuers import Issuers
from cruddur.identity.password_cost import PasswordCost
from cruddur.ports.clock import utc_now
from cruddur.ports.remembered import Remembered
from cruddur.ports.table import Table
from cruddur.ports.wrappable import Wrappers
from cruddur.schema import keys

LOCAL_ISSUER = keys.LOCAL_ISSUER

REMEMBERED_SECONDS = 60.0
_MOST = 16384
_MOST_KEYS = 256


class Session(Struct, frozen=True):
    """A verified token: its user, its own id, and when it was made and expires, in epoch seconds.

    `has_item` says that the table holds an item of this session. Tokens that a host product or an older
    version signed have none. `ways_version` is the person's when it was opened, None if it does not say.
    """

    user_uuid: str
    token_id: str
    expires_at: int
    made_at: int = 0
    has_item: bool = False
    jti: str = ""
    """The id that the signer gave it, by which an older version may have revoked it."""
    ways_version: int | None = None


class SessionsEnded(Struct, frozen=True):
    """Sessions of one person have ended: the one of `token_id`, or all but `kept` if that is None.

    It goes to the processes of the service, and to no device.
    """

    user_uuid: str
    token_id: str | None = None
    kept: str | None = None

    def ends(self, token_id: str) -> bool:
        """Whether the session of this token is among those that have ended."""
        return token_id != self.kept if self.token_id is None else token_id == self.token_id


class HostKeysChanged(Struct, frozen=True):
    """The key of this name was rolled or removed. It goes to the processes of the service."""

    name: str


class Checked(NamedTuple):
    """A session that was found to be open, and the last ending that was known by then."""

    session: Session
    ending: SessionsEnded | None


@dataclass(slots=True)
class Memory:
    """What this process has looked up within the last minute.

    `sessions` holds verified tokens. Each is looked up again after a minute, and at once if a session of
    the same person ended: `endings` has the last of these. So the end of a session takes effect within a
    minute even where no event of another process arrives. `unrevoked` holds the token ids of sessions
    that the table was asked about within the last minute. `revoked` holds the token ids that this
    process revoked, which are refused at once. `changed` holds users of whom another process said that
    they have another name, so that they are read strongly. `external` maps ids of a host product to user
    uuids. `host_keys` holds checked keys of hosts; `host_keys_changed` counts how often one was rolled
    or removed since the start.
    """

    sessions: Remembered[str, Checked] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    endings: Remembered[str, SessionsEnded] = field(
        default_factory=lambda: Remembered(seconds=2 * REMEMBERED_SECONDS, most=_MOST)
    )
    revoked: Remembered[str, bool] = field(
        default_factory=lambda: Remembered(seconds=2 * REMEMBERED_SECONDS, most=_MOST)
    )
    unrevoked: Remembered[str, Checked] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    users: Remembered[str, User] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    changed: Remembered[str, bool] = field(
        default_factory=lambda: Remembered(seconds=2 * REMEMBERED_SECONDS, most=_MOST)
    )
    handles: Remembered[str, User] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    external: Remembered[str, str] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST)
    )
    host_keys: Remembered[HostToken, HostKey] = field(
        default_factory=lambda: Remembered(seconds=REMEMBERED_SECONDS, most=_MOST_KEYS)
    )
    host_keys_changed: int = 0


@dataclass(slots=True)
class IdentityContext:
    """The dependencies of identity's use cases. `bootstrap` makes one for the process."""

    table: Table
    secret: bytes = field(repr=False)
    clock: Callable[[], datetime] = utc_now
    memory: Memory = field(default_factory=Memory)
    secret_before: bytes | None = field(default=None, repr=False)
    """The secret that was in use before this one: what was signed with it counts until it expires."""
    audience: str = ""
    """What each token must name in its `aud`; if empty, a token need name nothing."""
    provisions: bool = False
    """Whether people are made at first sight of a token that names them by a host's id."""
    session_limits: SessionLimits = field(default_factory=SessionLimits)
    """How long sessions last."""
    issuers: Issuers = field(default_factory=Issuers)
    """The OpenID Connect issuers whose people may come in."""
    has_demo: bool = False
    """Whether the demo's accounts, which have a public password, may sign in."""
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    """What hashing a new password costs."""
    announce: Callable[[SessionsEnded | HostKeysChanged], Awaitable[None]] | None = None
    """Tells all processes what has ended. Without it the others notice within a minute."""
    wrappers: Wrappers = field(default_factory=dict)
    """What a cache wraps around some of the use cases. A new context has none."""
