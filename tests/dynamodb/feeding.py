"""Messages into a table, and out of its stream."""

import asyncio
from collections.abc import Sequence

from cruddur.engines.dynamodb.schema import STREAM_VIEW
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.change_feed import Change
from cruddur.ports.table import Put
from cruddur.schema import keys


async def put_messages(table: DynamoTable, *numbers: int) -> None:
    for seq in numbers:
        key = keys.message_key("g", seq)
        await table.put(Put({"pk": key.pk, "sk": key.sk}))


def numbers(changes: Sequence[Change]) -> list[int]:
    return [int(change.key.sk) for change in changes]


async def take(feed: DynamoChangeFeed, count: int) -> list[Change]:
    changes: list[Change] = []
    async with asyncio.timeout(20):
        while len(changes) < count:
            changes += await feed.read(100)
    return changes


async def switch_stream(table: DynamoTable, *, on: bool) -> None:
    specification = {"StreamEnabled": on, **({"StreamViewType": STREAM_VIEW} if on else {})}
    payload = {"TableName": table.name, "StreamSpecification": specification}
    await table.calls.table("UpdateTable", payload)
