"""Compression of pages. Static files are compressed once (`assets.py`); JSON is not compressed at all.

An attacker who can put text into a page and see the sizes of encrypted answers could guess the rest of
the page (the attack BREACH). So each compressed page is longer by a random number of bytes, as Django's
GZipMiddleware makes it (docs.djangoproject.com, "Middleware").
"""

import gzip
import io
import secrets
from typing import Any

from litestar import Request

_FAST = 4
"""A level that takes a third of the time of the smallest result, for a tenth more bytes."""
_MOST_RANDOM_BYTES = 100


def accepts_gzip(request: Request[Any, Any, Any]) -> bool:
    """Whether the client takes answers compressed by gzip (RFC 9110, 12.5.3)."""
    for one in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def compress_page(page: bytes) -> bytes:
    """Returns the page by gzip, with up to 100 random bytes in the header that clients pass over."""
    into = io.BytesIO()
    name = "a" * secrets.randbelow(_MOST_RANDOM_BYTES)
    with gzip.GzipFile(name, "wb", _FAST, into, mtime=0) as file:
        file.write(page)
    return into.getvalue()
