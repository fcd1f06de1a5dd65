"""The JSON of a message, made once for all that need it."""

import msgspec

from cruddur.domain.model import Message
from cruddur.web.api.schemas import message_out

_encode = msgspec.json.Encoder().encode


class _MessageJson:
    # The event of a send and its answer are written one after the other, from the same message.

    def __init__(self) -> None:
        self._message: Message | None = None
        self._json = b""

    def __call__(self, message: Message) -> bytes:
        """Returns the message as JSON, which is made once for its event and the answer to its sender."""
        if message is not self._message:
            self._json = _encode(message_out(message))
            self._message = message
        return self._json


message_json = _MessageJson()
