"""Opens what the projector needs on DynamoDB, in `cruddur worker` and in the Lambda."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cruddur.bootstrap.caches import open_cache
from cruddur.bootstrap.dynamodb import open_dynamodb
from cruddur.config import Settings, WrongSetting
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.records import change_from
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.cached.with_cache import with_invalidation
from cruddur.messaging.context import DirectGroups, MessagingContext
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.cache import Cache
from cruddur.ports.change_feed import Change, ChangeFeed
from cruddur.ports.clock import utc_now

DEAF_SECONDS = 60.0
"""How long a direct conversation is remembered where no event says that somebody was blocked in it."""


@dataclass(frozen=True, slots=True)
class Projector:
    """What the projector needs in `cruddur worker` and in the Lambda.

    `change_from` converts a record of the stream as Lambda passes it.
    """

    messaging: MessagingContext
    table: DynamoTable
    cache: Cache
    change_from: Callable[[Mapping[str, Any]], Change]


def feed_of(projector: Projector) -> ChangeFeed:
    """Returns the feed that `cruddur worker` reads. The Lambda gets its records from AWS instead."""
    return DynamoChangeFeed(projector.table, PROJECTOR_CONSUMER)


@asynccontextmanager
async def open_projector(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Projector]:
    """Opens DynamoDB, the cache and no secret, since a Lambda has no file for one.

    Raises WrongSetting for SQLite, whose changes are projected by the process that serves it.
    """
    if settings.table != "dynamodb":
        raise WrongSetting(
            "CRUDDUR_TABLE must be 'dynamodb' here: an SQLite file is projected by `cruddur up`"
        )
    table = await open_dynamodb(settings)
    bus = MemoryBus()  # it has no listeners: the process that stores a message publishes its events
    try:
        async with open_cache(settings, None) as cache:
            groups = DirectGroups(DEAF_SECONDS)
            messaging = MessagingContext(table=table, bus=bus, clock=clock, direct_groups=groups)
            if cache.is_on:
                with_invalidation(messaging, cache)
            yield Projector(messaging, table, cache, change_from)
    finally:
        await bus.close()
        await table.close()
