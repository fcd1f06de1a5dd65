"""Each request of the API as a value, so that both clients send the same ones."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from cruddur_client.model import Changes, Conversation, Message, User

T = TypeVar("T")

EVENTS = "/api/events"
"""The path of the event stream."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and how its answer is read. Each call of this module may be repeated."""

    method: str
    path: str
    read: Callable[[Any], T]
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] | None = None


def me() -> Call[User]:
    """The person who is signed in."""
    return Call("GET", "/api/me", User.from_json)


def conversations(limit: int, *, unread: bool) -> Call[list[Conversation]]:
    """The first page of the inbox, newest first. The `Link` of an answer leads to the next one."""
    query = {"limit": limit, "unread": "true"} if unread else {"limit": limit}
    return Call("GET", "/api/message_groups", _each(Conversation.from_json), query=query)


def conversation(conversation: str) -> Call[Conversation]:
    """One conversation of the inbox."""
    return Call("GET", f"/api/message_groups/{quote(conversation)}", Conversation.from_json)


def following(link: str) -> Call[list[Conversation]]:
    """The page of the inbox to which a link leads."""
    return Call("GET", link, _each(Conversation.from_json))


def messages(
    conversation: str, *, before: int | None, after: int | None, limit: int
) -> Call[list[Message]]:
    """The newest messages, or those before or after a number, the oldest first."""
    given = {"before": before, "after": after, "limit": limit}
    query = {name: value for name, value in given.items() if value is not None}
    return Call(
        "GET", f"/api/messages/{quote(conversation)}", _each(Message.from_json), query=query
    )


def changes(conversation: str, *, after: int, limit: int) -> Call[Changes]:
    """The messages that were changed after the change of this number."""
    query = {"after": after, "limit": limit}
    path = f"/api/messages/{quote(conversation)}/changes"
    return Call("GET", path, Changes.from_json, query=query)


def send(
    text: str,
    *,
    conversation: str | None,
    handle: str | None,
    message_uuid: str | None,
    after: int | None,
    reply_to: int | None,
) -> Call[Message]:
    """A message to a conversation or to a handle. With one `message_uuid` it is stored once.

    `after` is the number of the last message that the sender knew; tries are looked for behind it.
    """
    if (conversation is None) == (handle is None):
        raise ValueError("a message goes to one conversation or to one handle")
    given = {
        "message": text,
        "message_group_uuid": conversation,
        "handle": handle,
        "message_uuid": message_uuid or str(uuid.uuid4()),
        "after": after,
        "reply_to_seq": reply_to,
    }
    body = {name: value for name, value in given.items() if value is not None}
    return Call("POST", "/api/messages", Message.from_json, body=body)


def edit(message: Message, text: str) -> Call[Message]:
    """Another text for one's own message."""
    body = {"message": text, "change_uuid": str(uuid.uuid4()), "after": message.change_seq}
    return Call("PATCH", _path_of(message), Message.from_json, body=body)


def delete(message: Message) -> Call[Message]:
    """One's own message without its text, for everybody."""
    return Call("DELETE", _path_of(message), Message.from_json)


def react(message: Message, emoji: str) -> Call[Message]:
    """An emoji of one's own on a message."""
    path = f"{_path_of(message)}/reactions/{quote(emoji, safe='')}"
    return Call("PUT", path, Message.from_json)


def mark_read(conversation: str, seq: int) -> Call[None]:
    """That the person has read up to this number."""
    path = f"/api/message_groups/{quote(conversation)}/read"
    return Call("POST", path, lambda _: None, body={"seq": seq})


def sign_in(handle: str, password: str) -> Call[str]:
    """The token of a new session."""
    body = {"handle": handle, "password": password}
    return Call("POST", "/api/sessions", lambda answer: str(answer["token"]), body=body)


def make_token(external_id: str, display_name: str | None, ttl: int) -> Call[str]:
    """A token of a host's person. With a name the person is made, or gets this name."""
    body = {"external_id": external_id, "ttl": ttl, "display_name": display_name}
    given = {name: value for name, value in body.items() if value is not None}
    return Call("POST", "/api/tokens", lambda answer: str(answer["token"]), body=given)


def put_user(
    external_id: str, display_name: str, handle: str | None, metadata: Mapping[str, str] | None
) -> Call[User]:
    """A host's person, new or as the host says now."""
    body = {"display_name": display_name, "handle": handle, "metadata": metadata}
    given = {name: value for name, value in body.items() if value is not None}
    return Call("PUT", f"/api/users/{quote(external_id, safe='')}", User.from_json, body=given)


def _path_of(message: Message) -> str:
    return f"/api/messages/{quote(message.conversation)}/{message.seq}"


def _each(read: Callable[[Mapping[str, Any]], T]) -> Callable[[Any], list[T]]:
    return lambda values: [read(value) for value in values]
