"""Rate limits in Valkey or Redis, counted for all processes that share the server."""

import asyncio
import hashlib
import time
from typing import Any

from valkey.asyncio import BlockingConnectionPool, Valkey
from valkey.exceptions import ValkeyError

from cruddur.logs import Log

CALL_SECONDS = 0.1
"""The longest that a request waits for the count. It is short beside the hash of a password."""

PAUSE_SECONDS = 1.0
"""The pause after a call without an answer. So one request in a second tries the server."""

_CONNECTIONS = 4

# The generic cell rate algorithm (GCRA), with one number a key, by the server's clock in µs. It is a
# script, so that no other process counts between reading and writing.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local count, burst, step = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + count * step
local wait = due - now - burst * step
if count > 0 and wait > 0 then return math.ceil(wait) end
if due <= now then
    redis.call('DEL', KEYS[1])
else
    redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
end
return 0
"""

_log = Log()


class ValkeyLimits:
    """Shared limits on Valkey or Redis. Keys are stored as digests, so that no IP address is stored."""

    def __init__(self, url: str, *, prefix: str, secret: bytes) -> None:
        """Connects on first use. Raises ValueError for an invalid URL."""
        self._prefix = prefix
        self._secret = secret
        self._away_until = 0.0
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=CALL_SECONDS,
            socket_timeout=CALL_SECONDS,
            socket_connect_timeout=CALL_SECONDS,
        )
        self._client = Valkey(connection_pool=pool)
        self._script = self._client.register_script(_SCRIPT)

    @property
    def is_paused(self) -> bool:
        """Whether the server did not answer within the last PAUSE_SECONDS."""
        return time.monotonic() < self._away_until

    async def take(self, key: str, *, count: int, burst: int, seconds: float) -> float | None:
        if self.is_paused:
            return None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                wait: Any = await self._script(
                    [self._name(key)], [count, burst, seconds * 1_000_000]
                )
        except (ValkeyError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            _log.warning("rate limits are not shared now; each process counts", error=repr(error))
            return None
        return float(wait) / 1_000_000

    async def close(self) -> None:
        await self._client.connection_pool.disconnect()

    def _name(self, key: str) -> str:
        digest = hashlib.blake2b(key.encode(errors="replace"), key=self._secret, digest_size=16)
        return f"{self._prefix}limit/{digest.hexdigest()}"
