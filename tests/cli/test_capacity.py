"""What a load takes and costs follows from the measured ceilings."""

from dataclasses import replace

import pytest
from tests.cli.conftest import Run

from cruddur.capacity import (
    Demand,
    Load,
    item_bytes,
    lines,
    momento_dollars,
    on_demand_dollars,
    provisioned,
    provisioned_dollars,
    saved_dollars,
    storage_gb,
    total,
)

QUIET = Load(sends=0, users=1, inbox_reads=0, conversation_reads=0, marks=0, starts=0)


def test_a_message_costs_one_unit_to_send_and_two_to_project() -> None:
    demand = total(lines(replace(QUIET, sends=1000, cold=0)))
    # One person's five conversations refresh the index five halves an hour, and no oftener.
    refreshes = 5 / 2 / 3600
    assert demand.table_write == pytest.approx(3 * 1000)
    assert demand.index_write == pytest.approx(4 * refreshes)
    assert demand.table_read == pytest.approx(2 * 1000)


def test_no_more_refreshes_than_messages() -> None:
    demand = total(lines(replace(QUIET, sends=1, users=1_000_000)))
    assert demand.index_write == pytest.approx(4)


def test_reads_and_starts_fall_to_table_and_index() -> None:
    demand = total(lines(replace(QUIET, inbox_reads=2, conversation_reads=4, starts=1, marks=3)))
    assert demand == Demand(table_write=8 + 3, index_write=2, table_read=20 + 6, index_read=1)


def test_a_long_message_is_paid_by_the_kilobyte() -> None:
    long = total(lines(replace(QUIET, sends=1, cold=0, message_chars=1024)))
    short = total(lines(replace(QUIET, sends=1, cold=0)))
    assert long.table_write == short.table_write + 1


@pytest.mark.parametrize(
    ("chars", "page", "cold", "start"),
    [
        # Besides its text, a message has 295 bytes. A page are 20 of them, what a cold send reads
        # are 12; of each 4,096 bytes begun, half a unit; and half a unit for the conversation.
        (100, 0.5 + 2 * 0.5, 2, 10),  # 7,900 bytes; 4,740 are 1.5 units, and the ceiling is 2
        (700, 0.5 + 5 * 0.5, 0.5 + 3 * 0.5, 10),  # 19,900 and 11,940 bytes: as measured
        (1024, 0.5 + 7 * 0.5, 0.5 + 4 * 0.5, 12),  # 26,380 and 15,828; 1,319 are two write units
    ],
)
def test_what_is_read_and_started_is_paid_by_the_kilobyte_too(
    chars: int, page: float, cold: float, start: float
) -> None:
    quiet = replace(QUIET, message_chars=chars)
    assert total(lines(replace(quiet, conversation_reads=1))) == Demand(table_read=page)
    sent = total(lines(replace(quiet, sends=1, cold=1))).read
    assert sent == pytest.approx(cold + 2)  # which projecting reads
    assert total(lines(replace(quiet, starts=1))) == Demand(table_write=start - 2, index_write=2)


def test_a_month_is_priced_by_use_or_by_what_is_held() -> None:
    demand = Demand(table_write=70, table_read=7)
    assert provisioned(demand) == {"table": (100, 10), "index": (1, 1)}
    hour = 101 * 0.00065 + 11 * 0.00013
    assert provisioned_dollars(demand) == pytest.approx(730 * hour)
    seconds = 730 * 3600
    assert on_demand_dollars(demand) == pytest.approx(seconds * (70 * 0.625 + 7 * 0.125) / 1e6)


def test_a_cache_saves_the_reads_that_it_answers_and_no_writes() -> None:
    load = replace(QUIET, sends=1, inbox_reads=10, conversation_reads=20)
    cached = replace(load, hit_rate=0.9)
    reads = 10 * 10.5 + 20 * 1.5
    before, after = total(lines(load)), total(lines(cached))
    assert before.read - after.read == pytest.approx(0.9 * reads)
    assert before.write == after.write
    longer = momento_dollars(replace(cached, message_chars=101)) - momento_dollars(cached)
    assert longer == pytest.approx(0.9 * 20 * 20 * 730 * 3600 / 2**30 * 0.50)
    million = 730 * 3600 / 1e6
    assert saved_dollars(cached) == pytest.approx(0.9 * reads * 0.125 * million)
    assert momento_dollars(cached) == pytest.approx(
        0.9 * (10 * 10_500 + 20 * 7_500) * 730 * 3600 / 2**30 * 0.50
    )


def test_sizes_are_counted_as_dynamodb_does() -> None:
    assert item_bytes({"pk": "é", "n": 1234, "b": True}) == 2 + 2 + 1 + 3 + 1 + 1
    assert storage_gb(1 << 30, 100) == pytest.approx(storage_gb(1 << 30, 0) + 100)


def test_the_command_names_date_and_region_of_its_prices(cruddur: Run) -> None:
    load = ("--sends-per-second", "10", "--users", "5000", "--hit-rate", "0.9")
    result = cruddur("capacity", *load, COLUMNS="80")
    assert result.exit_code == 0
    for words in (
        "project it",
        "provisioned",
        "the cache",
        "us-east-1",
        "November 2024",
        "Check them",
    ):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
