"""Of a picture that somebody uploads nothing is kept but its pixels, and what is none is refused."""

import random

import pytest
from tests.pictures import (
    BLUE,
    HALF,
    JPEG,
    LOSSLESS,
    PNG,
    RED,
    SMALL,
    chunk,
    of_bytes,
    webp_of,
    with_chunk,
)

from cruddur.domain.errors import Invalid
from cruddur.domain.jpeg import plain_jpeg
from cruddur.domain.person_picture import (
    PICTURE_MAX_BYTES,
    checked_picture,
    picture_name,
    type_of,
)
from cruddur.domain.webp import plain_webp

SECRET = b"taken at 47.37, 8.54"
WEBP_TYPE, JPEG_TYPE = "image/webp", "image/jpeg"
EXIF = b"\xff\xe1" + (len(SECRET) + 2).to_bytes(2) + SECRET
COMMENT = b"\xff\xfe" + (len(SECRET) + 2).to_bytes(2) + SECRET


@pytest.mark.parametrize("file", [RED, HALF, LOSSLESS])
def test_a_picture_as_browsers_write_it_loses_its_colour_profile_and_no_pixel(file: bytes) -> None:
    plain = checked_picture(file, WEBP_TYPE)
    assert b"ICCP" in file
    assert b"ICCP" not in plain
    assert len(plain) < len(file)
    assert plain_webp(plain) == ((256, 256), plain)
    assert checked_picture(plain, WEBP_TYPE) == plain
    assert type_of(plain) == WEBP_TYPE
    pixels = file[file.index(b"VP8L" if file is LOSSLESS else b"VP8 ") :]
    assert pixels.rstrip(b"\0") in plain


@pytest.mark.parametrize("name", [b"EXIF", b"XMP ", b"abcd"])
def test_where_it_was_taken_is_not_kept(name: bytes) -> None:
    told = with_chunk(RED, name, SECRET) + SECRET
    assert checked_picture(told, WEBP_TYPE) == checked_picture(RED, WEBP_TYPE)


def test_of_a_jpeg_neither_place_nor_comment_nor_what_follows_is_kept() -> None:
    plain = checked_picture(JPEG, JPEG_TYPE)
    told = JPEG[:2] + EXIF + COMMENT + JPEG[2:] + SECRET
    assert checked_picture(told, JPEG_TYPE) == plain
    assert plain_jpeg(plain) == ((256, 256), plain)
    assert b"ICC_PROFILE" not in plain
    assert type_of(plain) == JPEG_TYPE


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"RIFF",
        PNG,
        JPEG,
        SMALL,
        RED[:-1],
        RED.replace(b"WEBP", b"WAVE"),
        webp_of(),
        webp_of(chunk(b"ALPH", b"1234")),
        webp_of(chunk(b"VP8 ", b"12")),
        webp_of(chunk(b"VP8L", b"/12")),
        webp_of(chunk(b"VP8L", b"/" + (255 | 255 << 14 | 1 << 29).to_bytes(4, "little"))),
        with_chunk(RED, b"VP8 ", checked_picture(BLUE, "image/webp")[20:]),
        with_chunk(RED, b"ANIM", bytes(6)),
        with_chunk(RED, b"ANMF", bytes(16)),
        RED.replace(b"\x9d\x01\x2a", b"\x9d\x01\x2b"),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    ],
)
def test_what_is_no_picture_of_this_size_is_refused(file: bytes) -> None:
    with pytest.raises(Invalid, match="256 by 256 pixels"):
        checked_picture(file, WEBP_TYPE)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        RED,
        JPEG[:2],
        JPEG[:-2],
        JPEG[:2] + JPEG[-2:],
        JPEG[:40],
        JPEG.replace(b"\xff\xc0", b"\xff\xc3"),
        JPEG[:2] + b"\xff\xdb\x00\x01" + JPEG[2:],
        JPEG[:2] + b"\x00\x00\x00\x04" + JPEG[2:],
        JPEG[:2] + b"\xff\xdb\xff\xff" + JPEG[2:],
        JPEG.replace(b"\x01\x00\x01\x00\x03", b"\x01\x00\x00\x80\x03"),
    ],
)
def test_what_is_no_jpeg_of_this_size_is_refused(file: bytes) -> None:
    with pytest.raises(Invalid, match="256 by 256 pixels"):
        checked_picture(file, JPEG_TYPE)


def test_a_picture_has_so_many_bytes_and_no_more() -> None:
    assert len(checked_picture(of_bytes(PICTURE_MAX_BYTES), WEBP_TYPE)) == PICTURE_MAX_BYTES
    with pytest.raises(Invalid, match="32,000 bytes"):
        checked_picture(of_bytes(PICTURE_MAX_BYTES + 2), WEBP_TYPE)


def test_bytes_that_are_changed_at_random_raise_nothing_else() -> None:
    chance = random.Random(7)
    for file, kind in ((HALF, WEBP_TYPE), (LOSSLESS, WEBP_TYPE), (JPEG, JPEG_TYPE)):
        for _ in range(2000):
            broken = bytearray(
                file[: chance.randrange(len(file)) if chance.random() < 0.3 else None]
            )
            for _ in range(chance.randrange(1, 8)):
                if broken:
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                plain = checked_picture(bytes(broken), kind)
            except Invalid:
                continue
            assert len(plain) <= len(broken)


def test_a_name_says_which_picture_it_is() -> None:
    names = {picture_name(checked_picture(one, WEBP_TYPE)) for one in (RED, BLUE, HALF, LOSSLESS)}
    assert len(names) == 4
    assert {len(name) for name in names} == {22}
    assert picture_name(RED) == picture_name(bytes(RED))
