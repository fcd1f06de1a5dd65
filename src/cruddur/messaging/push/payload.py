"""What a browser is pushed: the JSON that `static/worker/push.js` reads."""

import hashlib

import msgspec
from msgspec import Struct

from cruddur.domain.base64url import to_base64url
from cruddur.domain.previews import preview
from cruddur.messaging.push.find_telling import Telling

NOTHING_TOLD = "New message"
_STEP_BYTES = 256
"""Texts are made as long as a multiple of it, so that a push service learns little from the length."""

_NAME_MAX_CHARS = 80
_TOPIC_CHARS = 32  # RFC 8030, 5.4


class Payload(Struct, frozen=True, kw_only=True):
    """A notification. `group` is the conversation that a press opens, `seq` the message's number.

    `picture` is the path of the sender's below `/api/pictures/`, and empty without one.
    """

    group: str
    seq: int
    title: str
    body: str
    unread: int
    picture: str = ""


def payload_of(telling: Telling, *, has_texts: bool) -> bytes:
    """Returns what is encrypted for a browser. Without texts it does not even say who wrote."""
    text = preview(telling.message.message)
    told = Payload(
        group=telling.message.message_group_uuid,
        seq=telling.message.seq,
        title=_short(telling.title) if has_texts else "",
        body=_body(telling, text) if has_texts else NOTHING_TOLD,
        unread=telling.unread,
        picture=_picture(telling) if has_texts else "",
    )
    plain = msgspec.json.encode(told)
    return plain.ljust(-(-len(plain) // _STEP_BYTES) * _STEP_BYTES)


def topic_of(endpoint: str, message_group_uuid: str) -> str:
    """Returns the header `Topic`: of one conversation, a push service keeps only the newest message.

    It differs from device to device, so that no push service sees who are in one conversation.
    """
    digest = hashlib.sha256(f"{endpoint}\n{message_group_uuid}".encode()).digest()
    return to_base64url(digest)[:_TOPIC_CHARS]


def _picture(telling: Telling) -> str:
    return f"{telling.message.user_uuid}/{telling.picture}" if telling.picture else ""


def _body(telling: Telling, text: str) -> str:
    return f"{_short(telling.sender)}: {text}" if telling.is_group else text


def _short(name: str) -> str:
    return name if len(name) <= _NAME_MAX_CHARS else f"{name[: _NAME_MAX_CHARS - 1]}…"
