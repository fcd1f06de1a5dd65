"""Builds the rate limits that processes share from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cruddur.bootstrap.caches import wrong_valkey_url
from cruddur.config import Settings
from cruddur.identity.secret import derived_key
from cruddur.ports.limits import SharedLimits


@asynccontextmanager
async def open_limits(settings: Settings, secret: bytes) -> AsyncIterator[SharedLimits | None]:
    """Opens limits in Valkey, if the cache or the bus is there; else None. Raises WrongSetting.

    An engine that is down is no error: each process then counts alone.
    """
    if "valkey" not in {settings.cache, settings.bus} or settings.rate_limits == "off":
        yield None
        return
    from cruddur.engines.cache.valkey_limits import ValkeyLimits  # noqa: PLC0415  slow

    try:
        limits = ValkeyLimits(
            settings.valkey_url,
            prefix=f"{settings.table_name}/",
            secret=derived_key(secret, "limits"),
        )
    except ValueError:
        raise wrong_valkey_url() from None
    try:
        yield limits
    finally:
        await limits.close()
