"""Compression of pages. Static files are compressed once (`assets.py`); JSON is not compressed at all.

An attacker who can put text into a page and see the sizes of encrypted answers could guess the rest of
the page (the attack BREACH). So each compressed page is longer by a random number of bytes, as Django's
GZipMiddleware makes it (docs.djangoproject.com, "Middleware").
"""

import gzip
import io
import secrets
from typing import Any, Literal

import brotli  # type: ignore[import-untyped]  # it is written in C, without stubs
from litestar import Request

Coding = Literal["br", "gzip"]
"""How an answer is compressed (RFC 9110, 8.4.1; RFC 7932)."""

_CODINGS: tuple[Coding, ...] = ("br", "gzip")  # the smaller result first
_NOT_TAKEN = {"q=0", "q=0.0", "q=0.00", "q=0.000"}
_FAST = 4
"""A level of gzip that takes a third of the time of the smallest result, for a tenth more bytes."""
_QUICK = 5
"""A quality of brotli that takes twice as long as that, for a twentieth fewer bytes."""
_MOST_RANDOM_BYTES = 100


def coding_for(request: Request[Any, Any, Any]) -> Coding | None:
    """Returns the best compression that the client takes, or None (RFC 9110, 12.5.3)."""
    taken = set()
    for one in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = one.partition(";")
        if weight.replace(" ", "") not in _NOT_TAKEN:
            taken.add(coding.strip())
    return next((coding for coding in _CODINGS if coding in taken), None)


def compress_file(content: bytes, coding: Coding) -> bytes:
    """Returns content that is the same for everybody, as small as it gets."""
    return _brotli(content, 11) if coding == "br" else gzip.compress(content, 9, mtime=0)


def compress_page(page: bytes, coding: Coding) -> bytes:
    """Returns the page with up to 100 random bytes that say nothing."""
    if coding == "br":
        # Random digits, since anything else would be compressed to the same length.
        digits = secrets.token_hex(secrets.randbelow(_MOST_RANDOM_BYTES))
        return _brotli(b"%b<!--%b-->" % (page, digits.encode()), _QUICK)
    into = io.BytesIO()
    name = "a" * secrets.randbelow(_MOST_RANDOM_BYTES)  # of the header, which clients pass over
    with gzip.GzipFile(name, "wb", _FAST, into, mtime=0) as file:
        file.write(page)
    return into.getvalue()


def _brotli(content: bytes, quality: int) -> bytes:
    compressed: bytes = brotli.compress(content, quality=quality)
    return compressed
