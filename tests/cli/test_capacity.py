"""What a load takes and costs follows from the measured ceilings."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.cli.conftest import Run

from cruddur.ports.metering import Units
from cruddur.tools.capacity.bill import bill, publishes
from cruddur.tools.capacity.deployment import PROJECTOR, SMALLEST, Deployment, dollars, idle
from cruddur.tools.capacity.estimate import (
    lines,
    momento_dollars,
    on_demand_dollars,
    provisioned,
    provisioned_dollars,
    saved_dollars,
    storage_gb,
    total,
)
from cruddur.tools.capacity.load import Load
from cruddur.tools.capacity.sizes import item_bytes

OF_PEOPLE_AND_PROCESSES = {
    *("check a session, once a minute", "note that a session is used, once an hour"),
    *("look which key pushes, once a minute", "list all webhooks"),
}
"""What is asked beside that for which a load is given."""

SVG = "{http://www.w3.org/2000/svg}"
QUIET = Load(sends=0, users=1, inbox_reads=0, conversation_reads=0, marks=0, starts=0)


def asked(load: Load) -> Units:
    found = lines(load)
    return total([line for line in found if line.question not in OF_PEOPLE_AND_PROCESSES])


def test_a_message_costs_one_unit_to_send_and_two_to_project() -> None:
    demand = asked(replace(QUIET, sends=1000, cold=0))
    # One person's five conversations refresh the index five halves an hour, and no oftener.
    refreshes = 5 / 2 / 3600
    assert demand.table_write == pytest.approx(3 * 1000)
    assert demand.index_write == pytest.approx(4 * refreshes)
    assert demand.table_read == pytest.approx(2 * 1000)


def test_no_more_refreshes_than_messages() -> None:
    demand = asked(replace(QUIET, sends=1, users=1_000_000))
    assert demand.index_write == pytest.approx(4)


def test_reads_and_starts_fall_to_table_and_index() -> None:
    demand = asked(replace(QUIET, inbox_reads=2, conversation_reads=4, starts=1, marks=3))
    assert demand == Units(table_write=8 + 2 * 3, index_write=2, table_read=19 + 6, index_read=2)


def test_a_long_message_is_paid_by_the_kilobyte() -> None:
    long = asked(replace(QUIET, sends=1, cold=0, message_chars=1024))
    short = asked(replace(QUIET, sends=1, cold=0))
    assert long.table_write == short.table_write + 1


@pytest.mark.parametrize(
    ("chars", "page", "cold", "start"),
    [
        # Besides its text, a message has 295 bytes. A page are 20 of them, what a cold send reads
        # are 12; of each 4,096 bytes begun, half a unit; and half a unit for the conversation.
        (100, 0.5 + 2 * 0.5, 2, 10),  # 7,900 bytes; 4,740 are 1.5 units, and the ceiling is 2
        (700, 0.5 + 5 * 0.5, 0.5 + 3 * 0.5, 10),  # 19,900 and 11,940 bytes: as measured
        (1024, 0.5 + 7 * 0.5, 0.5 + 4 * 0.5, 12),  # 26,380 and 15,828; 1,319 are two write units
        (4096, 0.5 + 22 * 0.5, 0.5 + 13 * 0.5, 18),  # 87,820 and 52,692; 4,391 are five write units
    ],
)
def test_what_is_read_and_started_is_paid_by_the_kilobyte_too(
    chars: int, page: float, cold: float, start: float
) -> None:
    quiet = replace(QUIET, message_chars=chars)
    assert asked(replace(quiet, conversation_reads=1)) == Units(table_read=page)
    sent = asked(replace(quiet, sends=1, cold=1)).read
    assert sent == pytest.approx(cold + 2)  # which projecting reads
    assert asked(replace(quiet, starts=1)) == Units(table_write=start - 2, index_write=2)


def test_a_month_is_priced_by_use_or_by_what_is_held() -> None:
    demand = Units(table_write=70, table_read=7)
    assert provisioned(demand) == {"table": (100, 10), "index": (1, 1)}
    hour = 101 * 0.00065 + 11 * 0.00013
    assert provisioned_dollars(demand) == pytest.approx(730 * hour)
    seconds = 730 * 3600
    assert on_demand_dollars(demand) == pytest.approx(seconds * (70 * 0.625 + 7 * 0.125) / 1e6)


def test_a_cache_saves_the_reads_that_it_answers_and_no_writes() -> None:
    load = replace(QUIET, sends=1, inbox_reads=10, conversation_reads=20)
    cached = replace(load, hit_rate=0.9)
    reads = 10 * 10.5 + 20 * 1.5
    before, after = asked(load), asked(cached)
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


def test_every_member_of_a_group_has_a_row_that_a_message_writes() -> None:
    quiet = replace(QUIET, sends=1, cold=0, members=50)
    # Each of 50 rows is a unit; after an idle hour two of the index for each beside it.
    busy = asked(replace(quiet, moving=0))
    assert busy.write == pytest.approx(1 + 50)
    idle = asked(replace(quiet, users=10**9))
    assert idle.write == pytest.approx(1 + 150)
    assert idle.index_write == pytest.approx(100)


@pytest.mark.parametrize(("processes", "most"), [(1, 0), (2, 1 / 2), (20, 19 / 20)])
def test_what_another_process_wrote_is_read_and_failed_puts_are_paid(
    processes: int, most: float
) -> None:
    load = replace(QUIET, sends=1, cold=0, processes=processes)
    demand = total([line for line in lines(load) if line.letter == "C"])
    assert [demand.write, demand.read] == pytest.approx([1 + 0.02 * most, most])


def test_an_open_page_reads_while_nothing_happens() -> None:
    assert asked(replace(QUIET, pages=3600)).read == pytest.approx(0.5)
    assert asked(replace(QUIET, opens=2)).read == pytest.approx(24)


@pytest.mark.parametrize(("receipts", "write"), [(1, 2), (0.5, 1.5), (0, 1)])
def test_a_mark_of_which_others_are_told_is_two_writes(receipts: float, write: float) -> None:
    load = replace(QUIET, marks=1, receipts=receipts)
    assert asked(load) == Units(table_write=write)
    assert publishes(load) == receipts


@pytest.mark.parametrize(("chars", "edit"), [(100, 2), (700, 4), (1024, 5), (2048, 8), (4096, 14)])
def test_an_edit_costs_what_docs_prices_has_measured(chars: int, edit: int) -> None:
    load = replace(QUIET, edits=1, message_chars=chars)
    (line,) = [one for one in lines(load) if one.question.startswith("edit or delete")]
    assert line.demand.write == edit


def test_a_reaction_is_applied_and_brought_to_each_row() -> None:
    assert asked(replace(QUIET, reactions=1)) == Units(table_write=2 + 2, table_read=1 + 2)
    assert asked(replace(QUIET, reactions=1, members=50)).write == 2 + 50


def test_pushes_webhooks_and_mails_cost_what_they_ask_and_a_place_in_the_feed() -> None:
    place = 8 / 60
    assert asked(replace(QUIET, pushes=1)).write == pytest.approx(1 + place)
    assert asked(replace(QUIET, events=1)).write == pytest.approx(place)
    assert asked(replace(QUIET, mails=1)).read == pytest.approx(11 + 1 / 60)
    assert asked(replace(QUIET, mailed=3600)).write == pytest.approx(1)
    items = {one.name: one.dollars for one in bill(replace(QUIET, events=1, mails=1), PROJECTOR)}
    month = 730 * 3600
    assert items["mails by SES"] == pytest.approx(month * 0.0001)
    assert items["the stream's reads"] == pytest.approx(2 * month * 0.02 / 100_000)


def test_a_session_is_checked_by_each_process_once_a_minute_at_most() -> None:
    busy = replace(QUIET, sends=100, users=60, processes=2)
    of_sessions = [line for line in lines(busy) if line.letter == "M"]
    assert [line.calls for line in of_sessions] == pytest.approx([2, 60 / 3600])


def test_a_bill_holds_all_that_aws_asks_for() -> None:
    load = replace(QUIET, sends=10, marks=10, pages=3000, users=3000, processes=2)
    load = replace(load, reactions=1, pushes=1, events=1, mails=1)
    usual = Deployment(tasks=2, bus="momento", has_firewall=True)
    names = {item.name for item in bill(load, usual)}
    assert names >= {
        *("sending", "projecting", "marking read", "open pages' reads", "transfer to people"),
        *("the function", "the function's log", "the service's log", "the bus", "tasks"),
        *("edits and reactions", "sessions", "pushes", "mails", "mails by SES"),
        *("the stream's reads", "processes' own looks"),
        *("load balancer", "balancer's units", "public IPv4 addresses", "secrets", "alarms"),
        *("metrics", "WAF", "WAF's requests", "storage of the month's messages"),
    }
    assert dollars(bill(load, usual)) > dollars(idle(usual))


def test_the_bus_takes_more_nodes_for_more_messages_and_none_for_pages_that_idle() -> None:
    assert publishes(replace(QUIET, pages=120_000)) == pytest.approx(publishes(QUIET))
    assert publishes(replace(QUIET, opens=10)) == pytest.approx(40 + publishes(QUIET))
    usual = Deployment(tasks=2, bus="valkey")
    one, two = (
        {item.name for item in bill(replace(QUIET, opens=opens), usual)}
        for opens in (24_900, 25_100)
    )
    assert ("the bus" in one, "the bus" in two) == (False, True)


def test_what_idles_stays_within_its_promise() -> None:
    assert dollars(idle(PROJECTOR)) <= 1
    assert dollars(idle(SMALLEST)) <= 45


def test_a_picture_is_drawn_of_units_and_cost_over_people(cruddur: Run, tmp_path: Path) -> None:
    picture = tmp_path / "cost.svg"
    load = ("--sends-per-second", "10", "--users", "5000", "--pages", "500")
    result = cruddur("capacity", *load, "--plot", str(picture))
    assert result.exit_code == 0, result.output
    drawn = ET.fromstring(picture.read_text("utf-8"))
    texts = {text.text for text in drawn.iter(f"{SVG}text")}
    assert texts >= {"Units a second", "Dollars a month", "read units", "together", "100 k"}
    lines_drawn = [one for one in drawn.iter(f"{SVG}path") if one.get("class") == "l"]
    assert len(lines_drawn) == 2 + 5


def test_a_picture_that_cannot_be_written_is_an_error_in_one_line(
    cruddur: Run, tmp_path: Path
) -> None:
    load = ("--sends-per-second", "10", "--users", "5000")
    result = cruddur("capacity", *load, "--plot", str(tmp_path / "none" / "cost.svg"))
    assert result.exit_code == 1
    assert "cannot write" in result.stderr


def test_nothing_at_all_can_be_drawn(cruddur: Run, tmp_path: Path) -> None:
    picture = tmp_path / "cost.svg"
    nothing = ("--sends-per-second", "0", "--users", "1", "--plot", str(picture))
    assert cruddur("capacity", *nothing).exit_code == 0
    assert picture.exists()


def test_the_command_counts_groups_processes_and_pages(cruddur: Run) -> None:
    load = ("--sends-per-second", "1", "--users", "500", "--members", "50")
    more = ("--processes", "20", "--pages", "500", "--pushes-per-second", "2")
    result = cruddur("capacity", *load, *more, COLUMNS="80")
    assert result.exit_code == 0
    words_of_it = ("another process", "keep a page open", "all in all", "20 tasks", "on one device")
    for words in words_of_it:
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
