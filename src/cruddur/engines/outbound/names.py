"""Looks names up for calls to addresses that somebody gave."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_THREADS = 4

LookUp = Callable[[str, int], Sequence[tuple[socket.AddressFamily, str]]]
"""Returns the addresses of a name, for this port. Raises OSError. It runs in a thread."""


def look_up(host: str, port: int) -> Sequence[tuple[socket.AddressFamily, str]]:
    """Asks the system. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, str(where[0])) for family, _, _, _, where in found]


class Names(AbstractResolver):
    """aiohttp's resolver, in threads of its own.

    A name server that never answers must not take the threads with which the service does other work.
    """

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._threads = ThreadPoolExecutor(_THREADS, "names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Returns the addresses of a name, each with all that a connection needs. Raises OSError."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, self._look_up, host, port)
        except UnicodeError:
            raise OSError(f"{len(host)} characters that are no name") from None
        wanted = [one for one in found if family in {socket.AF_UNSPEC, one[0]}]
        return [self._result(host, port, *one) for one in wanted]

    async def close(self) -> None:
        """A session closes its resolver, which another session may use: see `end`."""

    def end(self) -> None:
        """Ends the threads without waiting for a name server."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _result(host: str, port: int, family: Any, address: str) -> ResolveResult:
        return ResolveResult(
            hostname=host, host=address, port=port, family=family, proto=0,
            flags=socket.AI_NUMERICHOST,
        )  # fmt: skip
