"""The OpenID Connect issuers of the service, and what this process knows of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cruddur.domain.issuer import Issuer
from cruddur.identity.fetched import Fetched
from cruddur.identity.issuer_metadata import IssuerMetadata, metadata_from
from cruddur.ports.clock import utc_now
from cruddur.ports.issuer_http import IssuerHttp

if TYPE_CHECKING:
    from cruddur.identity.issuer_keys import SigningKey


class KnownIssuer:
    """One issuer, with its addresses and keys as far as they were fetched."""

    def __init__(self, issuer: Issuer, http: IssuerHttp, clock: Callable[[], datetime]) -> None:
        self.issuer = issuer
        self.http = http
        self._metadata = Fetched(self._fetch_metadata, clock)
        self._keys = Fetched(self._fetch_keys, clock)

    async def metadata(self) -> IssuerMetadata:
        """Returns the issuer's addresses. Raises Busy."""
        return await self._metadata.get()

    async def keys_for(self, kid: str, algorithm: str) -> "Sequence[SigningKey]":
        """Returns the keys that a token may be signed with. Raises Busy.

        A `kid` that is not known makes the keys be fetched anew, at most twice a minute. A token without
        one may be signed with any of them.
        """
        found = _fit(await self._keys.get(), kid, algorithm)
        return found or _fit(await self._keys.renewed(), kid, algorithm)

    async def close(self) -> None:
        """Ends what is under way."""
        await self._keys.close()
        await self._metadata.close()

    async def _fetch_metadata(self) -> IssuerMetadata:
        return metadata_from(await self.http.ask(self.issuer.discovery_url), self.issuer)

    async def _fetch_keys(self) -> "Sequence[SigningKey]":
        # It imports PyJWT and cryptography, which the function on AWS neither needs nor has.
        from cruddur.identity.issuer_keys import keys_from  # noqa: PLC0415

        where = (await self._metadata.get()).jwks_uri
        return keys_from(await self.http.ask(where), where)


def _fit(keys: "Sequence[SigningKey]", kid: str, algorithm: str) -> "Sequence[SigningKey]":
    return [key for key in keys if key.algorithm == algorithm and (not kid or key.kid == kid)]


class Issuers:
    """All issuers, by their names and by what their tokens say as `iss`."""

    def __init__(
        self,
        issuers: Sequence[Issuer] = (),
        http: IssuerHttp | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        known = [KnownIssuer(one, http, clock) for one in issuers] if http is not None else []
        self._http = http
        self.by_name: Mapping[str, KnownIssuer] = {one.issuer.name: one for one in known}
        self.by_url: Mapping[str, KnownIssuer] = {one.issuer.url: one for one in known}

    def __iter__(self) -> Iterator[Issuer]:
        return (known.issuer for known in self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    async def close(self) -> None:
        """Ends what is under way, and closes the connections."""
        for known in self.by_name.values():
            await known.close()
        if self._http is not None:
            await self._http.close()
