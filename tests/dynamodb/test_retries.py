"""What was not done is tried again; what may have been done is never reported as not done."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from tests.dynamodb.faulty import (
    Fault,
    Proxy,
    cut_after,
    cut_before,
    half_unprocessed,
    passed_on,
    refused,
    server_error,
    server_error_after,
    silence,
)

from cruddur.domain.errors import (
    ConditionFailed,
    OutcomeUnknown,
    TableUnavailable,
    TransactionFailed,
)
from cruddur.domain.item import Key
from cruddur.engines.dynamodb.failures import TableMissing, Throttled, failure_of
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.table import IF_NEW, Equals, Put, Table, Update

KEY = Key("MSG#1", "1")
ITEM = {"pk": "MSG#1", "sk": "1", "message": "Hello"}
NEW = Put(ITEM, IF_NEW)

THROTTLED = refused("ProvisionedThroughputExceededException")


@pytest.mark.parametrize(
    "fault",
    [
        THROTTLED,
        refused("ThrottlingException"),
        refused("RequestLimitExceeded"),
        refused("TransactionConflictException"),
        refused("TransactionInProgressException"),
        server_error,
        cut_before,
    ],
)
async def test_what_was_not_done_is_tried_again(
    table: DynamoTable, proxy: Proxy, fault: object
) -> None:
    proxy.next.extend([fault] * 3)  # type: ignore[list-item]
    await table.put(NEW)
    assert await table.get(KEY) == ITEM
    assert proxy.calls == ["PutItem"] * 4 + ["GetItem"]


@pytest.mark.parametrize("fault", [THROTTLED, server_error, cut_before, silence])
async def test_a_call_without_success_ends_at_its_deadline(
    hurried: DynamoTable, proxy: Proxy, fault: object
) -> None:
    proxy.always = fault  # type: ignore[assignment]
    with pytest.raises(TableUnavailable):
        await hurried.put(NEW)
    with pytest.raises(TableUnavailable):
        await hurried.get(KEY)


async def test_a_server_that_is_not_there_is_unavailable(hurried: DynamoTable) -> None:
    nowhere = await DynamoTable.open(
        "cruddur-nowhere", region="us-east-1", endpoint_url="http://127.0.0.1:9", deadline=0.1
    )
    with pytest.raises(TableUnavailable):
        await nowhere.get(KEY)
    await nowhere.close()


async def test_a_missing_table_is_said(table: DynamoTable) -> None:
    other = DynamoTable("cruddur-no-such-table", table.calls)
    with pytest.raises(TableMissing):
        await other.get(KEY)


@pytest.mark.parametrize("fault", [cut_after, silence])
async def test_a_put_that_may_have_met_itself_is_not_called_failed(
    direct: DynamoTable, hurried: DynamoTable, proxy: Proxy, fault: object
) -> None:
    proxy.next.append(fault)  # type: ignore[arg-type]
    with pytest.raises(TableUnavailable):
        await hurried.put(NEW)
    assert await direct.get(KEY, consistent=True) == ITEM


@pytest.mark.parametrize("then", [[], [THROTTLED], [THROTTLED, cut_before]], ids=len)
@pytest.mark.parametrize("first", [cut_after, server_error_after])
async def test_a_fate_once_unknown_stays_unknown_whatever_later_tries_meet(
    table: DynamoTable, proxy: Proxy, first: Fault, then: list[Fault]
) -> None:
    proxy.next.extend([first, *then])
    with pytest.raises(OutcomeUnknown):
        await table.put(NEW)


@pytest.mark.parametrize("first", [cut_after, server_error_after])
async def test_a_fate_once_unknown_stays_unknown_when_time_runs_out(
    hurried: DynamoTable, proxy: Proxy, first: Fault
) -> None:
    proxy.next.append(first)
    proxy.always = THROTTLED
    with pytest.raises(OutcomeUnknown):
        await hurried.put(NEW)


async def test_a_put_that_was_only_throttled_has_no_unknown_fate(
    hurried: DynamoTable, proxy: Proxy
) -> None:
    proxy.always = THROTTLED
    with pytest.raises(TableUnavailable) as failure:
        await hurried.put(NEW)
    assert not isinstance(failure.value, OutcomeUnknown)


async def test_a_put_that_surely_failed_is_called_failed_also_after_throttling(
    table: DynamoTable, proxy: Proxy
) -> None:
    await table.put(NEW)
    proxy.next.extend([THROTTLED, THROTTLED])
    with pytest.raises(ConditionFailed):
        await table.put(NEW)


async def test_what_may_be_done_twice_is_done_until_it_is_sure(
    table: DynamoTable, proxy: Proxy
) -> None:
    proxy.next.extend([cut_after, cut_after])
    await table.put(Put(ITEM))
    proxy.next.append(cut_after)
    await table.update(Update(KEY, {"message": "Bye"}))
    assert await table.get(KEY) == {**ITEM, "message": "Bye"}


async def test_a_transaction_that_met_itself_succeeds(table: DynamoTable, proxy: Proxy) -> None:
    proxy.next.append(cut_after)
    await table.transact([NEW, Put({"pk": "MSG#1", "sk": "2"}, IF_NEW)])
    assert proxy.calls == ["TransactWriteItems"] * 2
    with pytest.raises(TransactionFailed):
        await table.transact([NEW])


@pytest.mark.parametrize(
    ("reason", "final"),
    [("TransactionConflict", TransactionFailed), ("ThrottlingError", TableUnavailable)],
)
def test_a_transaction_that_meets_others_to_the_end_has_failed_and_not_the_table(
    reason: str, final: type
) -> None:
    reasons = [{"Code": "None"}, {"Code": reason}]
    told = {"__type": "a#TransactionCanceledException", "CancellationReasons": reasons}
    failure = failure_of(400, msgspec.json.encode(told), "http://a.example")
    assert isinstance(failure, Throttled)
    assert type(failure.final) is final


async def test_two_transactions_are_two(table: DynamoTable) -> None:
    for n in range(3):
        condition = [Equals("n", n)] if n else IF_NEW
        await table.transact([Update(KEY, {"n": n + 1}, condition=condition)])
    assert await table.get(KEY) == {"pk": "MSG#1", "sk": "1", "n": 3}


async def test_unprocessed_keys_are_asked_for_again(table: DynamoTable, proxy: Proxy) -> None:
    keys = [Key("MSG#1", str(n)) for n in range(9)]
    for key in keys:
        await table.put(Put({"pk": key.pk, "sk": key.sk}))
    proxy.always = half_unprocessed
    assert set(await table.get_many(keys)) == set(keys)
    assert proxy.calls.count("BatchGetItem") == 4


async def test_keys_that_stay_unprocessed_are_not_reported_missing(
    table: DynamoTable, hurried: DynamoTable, proxy: Proxy
) -> None:
    keys = [KEY, Key("MSG#1", "2")]
    for key in keys:
        await table.put(Put({"pk": key.pk, "sk": key.sk}))
    proxy.next.append(half_unprocessed)
    proxy.always = THROTTLED
    with pytest.raises(TableUnavailable):
        await hurried.get_many(keys)


@pytest.mark.parametrize(
    "call", [lambda table: table.get_many([KEY]), lambda table: table.transact([NEW])]
)
async def test_work_in_bulk_waits_for_units_past_its_deadline(
    in_bulk: DynamoTable, proxy: Proxy, call: Callable[[Table], Awaitable[Any]]
) -> None:
    proxy.next.extend([THROTTLED] * 10)  # of which half would do
    await call(in_bulk)
    assert len(proxy.calls) == 11


async def test_a_throttled_scan_goes_on_from_where_it_was(
    direct: DynamoTable, in_bulk: DynamoTable, proxy: Proxy
) -> None:
    for n in range(4):  # a page has a megabyte
        await direct.put(Put({"pk": f"MSG#{n}", "sk": "1", "message": "x" * 390_000}))
    proxy.next.extend([passed_on, *[THROTTLED] * 10])
    found = [item["pk"] async for item in in_bulk.scan()]
    assert sorted(found) == ["MSG#0", "MSG#1", "MSG#2", "MSG#3"]
    assert proxy.calls == ["Scan"] * 12


@pytest.mark.parametrize("fault", [server_error, cut_before])
async def test_work_in_bulk_does_not_wait_for_who_is_not_there(
    in_bulk: DynamoTable, proxy: Proxy, fault: object
) -> None:
    proxy.always = fault  # type: ignore[assignment]
    with pytest.raises(TableUnavailable):
        await in_bulk.get(KEY)
