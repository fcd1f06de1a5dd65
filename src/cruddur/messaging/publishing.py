"""Publishes events to the people whom they concern, the moment that something has happened."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from cruddur.domain.erasure import is_erased_handle, not_erased
from cruddur.domain.invites import Invitation
from cruddur.domain.message_changes import MessageChangeKind
from cruddur.domain.model import InboxRow, Message, MessageGroup, User
from cruddur.domain.reactions import with_own_reactions
from cruddur.domain.receipts import ReadMark, may_know
from cruddur.domain.renaming import Renaming
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import (
    PROCESSES,
    BlockChanged,
    GroupChanged,
    GroupInInbox,
    Invited,
    MemberLeft,
    MessageChanged,
    MessageSent,
    MessagesHidden,
    MessagingEvent,
    PersonRenamed,
    ReadMarkMoved,
    ReceiptGiven,
    ReceiptsSwitched,
    RowSettingsChanged,
    Typing,
    channel,
)
from cruddur.messaging.signs import find_members_apart, find_people_apart


async def publish_message(
    messaging: MessagingContext, group: MessageGroup, message: Message
) -> None:
    """Publishes a stored message to the members who may see it."""
    now = messaging.now()
    messaging.moved_groups.remember(group, now)
    viewers = _viewers(messaging, group, message)
    known = messaging.change_tails.last_seq(group.message_group_uuid)
    await _publish(messaging, viewers, message_sent(group, message, now, known))


async def publish_changed(
    messaging: MessagingContext,
    group: MessageGroup,
    message: Message,
    user_uuid: str,
    change: MessageChangeKind,
) -> None:
    """Publishes a message that this person has changed so to the members who may see it."""
    messaging.moved_groups.remember(group, messaging.now())
    known = messaging.tails.last_seq(group.message_group_uuid)
    event = MessageChanged(
        message=message, user_uuid=user_uuid, change=change, last_seq=max(known, message.seq)
    )
    viewers = _viewers(messaging, group, message, user_uuid)
    members = messaging.changed_groups.newest(group).members
    for uuid in [uuid for uuid in viewers if members[uuid].has_blocked]:
        viewers.remove(uuid)
        own = msgspec.structs.replace(event, message=with_own_reactions(message, uuid))
        await _publish(messaging, [uuid], own)
    await _publish(messaging, viewers, event)


async def publish_read(
    messaging: MessagingContext,
    user_uuid: str,
    group_uuid: str,
    seq: int,
    fewer_unread: tuple[int, int] | None,
) -> None:
    """Publishes a read mark to the devices of the person whose it is."""
    event = ReadMarkMoved(
        message_group_uuid=group_uuid, user_uuid=user_uuid, seq=seq, fewer_unread=fewer_unread
    )
    await _publish(messaging, [user_uuid], event)


async def publish_receipt(messaging: MessagingContext, group: MessageGroup, mark: ReadMark) -> None:
    """Publishes a read mark to the members who may know of it."""
    newest = messaging.changed_groups.newest(group)
    owner, seq = mark.user_uuid, mark.read_seq
    apart = await find_members_apart(messaging, newest, owner)
    others = [
        uuid for uuid in newest.members if uuid not in apart and may_know(newest, uuid, owner, seq)
    ]
    await _publish(messaging, others, ReceiptGiven(mark=mark))


async def publish_receipts_switched(messaging: MessagingContext, user: User) -> None:
    """Publishes to a person's devices, and to all processes, whether they share receipts now."""
    event = ReceiptsSwitched(user=user)
    if messaging.encode is not None:
        channels = [PROCESSES, channel(user.user_uuid)]
        await messaging.bus.publish(channels, messaging.encode(event))


async def publish_row_settings(messaging: MessagingContext, row: InboxRow) -> None:
    """Publishes what a person has set on a row to their own devices."""
    await _publish(messaging, [row.owner_uuid], RowSettingsChanged(row=row))


async def publish_hidden(messaging: MessagingContext, row: InboxRow, seqs: Sequence[int]) -> None:
    """Publishes to a person's own devices which messages they have deleted for themselves."""
    await _publish(messaging, [row.owner_uuid], MessagesHidden(row=row, seqs=list(seqs)))


async def publish_cleared(messaging: MessagingContext, row: InboxRow) -> None:
    """Publishes what a person has cleared to their own devices, and to all processes, which know the
    conversation from before.
    """
    if messaging.encode is not None:
        channels = [PROCESSES, channel(row.owner_uuid)]
        await messaging.bus.publish(channels, messaging.encode(RowSettingsChanged(row=row)))


