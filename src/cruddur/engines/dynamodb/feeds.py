"""All consumers of a table's stream."""

from collections.abc import Sequence

from cruddur.engines.dynamodb import registrations
from cruddur.engines.dynamodb.registrations import (
    SERVICE,
    SERVICE_LEASE_SECONDS,
    SERVICE_RENEW_SECONDS,
    Lease,
    Registration,
)
from cruddur.engines.dynamodb.shared_reads import SharedReads
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.change_feed import PROJECTOR, Consumer, ConsumerState, ReaderElsewhere, Start
from cruddur.ports.metering import access_pattern


class DynamoChangeFeeds:
    """The consumers of a table's stream. Beside the projector, one process reads at a time."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    @access_pattern("read_stream")
    async def open(self, consumer: Consumer, start: Start = "start") -> DynamoChangeFeed:
        lease = None if consumer.name == PROJECTOR else Lease(self._table, consumer.name)
        registration = Registration(self._table, consumer, lease)
        await registration.open(start)
        return DynamoChangeFeed(self._table, consumer, registration=registration)

    async def register(self, consumer: Consumer, start: Start = "start") -> None:
        await Registration(self._table, consumer).open(start)

    def for_service(self) -> "DynamoServiceReader":
        return DynamoServiceReader(self._table)

    @access_pattern("read_stream")
    async def states(self) -> Sequence[ConsumerState]:
        return await registrations.states(self._table)

    @access_pattern("read_stream")
    async def remove(self, name: str) -> bool:
        return await registrations.remove(self._table, name)


class DynamoServiceReader:
    """The right to read for the service's consumers: the lease of the reader beside the projector.

    Its feeds share what they ask of the stream, so that together they are one reader of a shard.
    """

    def __init__(self, table: DynamoTable, *, renew_seconds: float = SERVICE_RENEW_SECONDS) -> None:
        self._table = table
        self._lease = Lease(table, SERVICE, SERVICE_LEASE_SECONDS, renew_seconds)
        self._reads = SharedReads()

    @access_pattern("read_stream")
    async def take(self) -> bool:
        try:
            await self._lease.take()
        except ReaderElsewhere:
            return False
        return True

    @access_pattern("read_stream")
    async def keep(self) -> None:
        await self._lease.renew()

    @access_pattern("read_stream")
    async def open(self, consumer: Consumer, start: Start = "start") -> DynamoChangeFeed:
        registration = Registration(self._table, consumer)
        await registration.open(start)
        return DynamoChangeFeed(self._table, consumer, registration=registration, reads=self._reads)

    @access_pattern("read_stream")
    async def release(self) -> None:
        await self._lease.release()
