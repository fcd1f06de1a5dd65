"""What the service answers. Fields that a newer service adds are left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `seq` is its number in the conversation: 1, 2, 3 … without a gap.

    `kind` is `text`, or `event`: then `event` says what happened to the group. Times are ISO 8601 in
    UTC. `text` is empty once the message was deleted.
    """

    uuid: str
    seq: int
    conversation: str
    user_uuid: str
    handle: str
    display_name: str
    text: str
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    change_seq: int
    reply_to_seq: int | None
    reactions: Mapping[str, list[str]]
    kind: str
    event: Mapping[str, Any] | None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Message":
        """Returns the message that the service describes."""
        return cls(
            uuid=value["uuid"],
            seq=value["seq"],
            conversation=value["message_group_uuid"],
            user_uuid=value["user_uuid"],
            handle=value["handle"],
            display_name=value["display_name"],
            text=value["message"],
            created_at=value["created_at"],
            edited_at=value.get("edited_at"),
            deleted_at=value.get("deleted_at"),
            change_seq=value.get("change_seq", 0),
            reply_to_seq=value.get("reply_to_seq"),
            reactions=value.get("reactions", {}),
            kind=value.get("kind", "text"),
            event=value.get("event"),
        )


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as it stands in the inbox of the person who asked.

    `kind` is `direct` or `group`; `handle` and `user_uuid` are the other person's in a direct one.
    `last_seq` is the number of the last message, `read_seq` the number up to which the person has read.
    """

    uuid: str
    kind: str
    display_name: str
    handle: str | None
    user_uuid: str | None
    last_seq: int
    read_seq: int
    unread: int
    last_change_seq: int
    preview: str
    created_at: str

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Conversation":
        """Returns the conversation that the service describes."""
        return cls(
            uuid=value["uuid"],
            kind=value["kind"],
            display_name=value["display_name"],
            handle=value["handle"],
            user_uuid=value["user_uuid"],
            last_seq=value["last_seq"],
            read_seq=value["read_seq"],
            unread=value["unread"],
            last_change_seq=value.get("last_change_seq", 0),
            preview=value["message"],
            created_at=value["created_at"],
        )


@dataclass(frozen=True, slots=True)
class User:
    """A person. People find each other by `handle`, which is written without the @."""

    uuid: str
    handle: str
    display_name: str

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "User":
        """Returns the person whom the service describes."""
        return cls(value["uuid"], value["handle"], value["display_name"])


@dataclass(frozen=True, slots=True)
class Changes:
    """The messages that were edited, deleted or reacted to after a change, as they are now."""

    messages: tuple[Message, ...]
    last_change_seq: int

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Changes":
        """Returns the changes that the service lists."""
        return cls(tuple(map(Message.from_json, value["messages"])), value["last_change_seq"])


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the stream: its type, its JSON, and the id by which a stream is resumed."""

    type: str
    data: Mapping[str, Any]
    id: str | None
