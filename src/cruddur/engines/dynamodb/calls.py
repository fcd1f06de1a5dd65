"""Calls to DynamoDB: signed, with a deadline, tried again where that is safe, and metered.

A call whose answer never came (a timeout, a broken connection, an HTTP 500) may have been carried
out. It is tried again all the same, because pooled connections break in ordinary life and a put
that is done twice is still one item. But when such a later try finds its condition failed, it may
have met its own earlier success. Then the answer is neither "done" nor "condition failed" but
FateUnknown: its caller reads strongly, and knows. Transactions carry a token by which DynamoDB
itself recognises the second try.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import aiohttp
import msgspec
from aiodynamo.credentials import Credentials
from aiodynamo.credentials import Key as AccessKey
from aiodynamo.http.aiohttp import AIOHTTP

from cruddur.errors import ConditionFailed, FateUnknown, TableUnavailable, TransactionFailed
from cruddur.table import metering
from cruddur.table.dynamodb.consumed import units_of
from cruddur.table.dynamodb.endpoints import (
    Endpoint,
    credentials_for,
    streams_endpoint,
    table_endpoint,
)
from cruddur.table.dynamodb.failures import CredentialsExpired, Throttled, TryAgain, failure_of
from cruddur.table.dynamodb.patience import Patience
from cruddur.table.dynamodb.signing import Signer

DEADLINE = 3.0
# One page of a scan is paid for in 256 units: a table that has one a second owes them for so long.
BULK_THROTTLED_SECONDS = 300.0
_MOST_CONNECTIONS = 256
_OK = 200

Answer = dict[str, Any]


class Calls:
    """DynamoDB at one endpoint, over one pool of connections."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        credentials: Credentials,
        table: "Service",
        streams: "Service",
        patience: Callable[[], Patience],
    ) -> None:
        self._session = session
        self._metadata_http = AIOHTTP(session)
        self._credentials = credentials
        self._table = table
        self._streams = streams
        self.patience = patience

    @classmethod
    async def open(
        cls,
        *,
        region: str,
        endpoint_url: str | None = None,
        deadline: float = DEADLINE,
        throttled_seconds: float = 0.0,
        credentials: Credentials | None = None,
    ) -> "Calls":
        """A call that is throttled may take `throttled_seconds` where they are more."""
        connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS)
        # Each call has a deadline of its own; aiohttp's five minutes would only confuse.
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return cls(
            session,
            credentials or credentials_for(endpoint_url),
            Service(region, table_endpoint(region, endpoint_url)),
            Service(region, streams_endpoint(region, endpoint_url)),
            partial(Patience, deadline, throttled_seconds),
        )

    async def close(self) -> None:
        await self._session.close()

    async def table(
        self, action: str, payload: Mapping[str, Any], patience: Patience | None = None
    ) -> Answer:
        """A call on items or tables. Its units are counted."""
        answer = await self._send(self._table, action, payload, patience or self.patience())
        if consumed := answer.get("ConsumedCapacity"):
            metering.count(units_of(action, consumed))
        return answer

    async def streams(self, action: str, payload: Mapping[str, Any]) -> Answer:
        return await self._send(self._streams, action, payload, self.patience())

    async def _send(
        self, service: "Service", action: str, payload: Mapping[str, Any], patience: Patience
    ) -> Answer:
        if self._session.closed:
            raise TableUnavailable("the table was closed")
        body = msgspec.json.encode(payload)
        fate_unknown = False
        while True:
            try:
                return await self._try(service, action, body, patience)
            except TryAgain as failure:
                fate_unknown = fate_unknown or failure.fate_unknown
                self._renew_credentials(failure)
                final = FateUnknown(str(failure)) if fate_unknown else failure.final
                await patience.pause(final, throttled=isinstance(failure, Throttled))
            except TransactionFailed:
                raise  # its token tells DynamoDB a second try from a first
            except ConditionFailed as failure:
                if fate_unknown:
                    raise FateUnknown(f"{action}: it may have been carried out") from failure
                raise

    async def _try(
        self, service: "Service", action: str, body: bytes, patience: Patience
    ) -> Answer:
        try:
            async with asyncio.timeout_at(patience.this_try_ends()):
                key = await self._access_key()
                status, answer = await service.post(self._session, key, action, body)
        except TimeoutError:
            raise TryAgain(f"{action}: no answer in time", fate_unknown=True) from None
        except aiohttp.ClientConnectorError as failure:
            raise TryAgain(f"{action}: {failure}") from failure  # it was never sent
        except aiohttp.ClientError as failure:
            raise TryAgain(f"{action}: {failure!r}", fate_unknown=True) from failure
        if status == _OK:
            return msgspec.json.decode(answer, type=Answer)
        raise failure_of(status, answer)

    async def _access_key(self) -> AccessKey:
        try:
            key = await self._credentials.get_key(self._metadata_http)
        except Exception as failure:  # the chain lets through whatever its metadata service met
            raise TryAgain(f"no AWS credentials now: {failure!r}") from failure
        if key is None:
            raise TableUnavailable("no AWS credentials: not in the environment, a file or metadata")
        return key

    def _renew_credentials(self, failure: TryAgain) -> None:
        if isinstance(failure, CredentialsExpired) and not self._credentials.invalidate():
            raise failure.final


class Service:
    """One of DynamoDB's two services, and its signatures."""

    def __init__(self, region: str, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._signer = Signer(region, endpoint.host)

    async def post(
        self, session: aiohttp.ClientSession, key: AccessKey, action: str, body: bytes
    ) -> tuple[int, bytes]:
        headers = self._signer.headers(key, self._endpoint.prefix + action, body)
        async with session.post(self._endpoint.url, data=body, headers=headers) as response:
            return response.status, await response.read()
