"""Calls to addresses that somebody gave, over aiohttp.

The check is where the socket is made, with the very address that it is then connected to. So nothing can
come between the check and the connection: no second look-up of the name (DNS rebinding), no redirect, no
odd way to write a number, no proxy.
"""

import errno
import socket
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
from yarl import URL

from cruddur.engines.outbound.addresses import Network, address_of, is_allowed, may_be_called
from cruddur.engines.outbound.names import LookUp, Names, look_up
from cruddur.engines.outbound.urls import FORM, checked_url
from cruddur.ports.outbound import (
    ANSWER_MAX_BYTES,
    CALL_SECONDS,
    CONNECT_SECONDS,
    OutboundAnswer,
    OutboundFailed,
    OutboundRefused,
)

_MOST_CONNECTIONS = 64
_MOST_OF_A_HOST = 16
_AGENT = "Cruddur-Messages"
_REFUSED = "The address leads to a machine inside, which CRUDDUR_OUTBOUND_ALLOW does not name."
_ONLY_HTTPS = (
    "The address must begin with https://, unless CRUDDUR_OUTBOUND_ALLOW names where it leads."
)


class GuardedOutbound:
    """The port `Outbound`. `allowed` are the networks inside that may be called, by http as well."""

    def __init__(self, allowed: Sequence[Network] = (), look_up: LookUp = look_up) -> None:
        self._allowed = allowed
        self._names = Names(look_up)
        self._sessions = {
            "https": self._session(partial(may_be_called, allowed=allowed)),
            "http": self._session(partial(is_allowed, allowed=allowed)),
        }

    async def check(self, url: str) -> None:
        parsed = checked_url(url)
        try:
            found = [*await self._names.resolve(parsed.host or "", parsed.port or 0)]
        except OSError:
            raise OutboundFailed("there is no such name") from None
        addresses = [address_of(one["host"]) for one in found]
        if parsed.scheme == "http" and not any(is_allowed(a, self._allowed) for a in addresses):
            raise OutboundRefused(_ONLY_HTTPS)
        if not any(may_be_called(a, self._allowed) for a in addresses):
            raise OutboundRefused(_REFUSED)

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float = CALL_SECONDS,
    ) -> OutboundAnswer:
        return await self._call("POST", url, headers, seconds, body)

    async def get(
        self, url: str, headers: Mapping[str, str], *, seconds: float = CALL_SECONDS
    ) -> OutboundAnswer:
        return await self._call("GET", url, headers, seconds, None)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._names.end()

    def _session(self, may_call: Callable[[Any], bool]) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=_MOST_CONNECTIONS,
            limit_per_host=_MOST_OF_A_HOST,
            resolver=self._names,
            socket_factory=partial(_checked_socket, may_call),
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a few bytes can unpack to a full memory
            trust_env=False,  # a proxy would connect to what nobody has checked
            headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"},
        )

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str], seconds: float, body: bytes | None
    ) -> OutboundAnswer:
        parsed = checked_url(url)
        try:
            return await self._answer(method, parsed, headers, seconds, body)
        except TimeoutError:
            raise OutboundFailed("no answer in time") from None
        except aiohttp.ClientConnectorCertificateError:
            raise OutboundFailed("its certificate is not valid") from None
        except aiohttp.ClientConnectorError as error:
            if error.os_error.errno == errno.EPERM:
                raise OutboundRefused(
                    _ONLY_HTTPS if parsed.scheme == "http" else _REFUSED
                ) from None
            raise OutboundFailed("no connection") from None
        except (aiohttp.InvalidURL, ValueError):
            raise OutboundRefused(FORM) from None
        except (aiohttp.ClientError, OSError) as error:
            raise OutboundFailed(f"broken off: {type(error).__name__}") from None

    async def _answer(
        self, method: str, url: URL, headers: Mapping[str, str], seconds: float, body: bytes | None
    ) -> OutboundAnswer:
        timeout = aiohttp.ClientTimeout(
            total=seconds, connect=min(CONNECT_SECONDS, seconds), ceil_threshold=seconds + 1
        )
        async with self._sessions[url.scheme].request(
            method, url, headers=headers, data=body, timeout=timeout, allow_redirects=False
        ) as response:
            content = await _beginning(response)
            found: dict[str, str] = {}
            for name, value in response.headers.items():
                found.setdefault(name.lower(), value)
            return OutboundAnswer(response.status, found, content)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Returns the first bytes of the body. A longer one is not read, and ends the connection."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > ANSWER_MAX_BYTES:
            response.close()
            break
    return b"".join(parts)[:ANSWER_MAX_BYTES]


def _checked_socket(may_call: Callable[[Any], bool], addr_info: Any) -> socket.socket:
    """Makes the socket of a connection to this address. Raises an OSError that says EPERM."""
    family, kind, protocol, _, where = addr_info
    if not may_call(address_of(str(where[0]))):
        raise PermissionError(errno.EPERM, "refused")
    return socket.socket(family, kind, protocol)
