"""HTTP requests to OpenID Connect issuers, by aiohttp.

An issuer that stalls, redirects or sends without an end costs a request some seconds and no more.
"""

import asyncio
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from cruddur.ports.issuer_http import IssuerAnswer, IssuerUnreachable

BODY_MAX_BYTES = 256 * 1024
"""More than any list of keys has that is meant well."""

_SECONDS = 5.0
_AT_ONCE = 8
_REDIRECTS = range(300, 400)


class AiohttpIssuerHttp:
    """The port over aiohttp. It opens nothing before the first request."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self, url: str, *, form: Mapping[str, str] | None = None, authorization: str | None = None
    ) -> IssuerAnswer:
        # Compressed bodies are not asked for: a few bytes could become gigabytes.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if authorization is not None:
            headers["Authorization"] = authorization
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(url, form, headers)
        except TimeoutError:
            raise IssuerUnreachable(f"{url} does not answer") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise IssuerUnreachable(f"{url}: {type(error).__name__}") from None

    async def _ask(
        self, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> IssuerAnswer:
        method = "GET" if form is None else "POST"
        async with self._opened().request(
            method, url, data=form, headers=headers, allow_redirects=False
        ) as response:
            if response.status in _REDIRECTS:
                raise IssuerUnreachable(f"{url} leads elsewhere")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise IssuerUnreachable(f"{url} answers compressed")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > BODY_MAX_BYTES:
                    raise IssuerUnreachable(f"{url} has more than {BODY_MAX_BYTES:,} bytes")
            return IssuerAnswer(response.status, bytes(body))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=_Resolver(), limit_per_host=_AT_ONCE)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                raise_for_status=False,
            )
        return self._session


class _Resolver(AbstractResolver):
    """Looks names up in threads of its own, so that a name server that stalls holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="issuer-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found: list[Any] = await loop.run_in_executor(
            self._threads, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=int(kind),
                proto=int(proto),
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
