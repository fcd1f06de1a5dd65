"""The passwords that are guessed first, as a table of short digests: 68,811 of eight characters or more.

`python -m tests.common_passwords` makes the file, and says of which lists. With four bytes of a digest
each it is small in memory too, and of 62,400 other passwords one is taken for a common one.
"""

import hashlib
from bisect import bisect_left
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".bin")

_BYTES = 4


def digest_of(password: str) -> bytes:
    """Returns what the file holds of a password in lower case."""
    return hashlib.blake2b(password.encode(errors="replace"), digest_size=_BYTES).digest()


def is_common(password: str) -> bool:
    """Whether the password, in lower case, is in one of the lists."""
    table, digest = _table(), digest_of(password)
    count = len(table) // _BYTES
    place = bisect_left(range(count), digest, key=lambda n: table[n * _BYTES : (n + 1) * _BYTES])
    return table[place * _BYTES : (place + 1) * _BYTES] == digest


@cache
def _table() -> bytes:
    return FILE.read_bytes()
