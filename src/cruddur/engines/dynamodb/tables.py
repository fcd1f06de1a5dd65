"""Creates, describes and deletes the tables at one endpoint, for `cruddur ddb`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiodynamo.credentials import Credentials

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item
from cruddur.engines.dynamodb import additions, layout, schema
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.failures import NotDynamoDB
from cruddur.engines.dynamodb.plain_http import is_plain_http
from cruddur.schema.table import Schema

# DynamoDB Local on a busy laptop may take this long to create a table; a retry would be rejected.
_DEADLINE = 30.0
_ANSWERS_WITHIN = 2.0

Throughput = tuple[int, int]
"""Provisioned read and write units a second."""


class DynamoTables:
    """What the commands of `cruddur ddb` do. `billing` is provisioned units, or None for on demand."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, region: str, endpoint_url: str | None = None, credentials: Credentials | None = None
    ) -> AsyncIterator["DynamoTables"]:
        """Connects to the endpoint for the time of the context.

        Raises TableUnavailable, with a text for people, if no local engine answers there.
        """
        if is_plain_http(endpoint_url):
            await _knock(region, endpoint_url)
        calls = await Calls.open(
            region=region, endpoint_url=endpoint_url, deadline=_DEADLINE, credentials=credentials
        )
        try:
            yield cls(calls)
        finally:
            await calls.close()

    async def names(self) -> Sequence[str]:
        """Returns the names of the account's tables in this region."""
        return await schema.list_tables(self._calls)

    async def shape(self, name: str) -> schema.TableLayout | None:
        """Returns the table's properties as texts, or None if there is no such table."""
        return await schema.describe_table(self._calls, name)

    def differences(
        self, found: schema.TableLayout, name: str, billing: Throughput | None
    ) -> Sequence[str]:
        """Returns a line for each property that is not as `create` would make it."""
        wanted = schema.wanted_shape(Schema(table_name=name), _billing(billing))
        return schema.differences(found, wanted)

    async def create(self, name: str, billing: Throughput | None) -> None:
        """Creates the table and returns when it can be used."""
        await schema.create_table(self._calls, Schema(table_name=name), _billing(billing))

    def differing_keys(self, found: schema.TableLayout, name: str) -> Sequence[str]:
        """Returns a line for each key that differs: the table then belongs to another program."""
        return layout.differing_keys(found, name)

    async def sample(self, name: str) -> Sequence[Item]:
        """Returns a few items of the table."""
        return await layout.sample(self._calls, name)

    def lacks_index(self, found: schema.TableLayout, name: str, sampled: Sequence[Item]) -> bool:
        """Returns whether the table is this service's in all but the index, which can be added."""
        return layout.lacks_index(found, name, sampled)

    def missing_parts(self, found: schema.TableLayout, name: str) -> Sequence[str]:
        """Returns the labels of what `add_part` can add to the table."""
        return additions.missing_parts(found, Schema(table_name=name))

    async def add_part(self, name: str, label: str) -> None:
        """Adds one missing part and returns when it can be used. It can be repeated."""
        await additions.add_part(self._calls, Schema(table_name=name), label)

    async def is_ready(self, name: str) -> bool:
        """Returns whether the table and its indexes can be used."""
        return await schema.is_ready(self._calls, name)

    async def wait(self, name: str) -> None:
        """Returns when the table and its indexes can be used, however long that takes."""
        await schema.until_ready(self._calls, name, None)

    async def delete(self, name: str) -> None:
        """Deletes the table and returns when it is gone."""
        await schema.delete_table(self._calls, name)


async def _knock(region: str, endpoint_url: str) -> None:
    calls = await Calls.open(region=region, endpoint_url=endpoint_url, deadline=_ANSWERS_WITHIN)
    try:
        await schema.list_tables(calls)
    except NotDynamoDB:
        raise
    except KeyError:  # the answer is JSON, but not DynamoDB's
        raise NotDynamoDB(endpoint_url, "it lists no tables") from None
    except TableUnavailable as error:
        raise TableUnavailable(f"no DynamoDB answers at {endpoint_url} ({error})") from error
    finally:
        await calls.close()


def _billing(units: Throughput | None) -> schema.Billing:
    return schema.OnDemand() if units is None else schema.Provisioned(*units)
