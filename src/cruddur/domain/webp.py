"""Reads the headers of a WebP picture, and makes it anew of nothing but what shows it (RFC 9649)."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_RIFF_HEAD = struct.Struct("<4sI4s")
_CHUNK_HEAD = struct.Struct("<4sI")
_VP8_HEAD = struct.Struct("<3s3sHH")
_VP8_START = b"\x9d\x01\x2a"
_VP8L_SIGNATURE = 0x2F
_SIDE_BITS = 14
_SIDE_MASK = (1 << _SIDE_BITS) - 1
_HAS_ALPHA = 0x10


class Unreadable(ValueError):
    """The bytes are no WebP picture that stands still."""


class PixelSize(NamedTuple):
    """The size of a picture, in pixels."""

    width: int
    height: int


def plain_webp(data: bytes) -> tuple[PixelSize, bytes]:
    """Returns the size, and the picture without any chunk but those of its pixels.

    So place and camera (EXIF, XMP), colour profiles, unknown chunks and what follows the end are gone.
    The pixels themselves are not decoded. Raises Unreadable, for an animation too.
    """
    chunks = dict(_chunks(data))
    if b"ANIM" in chunks or b"ANMF" in chunks:
        raise Unreadable("it moves")
    if b"VP8L" in chunks:
        return _size_of_vp8l(chunks[b"VP8L"]), _file([(b"VP8L", chunks[b"VP8L"])])
    pixels = chunks.get(b"VP8 ")
    if pixels is None:
        raise Unreadable("it has no pixels")
    size = _size_of_vp8(pixels)
    alpha = chunks.get(b"ALPH")
    if alpha is None:
        return size, _file([(b"VP8 ", pixels)])
    return size, _file([(b"VP8X", _extended(size)), (b"ALPH", alpha), (b"VP8 ", pixels)])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Gives name and content of each chunk. A name that comes twice could be read in two ways."""
    if len(data) < _RIFF_HEAD.size:
        raise Unreadable("it is too short")
    riff, size, form = _RIFF_HEAD.unpack_from(data)
    end = _CHUNK_HEAD.size + size
    if riff != b"RIFF" or form != b"WEBP" or end > len(data):
        raise Unreadable("it does not begin as one")
    at, seen = _RIFF_HEAD.size, set[bytes]()
    while at + _CHUNK_HEAD.size <= end:
        name, length = _CHUNK_HEAD.unpack_from(data, at)
        at += _CHUNK_HEAD.size
        if at + length > end or name in seen:
            raise Unreadable("a chunk is longer than the file, or there twice")
        seen.add(name)
        yield name, data[at : at + length]
        at += length + length % 2  # each chunk begins at an even place
    if not seen:
        raise Unreadable("it is empty")


def _size_of_vp8(pixels: bytes) -> PixelSize:
    """The size in the head of a key frame (RFC 6386, 9.1)."""
    if len(pixels) < _VP8_HEAD.size:
        raise Unreadable("its pixels are too short")
    tag, start, width, height = _VP8_HEAD.unpack_from(pixels)
    is_key_frame = tag[0] & 1 == 0
    first_part = int.from_bytes(tag, "little") >> 5
    if not is_key_frame or start != _VP8_START or first_part > len(pixels) - _VP8_HEAD.size:
        raise Unreadable("its pixels are no key frame")
    return PixelSize(width & _SIDE_MASK, height & _SIDE_MASK)


def _size_of_vp8l(pixels: bytes) -> PixelSize:
    if len(pixels) < _CHUNK_HEAD.size or pixels[0] != _VP8L_SIGNATURE:
        raise Unreadable("its pixels are too short")
    bits = int.from_bytes(pixels[1:5], "little")
    if bits >> 29:  # the version, which is 0
        raise Unreadable("its pixels are of another version")
    return PixelSize((bits & _SIDE_MASK) + 1, (bits >> _SIDE_BITS & _SIDE_MASK) + 1)


def _extended(size: PixelSize) -> bytes:
    sides = (side - 1 for side in size)
    return bytes([_HAS_ALPHA, 0, 0, 0]) + b"".join(side.to_bytes(3, "little") for side in sides)


def _file(chunks: list[tuple[bytes, bytes]]) -> bytes:
    content = b"".join(
        _CHUNK_HEAD.pack(name, len(chunk)) + chunk + b"\0" * (len(chunk) % 2)
        for name, chunk in chunks
    )
    return _RIFF_HEAD.pack(b"RIFF", len(content) + 4, b"WEBP") + content
