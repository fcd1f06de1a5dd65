"""The design that this system grew from, with the same people and texts, on the same engine.

Messages lie under `MSG#<group>` / time and inbox rows under `GRP#<user>` / time of the last message.
After each message, an index over the groups finds the rows, and each is deleted and put again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.prices.patterns import Stage, cost_of

from cruddur.domain.item import Item
from cruddur.domain.model import User, timestamp
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.metering import OTHER, Units
from cruddur.ports.table import Delete, Put, Query
from cruddur.schema.attribute_values import item_from_attribute_values
from cruddur.schema.keys import key_of

INDEX = "message-group-sk-index"
_STRING = "S"


class Tutorial:
    """Its few writes and reads, as it made them."""

    def __init__(self, table: DynamoTable, stage: Stage) -> None:
        self.table = table
        self.stage = stage

    async def converse(self, count: int) -> None:
        """Thirty conversations of a person, the last of them long."""
        for other in self.stage.people[1:31]:
            await self.start(self.stage.me, other)
        for _ in range(count):
            await self.put_message(self.stage.me, self.group(self.stage.people[30]))
            await self.move_rows(self.group(self.stage.people[30]))

    async def start(self, one: User, other: User) -> None:
        at = self._now()
        await self._put_message(one, self.group(other), at)
        for owner, peer in ((one, other), (other, one)):
            await self.table.put(Put(self._row(owner, peer, self.group(other), at)))

    async def put_message(self, sender: User, group: str) -> None:
        await self._put_message(sender, group, self._now())

    async def move_rows(self, group: str) -> None:
        at = timestamp(self.stage.clock())
        for row in await self._rows_of(group):
            await self.table.delete(Delete(key_of(row)))
            await self.table.put(Put({**row, "sk": at, "message": self.stage.text()}))

    async def inbox(self, user: User) -> None:
        await self.table.query(Query(f"GRP#{user.user_uuid}", descending=True, limit=20))

    async def messages(self, group: str) -> None:
        await self.table.query(Query(f"MSG#{group}", descending=True, limit=20))

    def group(self, other: User) -> str:
        return other.user_uuid  # one is always the same person

    async def _put_message(self, sender: User, group: str, at: str) -> None:
        item = {
            "pk": f"MSG#{group}",
            "sk": at,
            "message_uuid": group,
            "message": self.stage.text(),
            "user_uuid": sender.user_uuid,
            "user_display_name": sender.display_name,
            "user_handle": sender.handle,
        }
        await self.table.put(Put(item))

    def _row(self, owner: User, peer: User, group: str, at: str) -> Item:
        return {
            "pk": f"GRP#{owner.user_uuid}",
            "sk": at,
            "message_group_uuid": group,
            "message": self.stage.text(),
            "user_uuid": peer.user_uuid,
            "user_display_name": peer.display_name,
            "user_handle": peer.handle,
        }

    async def _rows_of(self, group: str) -> list[Item]:
        answer = await self.table.calls.table(
            "Query",
            {
                "TableName": self.table.name,
                "IndexName": INDEX,
                "KeyConditionExpression": "message_group_uuid = :group",
                "ExpressionAttributeValues": {":group": {_STRING: group}},
                "ReturnConsumedCapacity": "INDEXES",
            },
        )
        return [item_from_attribute_values(item) for item in answer["Items"]]

    def _now(self) -> str:
        self.stage.clock.turn(seconds=20)
        return timestamp(self.stage.clock())


async def measure_tutorial(stage: Stage) -> dict[str, Units]:
    """By the letter of the pattern."""
    async with _table(stage.table) as table:
        tutorial = Tutorial(table, stage)
        await tutorial.converse(20)
        one, other = stage.me, stage.people[30]
        group = tutorial.group(other)
        return {
            "A": await cost_of(OTHER, tutorial.messages(group)),
            "B": await cost_of(OTHER, tutorial.inbox(one)),
            "C": await cost_of(OTHER, tutorial.put_message(one, group)),
            "D": await cost_of(OTHER, tutorial.move_rows(group)),
            "E": await cost_of(OTHER, tutorial.start(one, stage.people[31])),
        }


@asynccontextmanager
async def _table(beside: DynamoTable) -> AsyncIterator[DynamoTable]:
    table = DynamoTable(f"{beside.name}-tutorial", beside.calls)
    await table.calls.table("CreateTable", _creation(table.name))
    yield table
    await table.calls.table("DeleteTable", {"TableName": table.name})


def _creation(name: str) -> dict[str, Any]:
    names = ("pk", "sk", "message_group_uuid")
    index = {
        "IndexName": INDEX,
        "KeySchema": _keys("message_group_uuid", "sk"),
        "Projection": {"ProjectionType": "ALL"},
    }
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": _STRING} for n in names],
        "KeySchema": _keys("pk", "sk"),
        "GlobalSecondaryIndexes": [index],
    }


def _keys(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]
