"""Several packets in one piece of bytes, for wires on which everybody hears everything."""

from collections.abc import Iterator, Sequence

import msgspec

from cruddur.bus.wire import Packet

FRAME_BYTES = 64 * 1024
"""About; one packet may be larger."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Packet]).decode


def framed(packets: Sequence[Packet]) -> Iterator[bytes]:
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
    """What is not of this form carries nothing: another version may share the wire."""
    try:
        return _decode(frame)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return ()
