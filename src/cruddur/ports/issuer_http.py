"""The port to the HTTP servers of OpenID Connect issuers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class IssuerUnreachable(Exception):
    """An issuer did not answer, or not in the form that it should. The text is for the log."""


@dataclass(frozen=True, slots=True)
class IssuerAnswer:
    """What an issuer has answered. The body may hold tokens."""

    status: int
    body: bytes = field(repr=False)


class IssuerHttp(Protocol):
    """Requests to issuers. Each ends within seconds, whatever the issuer does."""

    async def ask(
        self, url: str, *, form: Mapping[str, str] | None = None, authorization: str | None = None
    ) -> IssuerAnswer:
        """Sends a GET, or a POST of the form. Redirects are not followed.

        Raises IssuerUnreachable, also for a redirect and for a body that is too large.
        """
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
