"""What the back end of a host product does with its key: make people, and sign them in."""

from collections.abc import Mapping

from cruddur_client import calls
from cruddur_client.async_client import AsyncClient
from cruddur_client.client import Client
from cruddur_client.closing import AsyncClosing, Closing
from cruddur_client.model import User

TTL_SECONDS = 3600


class Host(Closing):
    """A back end with a key (`cruddur keys add`). Its methods raise ApiError and Unavailable.

    People are named by the back end's own ids. One object may serve all requests of a process.
    """

    def __init__(self, url: str, key: str) -> None:
        self._client = Client(url, key)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def token(
        self, external_id: str, *, display_name: str | None = None, ttl: int = TTL_SECONDS
    ) -> str:
        """Returns a token of this person for their page, for so many seconds.

        With a name the person is made, or gets this name; without one they have to be known.
        """
        return self._client.run(calls.make_token(external_id, display_name, ttl))

    def put_user(
        self,
        external_id: str,
        display_name: str,
        *,
        handle: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> User:
        """Makes a person, or brings them up to date. What is None stays as it is."""
        return self._client.run(calls.put_user(external_id, display_name, handle, metadata))


class AsyncHost(AsyncClosing):
    """Like `Host`, for programs of asyncio."""

    def __init__(self, url: str, key: str) -> None:
        self._client = AsyncClient(url, key)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def token(
        self, external_id: str, *, display_name: str | None = None, ttl: int = TTL_SECONDS
    ) -> str:
        """Returns a token of this person, as `Host.token` does."""
        return await self._client.run(calls.make_token(external_id, display_name, ttl))

    async def put_user(
        self,
        external_id: str,
        display_name: str,
        *,
        handle: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> User:
        """Makes a person, or brings them up to date, as `Host.put_user` does."""
        return await self._client.run(calls.put_user(external_id, display_name, handle, metadata))
