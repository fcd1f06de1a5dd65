"""What tests of the use cases share: people, a clock that they turn, and the stream in their hands."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item
from cruddur.domain.model import MessageGroup, User
from cruddur.engines.dynamodb.records import change_from, changes_nothing
from cruddur.engines.dynamodb.shards import ShardReader
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.seal import Seal
from cruddur.engines.sqlite import SqliteTable
from cruddur.engines.sqlite.reading import changes_of
from cruddur.identity.context import IdentityContext
from cruddur.identity.password_cost import PasswordCost
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.invitations import accept_invitation
from cruddur.messaging.inbox.inbox_rows import new_row, placed
from cruddur.messaging.inbox.is_projected import is_projected
from cruddur.messaging.inbox.project import project
from cruddur.ports.change_feed import PROJECTOR, Change
from cruddur.ports.table import Put, Table, Update
from cruddur.schema import items

SEAL = Seal(bytes(32))
CHEAP_PASSWORDS = PasswordCost(memory_kib=8, passes=1, lanes=1)
"""The least that argon2id takes. A hash at the service's cost takes a quarter of a second of CPU."""


class Clock:
    """Time goes on only when a test says so, and back if it says so."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


def process(table: Any, clock: Clock) -> IdentityContext:
    """One of several processes over the table, which knows what this one does only from there."""
    return IdentityContext(table, bytes(32), clock, password_cost=CHEAP_PASSWORDS)


class Stream:
    """The projector's part of a table's change feed, whatever the engine."""

    def __init__(self, table: SqliteTable | DynamoTable) -> None:
        self._table = table
        self._taken = 0
        self._readers: list[ShardReader] = []
        self._read: list[Change] = []

    async def all(self) -> list[Change]:
        """From the beginning, taken before or not."""
        if isinstance(self._table, SqliteTable):
            return await kept_changes(self._table)
        # What was read before is kept: the engine takes long for a stream from its beginning.
        self._readers = self._readers or await shards_of(self._table)
        for record in await records_from(self._readers):
            change = None if changes_nothing(record) else change_from(record)
            if change is not None and is_projected(change):
                self._read.append(change)
        return [*self._read]

    async def take(self) -> list[Change]:
        """What is there now and was not taken yet."""
        changes = await self.all()
        new, self._taken = changes[self._taken :], len(changes)
        return new

    async def project(self, messaging: MessagingContext) -> None:
        assert not await project(messaging, await self.take())


async def kept_changes(table: SqliteTable) -> list[Change]:
    """What the file keeps for the projector."""
    return list((await table.read_with(changes_of(PROJECTOR, 0, 100_000))).changes)


async def records_of(table: DynamoTable) -> list[Mapping[str, Any]]:
    """All that a table's stream holds, as GetRecords tells it and Lambda hands it on."""
    return await records_from(await shards_of(table))


async def shards_of(table: DynamoTable) -> list[ShardReader]:
    """A reader of each shard, at its beginning."""
    described = await table.calls.table("DescribeTable", {"TableName": table.name})
    stream = described["Table"]["LatestStreamArn"]
    description = await table.calls.streams("DescribeStream", {"StreamArn": stream})
    shards = description["StreamDescription"]["Shards"]
    return [ShardReader(table.calls, stream, shard["ShardId"], None) for shard in shards]


async def records_from(readers: Sequence[ShardReader]) -> list[Mapping[str, Any]]:
    """What they did not read yet."""
    found: list[Mapping[str, Any]] = []
    for reader in readers:
        while records := await reader.read():
            found += records
    return found


def person(name: str, display_name: str | None = None) -> User:
    return User(
        user_uuid=str(uuid.uuid5(uuid.NAMESPACE_DNS, name)),
        handle=name,
        display_name=display_name or name.title(),
        created_at="2026-11-23T08:00:00.000Z",
    )


class Dying:
    """A table that is away for all updates but the first few."""

    def __init__(self, table: Table, writes: int) -> None:
        self._table = table
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def update(self, update: Update) -> Item | None:
        self._left -= 1
        if self._left < 0:
            raise TableUnavailable("killed")
        return await self._table.update(update)


class Killed(Exception):
    """What a kill looks like from within: no later write of the process succeeds."""


class Mortal:
    """A table of a process that is killed after some writes: just before one, or just after it."""

    def __init__(self, table: Any, writes: int, *, after: bool) -> None:
        self._table = table
        self.left = writes
        self._after = after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._table, name)
        if name not in {"put", "update", "delete", "transact"}:
            return method

        async def written(*given: Any) -> Any:
            self.left -= 1
            if self.left < 0 and not (self._after and self.left == -1):
                raise Killed
            was = await method(*given)
            if self.left < 0:
                raise Killed
            return was

        return written


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


async def rename_group(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, title: str
) -> MessageGroup:
    return await edit_group(messaging, user_uuid, message_group_uuid, GroupEdit(title=title))


async def come_back(
    messaging: MessagingContext, adder: User, message_group_uuid: str, user: User
) -> None:
    """Somebody who has left is invited, and accepts."""
    await add_members(messaging, adder.user_uuid, message_group_uuid, [user])
    await accept_invitation(messaging, user, message_group_uuid)


async def old_group(
    messaging: MessagingContext, starter: User, people: Sequence[User], title: str
) -> str:
    """A group as versions without events made it: it has no owner, and its first message is number 1."""
    now = messaging.now()
    group = MessageGroup(
        message_group_uuid=str(uuid.uuid4()),
        kind="group",
        title=title,
        members={user.user_uuid: items.member_of(user) for user in (starter, *people)},
        created_at=now,
    )
    rows = [placed(new_row(group, owner, at=now), messaging.slack) for owner in group.members]
    await messaging.table.transact(
        [Put(items.group_item(group)), *(Put(items.inbox_row_item(row)) for row in rows)]
    )
    return group.message_group_uuid


def beside(messaging: MessagingContext, table: Table | Any = None) -> MessagingContext:
    """Another process: the same table, nothing remembered."""
    return MessagingContext(
        table=table or messaging.table,
        bus=messaging.bus,
        clock=messaging.clock,
        encode=messaging.encode,
        retention_days=messaging.retention_days,
    )
