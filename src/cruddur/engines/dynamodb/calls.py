"""Calls to DynamoDB: signed, with a deadline, retried where that is safe, and metered.

A call without an answer (a timeout, a broken connection, an HTTP 500) may have been executed. It is
retried nevertheless, because pooled connections break often and a put that is done twice is still one
item. But a retry whose condition fails may have met the success of the first try. The answer is then
neither success nor ConditionFailed but OutcomeUnknown, and the caller finds out by a strongly consistent
read. Transactions carry a token by which DynamoDB recognizes a retry.
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
from aiodynamo.http.types import Request, RequestFailed, Response

from cruddur.domain.errors import (
    ConditionFailed,
    OutcomeUnknown,
    TableUnavailable,
    TransactionFailed,
)
from cruddur.engines.dynamodb.consumed import units_of
from cruddur.engines.dynamodb.endpoints import (
    Endpoint,
    credentials_for,
    streams_endpoint,
    table_endpoint,
)
from cruddur.engines.dynamodb.failures import (
    CredentialsExpired,
    NotDynamoDB,
    Throttled,
    TryAgain,
    failure_of,
)
from cruddur.engines.dynamodb.patience import Patience
from cruddur.engines.dynamodb.signing import Signer
from cruddur.ports import metering
from cruddur.ports.metering import Units

DEADLINE = 3.0
# A page of a scan takes up to 256 units, after which a table of one unit a second throttles this long.
BULK_THROTTLED_SECONDS = 300.0
_MOST_CONNECTIONS = 256
_OK = 200

Answer = dict[str, Any]


class Calls:
    """Calls DynamoDB at one endpoint, over one pool of connections."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        credentials: Credentials,
        table: "Service",
        streams: "Service",
        patience: Callable[[], Patience],
    ) -> None:
        self._session = session
        self._metadata_http = _MetadataHttp(session)
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
        """Connects on the first call. `deadline` is in seconds, over all tries of a call.

        A throttled call is retried for `throttled_seconds` if that is longer. Without `credentials`,
        `credentials_for` chooses them.
        """
        connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS)
        # Each call has its own deadline, so aiohttp's of five minutes is turned off.
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
        """Makes a call on items or tables, and counts its units. Raises TableError, or Rejected."""
        answer = await self._send(self._table, action, payload, patience or self.patience())
        if consumed := answer.get("ConsumedCapacity"):
            metering.count(units_of(action, consumed))
        return answer

    async def streams(self, action: str, payload: Mapping[str, Any]) -> Answer:
        """Makes a call of DynamoDB Streams. Raises TableError, or Rejected."""
        return await self._send(self._streams, action, payload, self.patience())

    async def _send(
        self, service: "Service", action: str, payload: Mapping[str, Any], patience: Patience
    ) -> Answer:
        if self._session.closed:
            raise TableUnavailable("the table was closed")
        body = msgspec.json.encode(payload)
        outcome_unknown = False
        while True:
            try:
                return await self._try(service, action, body, patience)
            except TryAgain as failure:
                outcome_unknown = outcome_unknown or failure.outcome_unknown
                self._renew_credentials(failure)
                final = OutcomeUnknown(str(failure)) if outcome_unknown else failure.final
                await patience.pause(final, throttled=isinstance(failure, Throttled))
            except TransactionFailed:
                raise  # DynamoDB recognizes a retry by its token
            except ConditionFailed as failure:
                # AWS bills it as a write of the item that is there, without saying how large that is.
                metering.count(Units(table_write=1))
                if outcome_unknown:
                    raise OutcomeUnknown(f"{action}: it may have been carried out") from failure
                raise

    async def _try(
        self, service: "Service", action: str, body: bytes, patience: Patience
    ) -> Answer:
        try:
            async with asyncio.timeout_at(patience.this_try_ends()):
                key = await self._access_key()
                status, answer = await service.post(self._session, key, action, body)
        except TimeoutError:
            raise TryAgain(f"{action}: no answer in time", outcome_unknown=True) from None
        except aiohttp.ClientConnectorError as failure:
            raise TryAgain(f"{action}: {failure}") from failure  # the call was never sent
        except aiohttp.ClientError as failure:
            raise TryAgain(f"{action}: {failure!r}", outcome_unknown=True) from failure
        if status == _OK:
            return service.decoded(answer)
        raise failure_of(status, answer, service.url)

    async def _access_key(self) -> AccessKey:
        try:
            key = await self._credentials.get_key(self._metadata_http)
        except Exception as failure:  # the credentials chain passes on any exception
            raise TryAgain(f"no AWS credentials now: {failure!r}") from failure
        if key is None:
            raise TableUnavailable("no AWS credentials: not in the environment, a file or metadata")
        return key

    def _renew_credentials(self, failure: TryAgain) -> None:
        if isinstance(failure, CredentialsExpired) and not self._credentials.invalidate():
            raise failure.final


class Service:
    """One of DynamoDB's two services, with the signer for its calls."""

    def __init__(self, region: str, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._signer = Signer(region, endpoint.host)

    async def post(
        self, session: aiohttp.ClientSession, key: AccessKey, action: str, body: bytes
    ) -> tuple[int, bytes]:
        """Sends one signed call and returns the status and the body. Raises aiohttp's exceptions."""
        headers = self._signer.headers(key, self._endpoint.prefix + action, body)
        # A redirect is not followed, since its target would get the item and the session token.
        async with session.post(
            self._endpoint.url, data=body, headers=headers, allow_redirects=False
        ) as response:
            return response.status, await response.read()

    @property
    def url(self) -> str:
        """The address of the service."""
        return str(self._endpoint.url)

    def decoded(self, answer: bytes) -> Answer:
        """Returns the answer's JSON. Raises NotDynamoDB."""
        try:
            return msgspec.json.decode(answer, type=Answer)
        except msgspec.DecodeError:
            raise NotDynamoDB(self.url, "no JSON") from None


class _MetadataHttp(AIOHTTP):
    """The HTTP client for credentials. It follows no redirect, whose target would get the token."""

    async def __call__(self, request: Request) -> Response:
        try:
            async with self.session.request(
                request.method,
                request.url,
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            ) as response:
                return Response(response.status, await response.read())
        except aiohttp.ClientError as failure:
            raise RequestFailed(failure) from failure
