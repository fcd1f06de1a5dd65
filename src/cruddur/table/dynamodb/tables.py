"""The tables at one endpoint, for who makes and removes them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cruddur.errors import TableUnavailable
from cruddur.table.dynamodb import schema
from cruddur.table.dynamodb.calls import Calls
from cruddur.table.dynamodb.endpoints import is_local
from cruddur.table.schema import Schema

# A busy laptop may take this long to make a table in DynamoDB Local; a second try would be refused.
_DEADLINE = 30.0
_ANSWERS_WITHIN = 2.0

Units = tuple[int, int]
"""Provisioned read and write units."""


class DynamoTables:
    """What the commands of `cruddur ddb` ask. Billing is provisioned units, or None: on demand."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, region: str, endpoint_url: str | None = None
    ) -> AsyncIterator["DynamoTables"]:
        """Raises TableUnavailable, with words for the person, if no local engine answers there."""
        if is_local(endpoint_url):
            await _knock(region, endpoint_url)
        calls = await Calls.open(region=region, endpoint_url=endpoint_url, deadline=_DEADLINE)
        try:
            yield cls(calls)
        finally:
            await calls.close()

    async def names(self) -> Sequence[str]:
        return await schema.list_tables(self._calls)

    async def shape(self, name: str) -> schema.Shape | None:
        """The table's traits in words; None if there is no such table."""
        return await schema.describe_table(self._calls, name)

    def differences(self, found: schema.Shape, name: str, billing: Units | None) -> Sequence[str]:
        """What is not as `create` would make it, a line each."""
        wanted = schema.wanted_shape(Schema(table_name=name), _billing(billing))
        return schema.differences(found, wanted)

    async def create(self, name: str, billing: Units | None) -> None:
        """Returns when the table can be used."""
        await schema.create_table(self._calls, Schema(table_name=name), _billing(billing))

    def lacks_ttl(self, found: schema.Shape) -> bool:
        """Whether nothing of this table ends by itself: its making may have been stopped early."""
        return found[schema.TIME_TO_LIVE] == schema.OFF

    async def enable_ttl(self, name: str) -> None:
        await schema.enable_ttl(self._calls, Schema(table_name=name))

    async def delete(self, name: str) -> None:
        """Returns when the table is gone."""
        await schema.delete_table(self._calls, name)


async def _knock(region: str, endpoint_url: str) -> None:
    calls = await Calls.open(region=region, endpoint_url=endpoint_url, deadline=_ANSWERS_WITHIN)
    try:
        await schema.list_tables(calls)
    except TableUnavailable as error:
        raise TableUnavailable(f"no DynamoDB answers at {endpoint_url} ({error})") from error
    finally:
        await calls.close()


def _billing(units: Units | None) -> schema.Billing:
    return schema.OnDemand() if units is None else schema.Provisioned(*units)
