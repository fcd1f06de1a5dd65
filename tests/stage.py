"""What tests of the use cases share: people, a clock that they turn, and the stream in their hands."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cruddur.messaging.ports import Change, Table
from cruddur.messaging.project import project
from cruddur.messaging.service import Messaging
from cruddur.model import User
from cruddur.table.dynamodb import DynamoTable
from cruddur.table.dynamodb.records import change_from, changes_nothing
from cruddur.table.dynamodb.shards import ShardReader
from cruddur.table.schema import is_projected
from cruddur.table.sqlite import SqliteTable


class Clock:
    """Time goes on only when a test says so, and back if it says so."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Stream:
    """The projector's part of a table's change feed, whatever the engine."""

    def __init__(self, table: SqliteTable | DynamoTable) -> None:
        self._table = table
        self._taken = 0

    async def all(self) -> list[Change]:
        """From the beginning, taken before or not."""
        if isinstance(self._table, SqliteTable):
            return list(await self._table.changes(0, 100_000))
        records = await records_of(self._table)
        changes = [change_from(record) for record in records if not changes_nothing(record)]
        return [change for change in changes if is_projected(change)]

    async def take(self) -> list[Change]:
        """What is there now and was not taken yet."""
        changes = await self.all()
        new, self._taken = changes[self._taken :], len(changes)
        return new

    async def project(self, messaging: Messaging) -> None:
        assert not await project(messaging, await self.take())


async def records_of(table: DynamoTable) -> list[Mapping[str, Any]]:
    """All that a table's stream holds, as GetRecords tells it and Lambda hands it on."""
    described = await table.calls.table("DescribeTable", {"TableName": table.name})
    stream = described["Table"]["LatestStreamArn"]
    description = await table.calls.streams("DescribeStream", {"StreamArn": stream})
    found: list[Mapping[str, Any]] = []
    for shard in description["StreamDescription"]["Shards"]:
        reader = ShardReader(table.calls, stream, shard["ShardId"], None)
        while records := await reader.read():
            found += records
    return found


def person(name: str) -> User:
    return User(
        user_uuid=str(uuid.uuid5(uuid.NAMESPACE_DNS, name)),
        handle=name,
        display_name=name.title(),
        created_at="2026-11-23T08:00:00.000Z",
    )


class Interrupted:
    """A real table, but once, just before a call of this name, something else happens."""

    def __init__(self, table: Table, name: str, happens: Callable[[], Awaitable[object]]) -> None:
        self._table = table
        self._name = name
        self._happens: Callable[[], Awaitable[object]] | None = happens

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._table, name)
        if name != self._name or self._happens is None:
            return method
        happens, self._happens = self._happens, None

        async def interrupted(*given: Any, **named: Any) -> Any:
            await happens()
            return await method(*given, **named)

        return interrupted


class Counted:
    """A real table that writes down the names of its calls, and may call its transactions dear."""

    def __init__(self, table: Table, **traits: bool) -> None:
        self._table = table
        self.__dict__ |= traits
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._table, name)


def beside(messaging: Messaging, table: Table | Any = None) -> Messaging:
    """Another process: the same table, nothing remembered."""
    return Messaging(table=table or messaging.table, bus=messaging.bus, clock=messaging.clock)
