"""The table on DynamoDB, or on anything that speaks its API."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from aiodynamo.credentials import Credentials

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.engines.checks import check_key, check_query, check_transaction, check_write
from cruddur.engines.dynamodb.calls import BULK_THROTTLED_SECONDS, DEADLINE, Answer, Calls
from cruddur.engines.dynamodb.expressions import is_empty, query_payload, write_payload
from cruddur.ports.table import Check, Delete, Page, Put, Query, Update, Write
from cruddur.schema.attribute_values import (
    item_from_attribute_values,
    key_to_attribute_values,
)
from cruddur.schema.keys import key_of

_GET_MANY_AT_ONCE = 100
_OPERATIONS: Mapping[type[Write], str] = {
    Put: "Put",
    Update: "Update",
    Delete: "Delete",
    Check: "ConditionCheck",
}
_METERED = {"ReturnConsumedCapacity": "INDEXES"}


class DynamoTable:
    """The table port on one DynamoDB table."""

    transactions_cost_more = True
    index_is_exact = False

    def __init__(self, name: str, calls: Calls) -> None:
        self.name = name
        self.calls = calls

    @classmethod
    async def open(
        cls,
        table_name: str,
        *,
        region: str,
        endpoint_url: str | None = None,
        deadline: float = DEADLINE,
        bulk: bool = False,
        credentials: Credentials | None = None,
    ) -> "DynamoTable":
        """Connects on the first call. It does not check that the table exists.

        Calls in `bulk` wait for throttled units for BULK_THROTTLED_SECONDS. `deadline` is in seconds,
        over all tries of a call. Without `credentials`, `credentials_for` chooses them.
        """
        calls = await Calls.open(
            region=region,
            endpoint_url=endpoint_url,
            deadline=deadline,
            throttled_seconds=BULK_THROTTLED_SECONDS if bulk else 0.0,
            credentials=credentials,
        )
        return cls(table_name, calls)

    async def close(self) -> None:
        await self.calls.close()

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        check_key(key)
        payload = {"Key": key_to_attribute_values(key), "ConsistentRead": consistent}
        item = (await self._call("GetItem", payload)).get("Item")
        return None if item is None else item_from_attribute_values(item)

    async def get_many(
        self, keys: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        for key in wanted:
            check_key(key)
        starts = range(0, len(wanted), _GET_MANY_AT_ONCE)
        parts = [wanted[start : start + _GET_MANY_AT_ONCE] for start in starts]
        found = await asyncio.gather(*(self._get_part(part, consistent) for part in parts))
        return {key_of(item): item for items in found for item in items}

    async def query(self, query: Query) -> Page:
        check_query(query)
        if is_empty(query.range):
            return Page((), None)
        return _page(await self._call("Query", query_payload(query)))

    async def put(self, put: Put) -> None:
        await self._write("PutItem", put)

    async def update(self, update: Update) -> Item | None:
        answer = await self._write("UpdateItem", update, wants_old=update.wants_old)
        old = answer.get("Attributes")
        return item_from_attribute_values(old) if old else None

    async def delete(self, delete: Delete) -> None:
        await self._write("DeleteItem", delete)

    async def transact(self, writes: Sequence[Write]) -> None:
        check_transaction(writes)
        for write in writes:
            check_write(write)
        table = {"TableName": self.name}
        items = [{_OPERATIONS[type(w)]: {**table, **write_payload(w)}} for w in writes]
        # By this token DynamoDB recognizes a retry of the transaction, for ten minutes.
        token = {"ClientRequestToken": str(uuid.uuid4())}
        await self.calls.table("TransactWriteItems", {"TransactItems": items, **token, **_METERED})

    async def scan(self) -> AsyncIterator[Item]:
        # Strongly consistent, so that `verify` does not report the lag of a replica.
        payload: dict[str, Any] = {"ConsistentRead": True}
        while True:
            answer = await self._call("Scan", payload)
            for item in answer["Items"]:
                yield item_from_attribute_values(item)
            if not (last := answer.get("LastEvaluatedKey")):
                return
            payload["ExclusiveStartKey"] = last

    async def count(self) -> int:
        """Returns AWS's count, about six hours old; 0 if the credentials may not describe the table."""
        try:
            answer = await self.calls.table("DescribeTable", {"TableName": self.name})
        except TableUnavailable:
            return 0
        return int(answer["Table"].get("ItemCount", 0))

    async def _write(self, action: str, write: Write, *, wants_old: bool = False) -> Answer:
        check_write(write)
        wanted = {"ReturnValues": "ALL_OLD"} if wants_old else {}
        return await self._call(action, write_payload(write) | wanted)

    async def _call(self, action: str, payload: Mapping[str, Any]) -> Answer:
        return await self.calls.table(action, {"TableName": self.name, **payload, **_METERED})

    async def _get_part(self, keys: Sequence[Key], consistent: bool) -> Sequence[Item]:
        """Reads up to a hundred items. Keys that DynamoDB leaves unprocessed are requested again."""
        patience = self.calls.patience()
        wanted = {
            "Keys": [key_to_attribute_values(key) for key in keys],
            "ConsistentRead": consistent,
        }
        asked: dict[str, Any] = {self.name: wanted}
        items: list[Item] = []
        while True:
            payload = {"RequestItems": asked, **_METERED}
            answer = await self.calls.table("BatchGetItem", payload, patience)
            items += map(item_from_attribute_values, answer["Responses"].get(self.name, ()))
            if not (asked := answer.get("UnprocessedKeys") or {}):
                return items
            left = TableUnavailable("BatchGetItem: keys were left unprocessed")
            await patience.pause(left, throttled=True)


def _page(answer: Answer) -> Page:
    items = [item_from_attribute_values(item) for item in answer["Items"]]
    last = answer.get("LastEvaluatedKey")
    return Page(items, item_from_attribute_values(last) if last else None)
