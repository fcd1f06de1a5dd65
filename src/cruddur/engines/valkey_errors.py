"""What the errors of Valkey's client mean, for the cache and for the bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from valkey.exceptions import AuthenticationError, ResponseError, ValkeyError


@asynccontextmanager
async def translated(unavailable: type[Exception]) -> AsyncIterator[None]:
    """Raises `unavailable` for an error of the client, with what an operator has to look at."""
    try:
        yield
    except (ResponseError, AuthenticationError) as error:
        what = "Valkey refuses us (see the user, password and number in its URL, or its ACL)"
        raise unavailable(f"{what}: {error}") from error
    except (ValkeyError, OSError) as error:
        raise unavailable(f"Valkey: {error!r}") from error
