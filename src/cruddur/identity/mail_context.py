"""The dependencies of the use cases that send mails. Those that only promise one need none of them."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cruddur.domain.digest import Digest
from cruddur.identity.context import IdentityContext
from cruddur.ports.mailer import Mailer

Pace = Callable[[], Awaitable[float]]
"""Counts a mail, and returns 0; or counts none, and returns the seconds to wait for the next one."""


Unread = Callable[[str, str], Awaitable[Digest | None]]
"""Finds what has stayed unread for a person, after a time up to which they were told."""


async def nothing_unread(_user_uuid: str, _after: str) -> Digest | None:
    """Finds nothing, for processes that only try a mail server."""
    return None


async def unpaced() -> float:
    """Lets every mail go at once."""
    return 0.0


@dataclass(slots=True)
class MailContext:
    """What sending takes. `bootstrap` makes one if the settings name a mail server.

    `public_url` is where people open the service: links begin so, whatever a request says of its host.
    """

    identity: IdentityContext
    mailer: Mailer
    public_url: str
    pace: Pace = unpaced
    unread: Unread = nothing_unread
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many mails this process has sent, and what became of the others."""
