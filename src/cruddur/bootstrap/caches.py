"""Builds the cache from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cruddur.config import Settings, WrongSetting
from cruddur.engines.cache.circuit_breaker import CALL_SECONDS
from cruddur.engines.cache.entries import generation_from
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.cache.store import CacheUnavailable, Store
from cruddur.engines.seal import NoSeal, Seal
from cruddur.identity.secret import derived_key
from cruddur.ports.cache import Cache, NoCache

if TYPE_CHECKING:
    from momento import CredentialProvider

    from cruddur.engines.cache.momento import MomentoStore

__all__ = [
    "CacheUnavailable",
    "GenerationCache",
    "generation_cache",
    "generation_from",
    "momento_credentials_of",
    "open_cache",
    "open_momento",
    "wrong_valkey_url",
]


@asynccontextmanager
async def open_cache(settings: Settings, secret: bytes | None) -> AsyncIterator[Cache]:
    """Opens the cache that the settings name. Without the secret it only invalidates.

    An engine that is down is no error: the cache connects later. Raises WrongSetting.
    """
    if settings.cache == "off":
        yield NoCache()
        return
    cache = generation_cache(settings, secret)
    try:
        await cache.connect()
        yield cache
    finally:
        await cache.close()


def generation_cache(
    settings: Settings, secret: bytes | None = None, *, call_seconds: float = CALL_SECONDS
) -> GenerationCache:
    """Returns the cache without connecting it. Raises WrongSetting."""
    return GenerationCache(
        _open_store(settings, call_seconds),
        seal=_seal(settings, secret),
        prefix=f"{settings.table_name}/",
        ttl_seconds=settings.momento_ttl_seconds,
        call_seconds=call_seconds,
    )


def _seal(settings: Settings, secret: bytes | None) -> Seal | None:
    if settings.cache == "memory":
        return NoSeal()
    return None if secret is None else Seal(derived_key(secret, "cache"))


def open_momento(settings: Settings, *, call_seconds: float = CALL_SECONDS) -> "MomentoStore":
    """Returns the Momento engine. Raises WrongSetting if no key is set, or its package is missing."""
    require_momento()
    from cruddur.engines.cache.momento import MomentoStore  # noqa: PLC0415  slow

    return MomentoStore(
        momento_credentials_of(settings),
        cache_name=settings.momento_cache_name,
        ttl_seconds=settings.momento_ttl_seconds,
        call_seconds=call_seconds,
    )


def momento_credentials_of(settings: Settings) -> "CredentialProvider":
    """Returns the credentials for Momento. Raises WrongSetting."""
    require_momento()
    from cruddur.engines.cache.momento import momento_credentials  # noqa: PLC0415  slow

    try:
        return momento_credentials(
            auth_token=settings.momento_auth_token,
            api_key=settings.momento_api_key,
            endpoint=settings.momento_endpoint,
        )
    except ValueError as error:
        raise WrongSetting(str(error)) from None


def require_momento() -> None:
    """Raises WrongSetting if the package of Momento's client is not installed."""
    try:
        import momento  # noqa: F401, PLC0415  slow
    except ModuleNotFoundError:
        raise WrongSetting(
            "Momento needs a package that is not installed: pip install 'cruddur[momento]'"
        ) from None


def _open_store(settings: Settings, call_seconds: float) -> Store:
    # Only the chosen client is imported, since imports slow down a cold start of the Lambda.
    if settings.cache == "momento":
        return open_momento(settings, call_seconds=call_seconds)
    if settings.cache == "memory":
        return MemoryStore()
    from cruddur.engines.cache.valkey import ValkeyStore  # noqa: PLC0415  slow

    try:
        return ValkeyStore(settings.valkey_url)
    except ValueError:
        raise wrong_valkey_url() from None


def wrong_valkey_url() -> WrongSetting:
    """The error for an invalid URL, without the client's text, which may contain the password."""
    return WrongSetting(
        "CRUDDUR_VALKEY_URL must be like valkeys://:password@host:6379/0 (valkey:// without TLS); "
        "in a password, what is no letter or digit is written as %XX"
    )
