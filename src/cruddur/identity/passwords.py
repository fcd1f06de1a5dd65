"""Passwords: argon2id, in threads, and few at once."""

import asyncio
import base64
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cruddur.errors import Busy, Invalid

PASSWORD_MIN_CHARS = 8
PASSWORD_MAX_CHARS = 256
AT_ONCE = 2
"""Each hash takes 64 MiB (RFC 9106, 4), so a crowd that signs in must not be hashed all at once."""

WAITING_MAX = 64
"""Whoever comes when so many wait already is asked to come back, instead of waiting for ever."""

T = TypeVar("T")

_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="password")
_waiting = 0


def checked_password(password: str) -> str:
    """Returns the password in its one Unicode form (NFC), or raises Invalid."""
    if len(password) < PASSWORD_MIN_CHARS:
        raise Invalid(
            "password_too_short",
            f"A password has at least {PASSWORD_MIN_CHARS} characters.",
            field="password",
        )
    if len(password) > PASSWORD_MAX_CHARS:
        # A long one would cost the server's time, not only the sender's.
        raise Invalid(
            "password_too_long",
            f"A password has at most {PASSWORD_MAX_CHARS} characters.",
            field="password",
        )
    return unicodedata.normalize("NFC", password)


async def hash_password(password: str) -> str:
    """Raises Invalid, Busy."""
    password = checked_password(password)
    return await _in_thread(lambda: _hasher.hash(password.encode(errors="replace")))


async def is_password(password_hash: str, password: str) -> bool:
    """Takes the same time whether it is or not. Raises Busy."""
    password = unicodedata.normalize("NFC", password[:PASSWORD_MAX_CHARS])
    return await _in_thread(lambda: _verify(password_hash, password))


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password.encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False


def _nobodys_hash() -> str:
    salt, digest = (
        base64.b64encode(bytes(size)).decode().rstrip("=")
        for size in (_hasher.salt_len, _hasher.hash_len)
    )
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


NOBODYS_HASH = _nobodys_hash()
"""Costs as much to verify as anybody's, and no password matches it."""


async def _in_thread(work: Callable[[], T]) -> T:
    global _waiting  # noqa: PLW0603  the threads are the process's, and so is their queue
    if _waiting >= WAITING_MAX:
        raise Busy("Too many people are signing in. Please try again.", retry_after=2)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
