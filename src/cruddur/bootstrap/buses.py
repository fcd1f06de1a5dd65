"""Builds the event bus from the settings."""

import socket
from collections.abc import Callable

from cruddur.bootstrap.caches import (
    momento_credentials_of,
    require_momento,
    wrong_valkey_url,
)
from cruddur.config import Settings
from cruddur.engines.bus.local import Hub, LocalTransport
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.bus.relay import RelayBus
from cruddur.engines.seal import Seal
from cruddur.identity.secret import derived_key
from cruddur.ports.bus import Bus, Event


def open_hub() -> Hub:
    """Creates the hub between worker processes, in their parent process."""
    return Hub()


def open_bus(
    settings: Settings,
    hub: socket.socket | None,
    secret: bytes,
    on_event: Callable[[Event], None] | None = None,
) -> Bus:
    """Returns the bus that the settings name. Raises WrongSetting.

    `on_event` is called with each event of another process that reaches this one.
    An engine that is down is no error: the bus connects later.
    """
    name, seal = f"{settings.table_name}/bus/", Seal(derived_key(secret, "bus"))
    if settings.bus == "momento":
        require_momento()
        from cruddur.engines.bus.momento import MomentoTransport  # noqa: PLC0415  slow

        credentials = momento_credentials_of(settings)
        transport = MomentoTransport(
            credentials, seal=seal, cache_name=settings.momento_cache_name, topic=name
        )
        return RelayBus(transport, on_event=on_event)
    if settings.bus == "valkey":
        from cruddur.engines.bus.valkey import ValkeyTransport  # noqa: PLC0415  slow

        try:
            transport_of_valkey = ValkeyTransport(settings.valkey_url, seal=seal, prefix=name)
        except ValueError:
            raise wrong_valkey_url() from None
        return RelayBus(transport_of_valkey, on_event=on_event)
    return MemoryBus() if hub is None else RelayBus(LocalTransport(hub), on_event=on_event)
