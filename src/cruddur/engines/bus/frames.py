"""Combines packets into frames, for transports on which every process receives everything."""

from collections.abc import Iterator, Sequence

import msgspec

from cruddur.engines.bus.transport import Packet

FRAME_BYTES = 64 * 1024
"""The approximate size of a frame. A single packet may be larger."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Packet]).decode


def framed(packets: Sequence[Packet]) -> Iterator[bytes]:
    """Yields frames of about FRAME_BYTES that hold all of the packets, in order."""
    part: list[Packet] = []
    size = 0
    for packet in packets:
        part.append(packet)
        size += len(packet.body) + sum(map(len, packet.channels))
        if size >= FRAME_BYTES:
            yield _encode(part)
            part, size = [], 0
    if part:
        yield _encode(part)


def unframed(frame: bytes) -> Sequence[Packet]:
    """Returns a frame's packets; none if it has another form, since another version may have sent it."""
    try:
        return _decode(frame)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return ()
