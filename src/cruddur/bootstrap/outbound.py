"""Builds what calls addresses that somebody gave."""

from collections.abc import Mapping

from cruddur.config import Settings, outbound_networks_of
from cruddur.ports.outbound import CALL_SECONDS, Outbound, OutboundAnswer


class OutboundOnDemand:
    """The port `Outbound`. Its HTTP client is imported for the first call, so no start waits for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Outbound | None = None

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

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.close()

    def _open(self) -> Outbound:
        if self._engine is None:
            from cruddur.engines.outbound.client import GuardedOutbound  # noqa: PLC0415  slow

            self._engine = GuardedOutbound(outbound_networks_of(self._settings))
        return self._engine
