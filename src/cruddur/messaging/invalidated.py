"""What this process must no longer remember once two people have blocked each other, or no longer do."""

from collections.abc import Collection, Iterable

from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import PROCESSES, channel
from cruddur.ports.bus import Event

GROUP_INVALIDATED = "group_invalidated"
"""Tells all processes to read a conversation, and what its members have blocked, anew."""

SIGNS_ENDED = "signs_ended"
"""Tells the streams of a person that they may no longer show whether another person is online."""


def forget_invalidated(
    messaging: MessagingContext, message_group_uuid: str, people: Iterable[str]
) -> None:
    """Forgets the conversation, and what was remembered about its members."""
    messaging.direct_groups.doubt(message_group_uuid)
    for user_uuid in people:
        messaging.people_apart.forget(user_uuid)
        messaging.acquaintances.forget(user_uuid)


async def publish_invalidated(
    messaging: MessagingContext, message_group_uuid: str, people: Collection[str]
) -> None:
    """Makes every process forget the conversation. It may be told more than once."""
    forget_invalidated(messaging, message_group_uuid, people)
    if messaging.encode is not None:
        data = "/".join(sorted(people)).encode()
        event = Event(GROUP_INVALIDATED, data, message_group_uuid=message_group_uuid)
        await messaging.bus.publish([PROCESSES], event)


def on_group_invalidated(messaging: MessagingContext, event: Event) -> None:
    """Follows the event of another process."""
    people = event.data.decode(errors="replace").split("/")
    forget_invalidated(messaging, event.message_group_uuid, people)


async def publish_signs_ended(messaging: MessagingContext, one: str, other: str) -> None:
    """Makes the open pages of both people show the other as offline."""
    if messaging.encode is not None:
        for user_uuid, hidden in ((one, other), (other, one)):
            await messaging.bus.publish([channel(user_uuid)], Event(SIGNS_ENDED, hidden.encode()))
