"""Hashes and checks passwords with argon2id, in a few threads."""

import asyncio
import base64
import functools
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cruddur.domain.errors import Busy
from cruddur.identity.password_cost import PasswordCost

PASSWORD_MAX_CHARS = 256
"""The characters that a password of an older version may have. `checked_password.py` takes fewer."""

_TYPED_MAX_CHARS = (
    4 * PASSWORD_MAX_CHARS
)  # a letter may be typed as its parts, of which it has four at most
AT_ONCE = 2
"""The number of threads. Each hash takes 64 MiB (RFC 9106, 4), so only few may run at once."""

WAITING_MAX = 64
"""The most passwords that wait for a thread. Beyond, requests fail at once with Busy."""

T = TypeVar("T")

_COST = PasswordCost()
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="password")


@dataclass(slots=True)
class Work:
    """The queue and the threads for hashing, of which a process has one."""

    waiting: int = 0
    done: int = 0
    """The number of hashes since the start, for the metrics. Each takes the same time and memory."""


work = Work()


async def hash_password(password: str, cost: PasswordCost = _COST) -> str:
    """Returns the password's argon2id hash, with its parameters. Raises Busy.

    A new password was checked before. One from before the present rules gets a new hash as it is.
    """
    password = composed(password)
    return await _in_thread(lambda: _hasher(cost).hash(password.encode(errors="replace")))


async def is_password(password_hash: str, password: str) -> bool:
    """Whether the hash is the password's. It takes the same time in both cases. Raises Busy."""
    whole = composed(password)
    is_right = await _in_thread(lambda: _verify(password_hash, whole[:PASSWORD_MAX_CHARS]))
    return is_right and len(whole) <= PASSWORD_MAX_CHARS


def composed(password: str) -> str:
    """Returns the password in Unicode's composed form (NFC).

    Of one that is longer than any may be it returns a beginning that is longer than any, too.
    """
    return unicodedata.normalize("NFC", password[: _TYPED_MAX_CHARS + 1])


def is_outdated(password_hash: str, cost: PasswordCost = _COST) -> bool:
    """Whether the hash was made with another cost."""
    return _hasher(cost).check_needs_rehash(password_hash)


@functools.cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )


def _verify(password_hash: str, password: str) -> bool:
    try:
        # The cost is the one that stands in the hash.
        return _hasher(_COST).verify(password_hash, password.encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False


def nobodys_hash(cost: PasswordCost = _COST) -> str:
    """Returns a hash that no password matches. Checking it takes as long as checking a real one."""
    hasher = _hasher(cost)
    salt, digest = (
        base64.b64encode(bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    parameters = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
    return f"$argon2id$v=19${parameters}${salt}${digest}"


async def _in_thread(compute: Callable[[], T]) -> T:
    if work.waiting >= WAITING_MAX:
        raise Busy("Too many people are signing in. Please try again.", retry_after=2)
    work.waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, compute)
    finally:
        work.waiting -= 1
        work.done += 1
