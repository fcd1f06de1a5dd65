"""Builds what remembers who is online from the settings."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from cruddur.bootstrap.caches import open_momento, wrong_valkey_url
from cruddur.config import Settings
from cruddur.engines.cache.online import CALL_SECONDS, StoreOnline
from cruddur.engines.cache.store import Store
from cruddur.engines.seal import Seal
from cruddur.identity.secret import derived_key
from cruddur.ports.online import Online, OnlineHere


@asynccontextmanager
async def open_online(settings: Settings, secret: bytes) -> AsyncIterator[Online]:
    """Opens it in the engine of the cache or, without one, of the bus; else in memory.

    An engine that is down is no error. Raises WrongSetting.
    """
    engines = {settings.cache, settings.bus} - {"off", "memory"}
    if not engines:
        yield OnlineHere()
        return
    seal = Seal(derived_key(secret, "online"))
    online = StoreOnline(_store(settings, engines), seal, prefix=f"{settings.table_name}/")
    try:
        yield online
    finally:
        await online.close()


def _store(settings: Settings, engines: Collection[str]) -> Store:
    if "momento" in engines and settings.cache != "valkey":
        return open_momento(settings, call_seconds=CALL_SECONDS)
    from cruddur.engines.cache.valkey import ValkeyStore  # noqa: PLC0415  slow

    try:
        return ValkeyStore(settings.valkey_url)
    except ValueError:
        raise wrong_valkey_url() from None
