"""Seals messages on a transport that others can write to, for one channel and time of sending."""

import struct
import time
from collections.abc import Callable, Iterator, Sequence

from cruddur.engines.seal import Seal

FRESH_SECONDS = 300.0
"""The largest difference between a message's time and ours. It stops the replay of recorded messages;
the clocks of servers differ by less."""

_TIME = struct.Struct(">d")


class Sealing:
    """Seals and opens the messages of one transport."""

    def __init__(self, seal: Seal, *, now: Callable[[], float] = time.time) -> None:
        self._seal = seal
        self._now = now
        self._head_bytes = seal.size + _TIME.size
        self.refused = 0
        """The number of messages that were not sealed with our key, or that are too old."""

    def close(self, channels: Sequence[str], body: bytes) -> Iterator[tuple[str, bytes]]:
        """Yields each channel with the sealed message to send there."""
        sent = _TIME.pack(self._now())
        digest = self._seal.of(body)  # computed once for all channels
        for channel in channels:
            yield channel, self._seal.of(channel.encode(), sent, digest) + sent + body

    def open(self, channel: str, message: bytes) -> bytes | None:
        """Returns the body of a message, or None if it was not sealed for this channel or is too old."""
        seal, sent = message[: self._seal.size], message[self._seal.size : self._head_bytes]
        body = message[self._head_bytes :]
        if self._seal.is_of(seal, channel.encode(), sent, self._seal.of(body)) and self._is_fresh(
            sent
        ):
            return body
        self.refused += 1
        return None

    def _is_fresh(self, sent: bytes) -> bool:
        (at,) = _TIME.unpack(sent)
        return bool(abs(self._now() - at) <= FRESH_SECONDS)
