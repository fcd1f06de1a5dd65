"""Clients of other servers, imported and opened for their first use, so that no start waits for them."""

from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

from cruddur.config import Settings, outbound_networks_of
from cruddur.ports.issuer_http import IssuerAnswer, IssuerHttp
from cruddur.ports.outbound import CALL_SECONDS, Outbound, OutboundAnswer


class _Closing(Protocol):
    async def close(self) -> None: ...


T = TypeVar("T", bound=_Closing)


class _OnDemand(Generic[T]):
    """What `make` makes for the first use."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    def _open(self) -> T:
        if self._made is None:
            self._made = self._make()
        return self._made


class IssuerHttpOnDemand(_OnDemand[IssuerHttp]):
    """The port `IssuerHttp`."""

    def __init__(self) -> None:
        super().__init__(_issuer_http)

    async def ask(
        self, url: str, *, form: Mapping[str, str] | None = None, authorization: str | None = None
    ) -> IssuerAnswer:
        return await self._open().ask(url, form=form, authorization=authorization)


class OutboundOnDemand(_OnDemand[Outbound]):
    """The port `Outbound`, with the networks of the settings."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(lambda: _outbound(settings))

    async def check(self, url: str) -> None:
        await self._open().check(url)

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float = CALL_SECONDS,
    ) -> OutboundAnswer:
        return await self._open().post(url, body, headers, seconds=seconds)

    async def get(
        self, url: str, headers: Mapping[str, str], *, seconds: float = CALL_SECONDS
    ) -> OutboundAnswer:
        return await self._open().get(url, headers, seconds=seconds)


def _issuer_http() -> IssuerHttp:
    from cruddur.engines.issuer_http import AiohttpIssuerHttp  # noqa: PLC0415  slow

    return AiohttpIssuerHttp()


def _outbound(settings: Settings) -> Outbound:
    from cruddur.engines.outbound.client import GuardedOutbound  # noqa: PLC0415  slow

    return GuardedOutbound(outbound_networks_of(settings))
