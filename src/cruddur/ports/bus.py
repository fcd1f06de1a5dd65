"""The event bus: delivers events to users' devices, whichever process a device is connected to."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Event(Struct, frozen=True, array_like=True):
    """One event for a user's devices: its type, its data as JSON, its id, and a message's number.

    Only messages have an id, and the event that says what was missed. A device that reconnects sends it
    back, to resume from there. Processes of several versions may share a bus: a field may be added at
    the end, with a default, and none removed.
    """

    type: str
    data: bytes
    id: str = ""
    seq: int = 0
    """The number of the message that is new; 0 in other events."""
    message_group_uuid: str = ""
    """The conversation of a message that is new or changed; empty in other events, and from older
    versions."""
    change_seq: int = 0
    """The number of the change of a message; 0 in other events, and from older versions."""
    fewer_unread: tuple[int, int] | None = None
    """How many messages, and conversations, are no longer unread; None if that is not known, and from
    older versions."""


class Listener(Protocol):
    """What a subscriber does with the events of its channel. Neither method may raise or take long."""

    def on_event(self, event: Event) -> None:
        """Called with each event, in the order of arrival."""
        ...

    def on_end(self) -> None:
        """Called once, when the bus closes or may have lost events of the channel.

        No event follows. A device then reconnects and fetches what it lacks.
        """
        ...


class Subscription(Protocol):
    """The place of one listener on a channel."""

    def close(self) -> None:
        """Ends it without a call of `on_end`. A second call does nothing."""
        ...


class Bus(Protocol):
    """Carries events to channels, one channel a user.

    Events may be lost or delivered twice. Message numbers let a device notice both.
    """

    @property
    def reaches_others(self) -> bool:
        """Whether events of other processes arrive at present."""
        ...

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        """Sends the event to every subscriber of the channels.

        Never raises: an event that cannot be delivered is dropped.
        """
        ...

    async def subscribe(self, channel: str, listener: Listener) -> Subscription:
        """Calls the listener with each event of the channel until the subscription is closed.

        Returns once events of other processes arrive as well, or after a short time without them. The
        listener may be called before that.
        """
        ...

    async def end_subscriptions(self) -> None:
        """Ends all subscriptions, and every later one at once. Published events still go out."""
        ...

    async def close(self) -> None:
        """Ends all subscriptions and closes the connections to other processes."""
        ...
