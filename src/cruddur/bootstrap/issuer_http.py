"""Builds what asks OpenID Connect issuers."""

from collections.abc import Mapping

from cruddur.ports.issuer_http import IssuerAnswer, IssuerHttp


class IssuerHttpOnDemand:
    """The port `IssuerHttp`. Its client is imported for the first request, so no start waits for it."""

    def __init__(self) -> None:
        self._engine: IssuerHttp | None = None

    async def ask(
        self, url: str, *, form: Mapping[str, str] | None = None, authorization: str | None = None
    ) -> IssuerAnswer:
        return await self._open().ask(url, form=form, authorization=authorization)

    async def close(self) -> None:
        if self._engine is not None:
            await self._engine.close()

    def _open(self) -> IssuerHttp:
        if self._engine is None:
            from cruddur.engines.issuer_http import AiohttpIssuerHttp  # noqa: PLC0415  slow

            self._engine = AiohttpIssuerHttp()
        return self._engine
