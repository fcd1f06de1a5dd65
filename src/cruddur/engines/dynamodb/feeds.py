"""All consumers of a table's stream."""

from collections.abc import Sequence

from cruddur.engines.dynamodb import registrations
from cruddur.engines.dynamodb.registrations import Lease, Registration
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.change_feed import PROJECTOR, Consumer, ConsumerState, Start
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

    @access_pattern("read_stream")
    async def states(self) -> Sequence[ConsumerState]:
        return await registrations.states(self._table)

    @access_pattern("read_stream")
    async def remove(self, name: str) -> bool:
        return await registrations.remove(self._table, name)
