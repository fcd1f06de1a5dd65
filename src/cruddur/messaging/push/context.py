"""The dependencies of the use cases of Web Push."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cruddur.config import Settings
from cruddur.messaging.context import MessagingContext
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.remembered import Remembered
from cruddur.schema.push_items import InUse

if TYPE_CHECKING:
    from cruddur.messaging.push.vapid import PushKey

KEY_SECONDS = 60.0
"""How long a process uses a key of ours before it looks whether the key was rotated."""


@dataclass(slots=True)
class PushContext:
    """The dependencies. `derive` has what derives keys from the secret in use, then from the one before.

    With `shows_texts` a push may show the sender and the message. `contact` is where a push service
    reaches the operator, `mailto:` or `https:`, or empty.
    """

    messaging: MessagingContext
    derive: Sequence[Callable[[str], bytes]] = field(repr=False)
    is_on: bool = True
    shows_texts: bool = True
    contact: str = ""
    feeds: ChangeFeeds | None = None
    """Where the consumer that pushes is registered with the first device; None leaves it to that one."""
    in_use: Remembered[str, InUse] = field(
        default_factory=lambda: Remembered(seconds=KEY_SECONDS, most=1)
    )
    """Which key is in use, under an empty name."""
    keys: "dict[tuple[int, int], PushKey]" = field(default_factory=dict, repr=False)

    def key(self, number: int, secret: int = 0) -> "PushKey":
        """Returns the key of this number that one of the secrets gives."""
        from cruddur.messaging.push.vapid import push_key  # noqa: PLC0415  slow

        place = (number, secret)
        if place not in self.keys:
            self.keys[place] = push_key(self.derive[secret], number)
        return self.keys[place]

    def key_of(self, public: str, newest: int) -> "PushKey | None":
        """Returns the key that a device was subscribed with, or None if it is none of ours by now."""
        for number in range(newest, 0, -1):
            for secret in range(len(self.derive)):
                if (key := self.key(number, secret)).public == public:
                    return key
        return None


def push_context(
    messaging: MessagingContext,
    settings: Settings,
    derive: Sequence[Callable[[str], bytes]],
    feeds: ChangeFeeds | None = None,
) -> PushContext:
    """Returns the dependencies as the settings have them."""
    address = settings.public_url or ""
    return PushContext(
        messaging,
        derive,
        is_on=settings.push == "on",
        shows_texts=settings.push_texts == "on",
        contact=settings.push_contact or (address if address.startswith("https:") else ""),
        feeds=feeds,
    )
