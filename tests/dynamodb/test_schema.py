"""The table is made as the schema says, and what differs is said in words."""

import uuid
from collections.abc import AsyncIterator

import pytest
from tests import engines
from tests.dynamodb.faulty import Proxy, cut_after, lose_answer_to, passed_on

from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.failures import Rejected, TableMissing
from cruddur.engines.dynamodb.schema import (
    OnDemand,
    Provisioned,
    create_table,
    delete_table,
    describe_table,
    differences,
    enable_ttl,
    list_tables,
    wanted_shape,
)
from cruddur.schema.table import Schema


@pytest.fixture
async def calls(url: str) -> AsyncIterator[Calls]:
    calls = await Calls.open(region=engines.REGION, endpoint_url=url, deadline=10)
    yield calls
    await calls.close()


@pytest.mark.parametrize("billing", [Provisioned(), Provisioned(7, 9), OnDemand()])
async def test_a_table_is_as_it_was_asked_for(
    calls: Calls, billing: Provisioned | OnDemand
) -> None:
    schema = Schema(table_name=f"cruddur-{uuid.uuid4()}")
    await create_table(calls, schema, billing)
    found = await describe_table(calls, schema.table_name)
    assert found is not None
    assert differences(found, wanted_shape(schema, billing)) == []
    assert schema.table_name in await list_tables(calls)
    with pytest.raises(Rejected):
        await create_table(calls, schema, billing)
    await delete_table(calls, schema.table_name)
    assert await describe_table(calls, schema.table_name) is None


async def test_a_table_whose_making_was_not_answered_is_there_all_the_same(proxy: Proxy) -> None:
    schema = Schema(table_name=f"cruddur-{uuid.uuid4()}")
    calls = await Calls.open(region=engines.REGION, endpoint_url=proxy.url, deadline=10)
    proxy.next.extend([passed_on, cut_after])  # the look whether it is there, then its making
    await create_table(calls, schema)
    assert await describe_table(calls, schema.table_name) is not None
    await delete_table(calls, schema.table_name)
    await calls.close()


async def test_a_time_to_live_whose_turning_on_was_not_answered_is_on(
    url: str, calls: Calls
) -> None:
    schema = Schema(table_name=f"cruddur-{uuid.uuid4()}")
    async with Proxy(url).running() as proxy:
        proxy.always = lose_answer_to(proxy, "UpdateTimeToLive")
        hasty = await Calls.open(region=engines.REGION, endpoint_url=proxy.url, deadline=10)
        await create_table(hasty, schema)
        await hasty.close()
    found = await describe_table(calls, schema.table_name)
    assert found is not None
    assert differences(found, wanted_shape(schema)) == []
    await delete_table(calls, schema.table_name)


async def test_a_time_to_live_by_another_attribute_is_not_taken_for_ours(calls: Calls) -> None:
    schema = Schema(table_name=f"cruddur-{uuid.uuid4()}", ttl_attribute="ends")
    await create_table(calls, schema)
    with pytest.raises(Rejected):
        await enable_ttl(calls, Schema(table_name=schema.table_name))
    await delete_table(calls, schema.table_name)


async def test_a_table_that_is_not_there_cannot_be_removed(calls: Calls) -> None:
    with pytest.raises(TableMissing):
        await delete_table(calls, "cruddur-no-such-table")


def test_differences_are_told_in_words() -> None:
    wanted = wanted_shape(Schema())
    found = {**wanted_shape(Schema(index_name="other", ttl_attribute="ends"), OnDemand())}
    found["stream"] = "off"
    index = "pk (HASH, S), indexed_at (RANGE, S), KEYS_ONLY"
    assert differences(found, wanted) == [
        "stream: is off, should be NEW_AND_OLD_IMAGES",
        "time to live: is ends, should be expires_at",
        "billing: is on demand, should be 5 read and 5 write units",
        f"index inbox-index: is missing, should be {index}, 5 read and 5 write units",
        f"index other: is {index}, on demand, should be missing",
    ]
