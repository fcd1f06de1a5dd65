"""What happens in conversations, as values: one type for each kind of event.

They say what has happened and who did it. How it is written for devices is decided where devices are
served. The docstring of each type is its entry in `docs/events.md`: when it is sent, and to whom.
"""

from typing import ClassVar

from msgspec import Struct

from cruddur.domain.invites import Invitation
from cruddur.domain.message_changes import MessageChangeKind
from cruddur.domain.model import InboxRow, Message, MessageGroup, User
from cruddur.domain.receipts import ReadMark
from cruddur.domain.renaming import Renaming


class MessageSent(Struct, frozen=True, kw_only=True):
    """A message was stored. A retry that finds it stored sends the event once more.

    Goes to each member who may see the message, the sender's own devices included. A device that comes
    back with `Last-Event-ID` gets the messages that it missed in the same form.
    """

    type: ClassVar = "message"
    message: Message
    group: MessageGroup
    resume_at: str
    """The event's id. A device that comes back asks with it for what happened since that time."""
    last_change_seq: int = 0
    """The conversation's last change, as far as this process knows."""

    @property
    def user_uuid(self) -> str:
        """The sender."""
        return self.message.user_uuid


class MessageChanged(Struct, frozen=True, kw_only=True):
    """A message was edited, or deleted: then its text is empty. Or somebody has changed what emoji they
    have on it. `change_seq` is the change's number.

    Goes to each member who may see the message. Changes are numbered as messages are, so a device sees
    what it lacks, and fetches it by `GET /api/messages/{group}/changes?after=`.
    """

    type: ClassVar = "message_changed"
    message: Message
    user_uuid: str
    """The person who has changed it: the author, or of a reaction the person who reacts."""
    change: MessageChangeKind
    last_seq: int = 0
    """The conversation's last message, as far as this process knows."""


class ReadMarkMoved(Struct, frozen=True, kw_only=True):
    """A person has read a conversation up to a number.

    Goes to this person's own devices only.
    """

    type: ClassVar = "read"
    message_group_uuid: str
    user_uuid: str
    seq: int
    fewer_unread: tuple[int, int] | None = None
    """How many messages, and conversations, are no longer unread; None if that is not known."""


class ReceiptGiven(Struct, frozen=True, kw_only=True):
    """Another person has read a conversation up to a number. `read` tells of one's own reading.

    Goes to the other members who may see the message, except to devices of people who share no receipts
    of their own. It is not repeated after an absence: ask for the receipts anew.
    """

    type: ClassVar = "receipt"
    mark: ReadMark

    @property
    def user_uuid(self) -> str:
        """The person who has read."""
        return self.mark.user_uuid


class ReceiptsSwitched(Struct, frozen=True, kw_only=True):
    """A person has switched their read receipts on or off.

    Goes to this person's own devices only.
    """

    type: ClassVar = "receipts_switched"
    user: User

    @property
    def user_uuid(self) -> str:
        """The person."""
        return self.user.user_uuid


class RowSettingsChanged(Struct, frozen=True, kw_only=True):
    """A person has changed how a conversation stands in their own inbox, as by muting it.

    Goes to this person's own devices only. Of two such events the one with the greater
    `settings_version` is right, in whatever order they come.
    """

    type: ClassVar = "row_settings"
    row: InboxRow

    @property
    def user_uuid(self) -> str:
        """The person whose inbox it is."""
        return self.row.owner_uuid


class MessagesHidden(Struct, frozen=True, kw_only=True):
    """A person has deleted messages for themselves. Nobody else learns of it.

    Goes to this person's own devices only. `hidden_version` counts such deletions in the conversation. A
    device that finds a greater one in its inbox than it has heard of reads the messages that it holds
    again: those that are gone are not answered.
    """

    type: ClassVar = "messages_hidden"
    row: InboxRow
    seqs: list[int]

    @property
    def user_uuid(self) -> str:
        """The person whose view it is."""
        return self.row.owner_uuid


class GroupInInbox(Struct, frozen=True, kw_only=True):
    """A group was started, got another title, picture or settings, or its members or their roles
    changed.

    Goes to each member, as the conversation stands in this member's own inbox. A stream that was opened
    with `?group_rows=false` gets it only for what comes into the inbox, and else `group_changed`. A
    device that comes back with `Last-Event-ID` first gets one for each conversation, direct ones too,
    that moved meanwhile.
    """

    type: ClassVar = "group"
    row: InboxRow
    group: MessageGroup
    user_uuid: str | None
    """The person who changed the group. None after an absence, where nothing may have changed but the
    messages."""


class GroupChanged(Struct, frozen=True, kw_only=True):
    """A group got another title, picture or settings, or its members or their roles changed.

    Goes to each member who was there before, and is the same for all of them. Only streams that were
    opened with `?group_rows=false` get it, the others get `group`. Of two such events the one with the
    greater `version` is right, in whatever order they come.
    """

    type: ClassVar = "group_changed"
    group: MessageGroup
    user_uuid: str
    """The person who changed the group."""


class MemberLeft(Struct, frozen=True, kw_only=True):
    """A person has left a group, was removed from it, or has declined a request.

    Goes to this person's own devices. The other members of a group get `group` or `group_changed`.
    Nobody else learns of a declined request. What happens there from then on is sent to this person no
    more.
    """

    type: ClassVar = "left"
    message_group_uuid: str
    user_uuid: str
    version: int
    title: str | None
    by_user_uuid: str
    """The person who removed them, or they themselves."""


class Invited(Struct, frozen=True, kw_only=True):
    """A person who has left a group is asked to come back.

    Goes to this person's own devices. `GET /api/invitations` has what they have not answered.
    """

    type: ClassVar = "invited"
    invitation: Invitation

    @property
    def user_uuid(self) -> str:
        """The person who invites them."""
        return self.invitation.by_user_uuid


class Typing(Struct, frozen=True, kw_only=True):
    """A person is writing. Clients say so at most once in three seconds, and show it for a few.

    Goes to the other members.
    """

    type: ClassVar = "typing"
    message_group_uuid: str
    user: User

    @property
    def user_uuid(self) -> str:
        """The person who is writing."""
        return self.user.user_uuid


class PersonRenamed(Struct, frozen=True, kw_only=True):
    """A person has another display name or picture. It may come more than once.

    Goes to this person's own devices, and to those of the people with whom they have a conversation. The
    `group` event is not sent for it. Messages keep the name under which they were written.
    """

    type: ClassVar = "person"
    person: Renaming

    @property
    def user_uuid(self) -> str:
        """The person."""
        return self.person.user_uuid


class BlockChanged(Struct, frozen=True, kw_only=True):
    """A person has blocked somebody, or ended that.

    Goes to this person's own devices only. The other one gets nothing.
    """

    type: ClassVar = "block"
    user_uuid: str
    """The person who has blocked."""
    blocked_uuid: str
    is_blocked: bool


MessagingEvent = (
    MessageSent
    | MessageChanged
    | ReadMarkMoved
    | ReceiptGiven
    | ReceiptsSwitched
    | RowSettingsChanged
    | MessagesHidden
    | GroupInInbox
    | GroupChanged
    | MemberLeft
    | Invited
    | Typing
    | PersonRenamed
    | BlockChanged
)
"""Everything that the use cases publish."""

PROCESSES = "sessions"
"""The channel of what each process of the service has to know. A person's channel has another form, so
that no device can subscribe to it."""


def channel(user_uuid: str) -> str:
    """The channel to which all devices of this user subscribe."""
    return f"user#{user_uuid}"