async def publish_group(
    messaging: MessagingContext, row: InboxRow, group: MessageGroup, user_uuid: str
) -> None:
    """Publishes to one member how a group stands in their inbox since `user_uuid` changed it.

    Somebody who has not accepted it gets nothing.
    """
    if row.is_request:
        return
    messaging.moved_groups.remember(group, messaging.now())
    event = GroupInInbox(row=row, group=group, user_uuid=user_uuid)
    await _publish(messaging, [row.owner_uuid], event)


async def publish_group_changed(
    messaging: MessagingContext,
    group: MessageGroup,
    user_uuid: str,
    newcomers: Collection[str] = (),
) -> None:
    """Publishes to the members that `user_uuid` changed the group: one event for all, without a read.

    Newcomers get `publish_group`, and those who have not accepted the group get nothing.
    """
    messaging.moved_groups.remember(group, messaging.now())
    told = [
        uuid
        for uuid in not_erased(group.members)
        if uuid not in newcomers and not group.members[uuid].is_request
    ]
    await _publish(messaging, told, GroupChanged(group=group, user_uuid=user_uuid))


async def publish_left(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup, by_user_uuid: str
) -> None:
    """Publishes to a person's devices that they are no longer in the group, which is as it is after
    that.
    """
    event = MemberLeft(
        message_group_uuid=group.message_group_uuid,
        user_uuid=user_uuid,
        version=group.shown_version,
        title=group.title,
        by_user_uuid=by_user_uuid,
    )
    await _publish(messaging, [user_uuid], event)


async def publish_invited(messaging: MessagingContext, invitation: Invitation) -> None:
    """Publishes to the devices of a person that they are asked to come back into a group."""
    await _publish(messaging, [invitation.user_uuid], Invited(invitation=invitation))


async def publish_typing(messaging: MessagingContext, group: MessageGroup, user: User) -> None:
    """Publishes to the other members that a person is writing, but not to those whom they block or are
    blocked by.
    """
    newest = messaging.changed_groups.newest(group)
    apart = await find_members_apart(messaging, newest, user.user_uuid)
    others = [uuid for uuid in newest.members if uuid != user.user_uuid and uuid not in apart]
    event = Typing(message_group_uuid=group.message_group_uuid, user=user)
    await _publish(messaging, others, event)


async def publish_block(
    messaging: MessagingContext, user_uuid: str, blocked_uuid: str, *, is_blocked: bool
) -> None:
    """Publishes a block, or its end, to the devices of the person who made it."""
    event = BlockChanged(user_uuid=user_uuid, blocked_uuid=blocked_uuid, is_blocked=is_blocked)
    await _publish(messaging, [user_uuid], event)


async def publish_renamed(
    messaging: MessagingContext, person: Renaming, people: Collection[str]
) -> None:
    """Publishes a person's new name to their own devices, to these people, and to all processes.

    Those between whom and the person there is a block are left out.
    """
    if messaging.encode is not None:
        apart = await find_people_apart(messaging, person.user_uuid)
        channels = [PROCESSES, *map(channel, {person.user_uuid, *people}.difference(apart))]
        await messaging.bus.publish(channels, messaging.encode(PersonRenamed(person=person)))


def _viewers(
    messaging: MessagingContext, group: MessageGroup, message: Message, by: str | None = None
) -> list[str]:
    """Returns the members who may see the message, and block neither its author nor who changed it."""
    newest = messaging.changed_groups.newest(group)
    return [
        uuid
        for uuid in newest.viewers(message.seq)
        if newest.hears(uuid, message.user_uuid)
        and (by is None or newest.hears(uuid, by))
        and not message.is_hidden_from(uuid)
        and not is_erased_handle(newest.members[uuid].handle)
    ]


def message_sent(
    group: MessageGroup, message: Message, now: str, last_change_seq: int = 0
) -> MessageSent:
    """The event of a message; `now` bounds the time from which a device resumes after it."""
    # A device that comes back asks for what happened since: since a time to come, that would be nothing.
    resume_at = min(message.created_at, now)
    return MessageSent(
        message=message, group=group, resume_at=resume_at, last_change_seq=last_change_seq
    )


async def _publish(
    messaging: MessagingContext, user_uuids: Iterable[str], event: MessagingEvent
) -> None:
    if messaging.encode is not None:
        channels = [channel(uuid) for uuid in user_uuids]
        await messaging.bus.publish(channels, messaging.encode(event))
