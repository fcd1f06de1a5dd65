"""Reads the segments of a JPEG picture, and makes it anew of nothing but what shows it (ITU-T T.81, B).

Browsers that cannot write WebP, as Safari, write this.
"""

from collections.abc import Iterator

from cruddur.domain.webp import PixelSize, Unreadable

_MARKER = 0xFF
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_FRAMES = frozenset(
    {0xC0, 0xC1, 0xC2}
)  # baseline, extended and progressive, as browsers write them
_TABLES = frozenset({0xC4, 0xDB, 0xDD})  # Huffman codes, quantization, restarts
_HEAD_BYTES = 4
_LENGTH_BYTES = 2
_FRAME_BYTES = 6
_RESTARTS = range(0xD0, 0xD8)


def plain_jpeg(data: bytes) -> tuple[PixelSize, bytes]:
    """Returns the size, and the picture without any segment but those of its pixels.

    So place and camera (EXIF, XMP), thumbnails, comments and what follows the end are gone. The pixels
    themselves are not decoded. Raises Unreadable.
    """
    size, parts = None, [_START]
    for kind, part in _segments(data):
        if kind in _FRAMES:
            if size is not None:
                raise Unreadable("it has two frames")
            size = _size_of(part)
        if kind in _FRAMES or kind in _TABLES or kind == _SCAN:
            parts.append(part)
    if size is None or len(parts) == 1:
        raise Unreadable("it has no pixels")
    return size, b"".join([*parts, _END])


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Gives the kind and the bytes of each segment up to the end; of a scan with what it encodes."""
    if not data.startswith(_START):
        raise Unreadable("it does not begin as one")
    at, has_scan = len(_START), False
    while not data.startswith(_END, at):
        if len(data) - at < _HEAD_BYTES or data[at] != _MARKER:
            raise Unreadable("a segment is broken")
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        end = at + 2 + length
        if length < _LENGTH_BYTES or end > len(data):
            raise Unreadable("a segment is longer than the file")
        if kind == _SCAN:
            has_scan, end = True, _end_of_scan(data, end)
        yield kind, data[at:end]
        at = end
    if not has_scan:
        raise Unreadable("it has no pixels")


def _end_of_scan(data: bytes, at: int) -> int:
    """Returns where the encoded pixels end: before the next marker that is none of their own."""
    while (at := data.find(_MARKER, at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS:
            return at
        at += 2
    raise Unreadable("it does not end")


def _size_of(frame: bytes) -> PixelSize:
    if len(frame) < _HEAD_BYTES + _FRAME_BYTES:
        raise Unreadable("its frame is too short")
    return PixelSize(int.from_bytes(frame[7:9]), int.from_bytes(frame[5:7]))
