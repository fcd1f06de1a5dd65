"""Makes the messages that say what happened to a group."""

from collections.abc import Sequence

from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_events import event_text
from cruddur.domain.model import Message, MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.append_message import following
from cruddur.messaging.messages.send_message import uuid7
from cruddur.messaging.tails import Tail


def event_messages(
    messaging: MessagingContext,
    actor_uuid: str,
    groups: tuple[MessageGroup, MessageGroup],
    tail: Tail,
    events: Sequence[GroupEvent],
) -> list[Message]:
    """Returns the messages of what the actor did, in the order of the events, behind the tail.

    `groups` are the group before and after it: the actor is a member of one of them.
    """
    before, after = groups
    people = {**before.members, **after.members}
    actor = people[actor_uuid]
    messages: list[Message] = []
    seq, at = tail.last_seq, tail.last_created_at
    for event in events:
        draft = Message(
            message_group_uuid=after.message_group_uuid,
            seq=1,
            message_uuid=uuid7(),
            message=event_text(event, actor, people),
            user_uuid=actor_uuid,
            user_handle=actor.handle,
            user_display_name=actor.display_name,
            created_at=messaging.now(),
            event=event,
        )
        messages.append(following(seq, at, draft))
        seq, at = messages[-1].seq, messages[-1].created_at
    return messages
