"""A tutorial's table becomes one of ours: nothing lost, nothing doubled, the same each time."""

import asyncio
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from tests import engines
from tests.cli.conftest import Run
from tests.cli.tutorial_tables import (
    contents,
    empty_table,
    fill,
    old_message,
    old_row,
    problems,
    quiet,
    tables,
    talk,
    uuid_of,
)

from cruddur.domain.errors import TableError
from cruddur.domain.item import Item
from cruddur.domain.model import direct_group_uuid, timestamp
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.ports.clock import utc_now
from cruddur.ports.table import Put
from cruddur.schema import items
from cruddur.schema.kinds import kind_of
from cruddur.tools.migration.adopt_table import Adopted, adopt_table


async def adopt(old: list[Item], target: SqliteTable) -> Adopted:
    async with empty_table() as source:
        await fill(source, old)
        return await adopt_table(source, target, quiet)


async def of_kind(table: Any, kind: str) -> list[Item]:
    return [item for item in await contents(table) if kind_of(item) == kind]


@settings(max_examples=30, deadline=None)
@given(tables())
def test_any_table_is_adopted_whole_and_only_once(old: list[Item]) -> None:
    async def check() -> None:
        async with empty_table() as target:
            adopted = await adopt(old, target)
            first = await contents(target)
            assert await problems(target) == []
            assert (await adopt(list(reversed(old)), target)).written == 0
            assert await contents(target) == first
            said = Counter((i["user_uuid"], i["message"]) for i in old if "message_uuid" in i)
            kept = await of_kind(target, "message")
            # Only an exact double may be missing: one id, one sender, one text, one conversation.
            now = Counter((item["user_uuid"], item["message"]) for item in kept)
            assert (said - now).total() == adopted.merged.doubles
            assert not now - said

    asyncio.run(check())


async def test_two_conversations_of_the_same_two_become_one_in_the_order_of_time() -> None:
    old = [*talk("a", "andrewbrown", "bayko", 3), *talk("b", "bayko", "andrewbrown", 2, first=0.5)]
    async with empty_table() as target:
        adopted = await adopt(old, target)
        messages = [items.message_from(item) for item in await of_kind(target, "message")]
        assert [m.message for m in messages] == ["a, 0", "b, 0", "a, 1", "b, 1", "a, 2"]
        assert [m.seq for m in messages] == [1, 2, 3, 4, 5]
        assert messages[0].created_at == "2023-04-13T12:00:00.000Z"
        group = direct_group_uuid(uuid_of("andrewbrown"), uuid_of("bayko"))
        assert {m.message_group_uuid for m in messages} == {group}
        assert not adopted.unreadable
        assert await problems(target) == []


async def test_times_of_any_zone_are_one_order() -> None:
    zones = ["2023-04-13T14:00:00.5+02:00", "2023-04-13T12:00:00.4Z", "2023-04-13T07:00:00.6-05:00"]
    old = [old_message("a", n, "bayko", zone, sk=zone) for n, zone in enumerate(zones)]
    async with empty_table() as target:
        await adopt(old, target)
        messages = await of_kind(target, "message")
    assert [m["message"] for m in messages] == [zones[1], zones[0], zones[2]]
    assert [datetime.fromisoformat(m["created_at"]).microsecond for m in messages] == [
        400_000, 500_000, 600_000
    ]  # fmt: skip


async def test_times_that_lie_ahead_keep_their_order_and_become_now() -> None:
    ahead = ["2999-01-01T00:00:00+00:00", "9999-12-31T23:30:00+00:00", "9999-12-31T23:40:00Z"]
    old = [
        *(old_message("a", n, "bayko", sk, sk=sk, user_handle="b") for n, sk in enumerate(ahead)),
        old_row("bayko", "a", 1, "andrewbrown", "?", sk="2999-01-01T00:00:00Z"),
        old_message("a", 0, "andrewbrown", "Long ago"),
    ]
    async with empty_table() as target:
        before = utc_now()
        adopted = await adopt(old, target)
        messages = await of_kind(target, "message")
        assert [message["message"] for message in messages] == ["Long ago", *ahead]
        at = {message["created_at"] for message in messages[1:]}
        assert at == {timestamp(adopted.times.now)}
        assert before <= adopted.times.now <= utc_now()
        assert len(adopted.times.ahead) == len(ahead) + 1
        assert await problems(target) == []
        one, other = map(items.user_from, await of_kind(target, "user"))
        messaging = MessagingContext(table=target, bus=MemoryBus())
        sent = await start_direct_group(messaging, one, other, "Said here")
        assert sent.created_at < timestamp(utc_now() + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("zone", "order"),
    [("UTC", ["naive", "with offset"]), ("America/Toronto", ["with offset", "naive"])],
)
async def test_a_time_without_an_offset_is_of_the_zone_that_was_named(
    zone: str, order: list[str]
) -> None:
    old = [
        old_message("a", 1, "bayko", "with offset", sk="2023-04-13T12:00:00+00:00"),
        old_message("a", 2, "bayko", "naive", sk="2023-04-13T11:00:00.123456"),
    ]
    async with empty_table() as source, empty_table() as target:
        await fill(source, old)
        adopted = await adopt_table(source, target, quiet, naive_times_are=ZoneInfo(zone))
        assert [message["message"] for message in await of_kind(target, "message")] == order
        assert adopted.times.without_offset == 1


async def test_the_report_counts_times_without_offset_and_who_cannot_sign_in(
    cruddur: Run, tmp_path: Path
) -> None:
    source = await SqliteTable.open(tmp_path / "old")
    naive = old_message("a", 1, "bayko", "naive", sk="2023-04-13T11:00:00")
    await fill(source, [naive, *talk("b", "andrewbrown", "bayko", 1)])
    await source.close()
    words = ("adopt", f"sqlite:{tmp_path}/old", f"sqlite:{tmp_path}/new")
    plain = await asyncio.to_thread(cruddur, *words)
    assert "1 times had no offset, and were taken as UTC; --naive-times-are" in plain.stdout
    assert "2 of these people cannot sign in yet" in plain.stdout
    assert f"`cruddur users set-password HANDLE --data {tmp_path}/new`" in plain.stdout
    named = await asyncio.to_thread(cruddur, *words, "--naive-times-are", "America/Toronto")
    assert "were taken as America/Toronto\n" in named.stdout
    wrong = await asyncio.to_thread(cruddur, *words, "--naive-times-are", "Mars/Olympus")
    assert (wrong.exit_code, "is no time zone here" in wrong.stderr) == (2, True)


async def test_two_messages_with_one_uuid_are_both_kept_and_one_that_is_there_twice_once() -> None:
    texts = ("One", "Another", "One")
    old = [
        old_message("a", n, "bayko", text, message_uuid=uuid_of("same"))
        for n, text in enumerate(texts)
    ]
    async with empty_table() as target:
        adopted = await adopt(old, target)
        messages = await of_kind(target, "message")
    assert [message["message"] for message in messages] == ["One", "Another"]
    assert len({message["message_uuid"] for message in messages}) == 2
    assert adopted.merged.doubles == 1


async def test_each_part_of_the_work_says_of_how_many_it_is() -> None:
    seen: set[tuple[str, int, bool]] = set()

    def note(what: str, _count: int, total: int = 0, *, about: bool = False) -> None:
        seen.add((what, total, about))

    async with empty_table() as source, empty_table() as target:
        await fill(source, list(talk("a", "andrewbrown", "bayko", 5)))
        await adopt_table(source, target, note)
    assert seen == {("read", 7, True), ("people", 2, False), ("messages", 5, False)}


async def test_what_was_adopted_counts_as_read() -> None:
    async with empty_table() as target:
        await adopt(list(talk("a", "andrewbrown", "bayko", 5)), target)
        rows = await of_kind(target, "inbox-row")
    assert [(row["last_seq"], row["read_seq"]) for row in rows] == [(5, 5), (5, 5)]


async def test_more_than_two_people_keep_their_conversation() -> None:
    old = [old_message("a", n, name, "Hi") for n, name in enumerate(("bayko", "londo", "mollari"))]
    async with empty_table() as target:
        await adopt(old, target)
        (group,) = map(items.group_from, await of_kind(target, "group"))
        assert (group.kind, group.message_group_uuid) == ("group", uuid_of("a"))
        assert group.title
        assert sorted(group.title.split(", ")) == [
            "Bayko",
            "Londo",
            "Mollari",
        ]
        assert len(await of_kind(target, "inbox-row")) == 3
        assert await problems(target) == []


async def test_what_cannot_be_read_is_listed_and_the_rest_is_adopted() -> None:
    old = [
        *talk("a", "andrewbrown", "bayko", 2),
        old_message("a", 7, "bayko", "?", sk="yesterday"),
        old_message("a", 7, "bayko", "?", sk="9999-12-31T23:59:59-05:00"),
        old_message("a", 8, "bayko", "?", message_uuid="7"),
        old_message("a", 9, "bayko", "?", user_uuid=None),
        old_message("a", 10, "bayko", "?", message=None),
        {"pk": "USER#1", "sk": "PROFILE"},
        old_row("bayko", "gone", 3, "londo", "never found"),
    ]
    old = [{name: v for name, v in item.items() if v is not None} for item in old]
    async with empty_table() as target:
        adopted = await adopt(old, target)
        assert len(await of_kind(target, "message")) == 2
        assert await problems(target) == []
    assert Counter(problem.why for problem in adopted.unreadable) == Counter([
        *["its sk is not an ISO 8601 time"] * 2,
        "message_uuid is not a UUID",
        "it has no user_uuid",
        "it has no message",
        "its key is neither MSG#… nor GRP#…",
        "the conversation's messages are not in the table, only this row of it",
    ])  # fmt: skip


async def test_handles_are_made_to_keep_our_rules_and_whoever_came_first_keeps_theirs() -> None:
    said = [("late", "Bayko"), ("early", "bayko"), ("odd", "@Zoë M!"), ("none", "…")]
    old = [
        old_message("a", 9 - n, name, "Hi", user_handle=handle, message_uuid=uuid_of(name))
        for n, (name, handle) in enumerate(said)
    ]
    async with empty_table() as target:
        adopted = await adopt(old, target)
        handles = {item["user_uuid"]: item["handle"] for item in await of_kind(target, "handle")}
    assert handles[uuid_of("early")] == "bayko"
    assert handles[uuid_of("late")] == "Bayko-2"
    assert handles[uuid_of("odd")] == "Zoe-M"
    assert handles[uuid_of("none")] == f"user-{uuid_of('none')[:8]}"
    assert len(adopted.renamed) == 3


async def test_a_display_name_that_breaks_our_rules_is_changed_and_that_is_listed() -> None:
    said = [("long", "L" * 60), ("odd", "Zo\u0007ë"), ("wide", " Bayko "), ("fine", "Londo M.")]
    old = [
        old_message("a", n, who, "Hi", user_handle=who, user_display_name=name)
        for n, (who, name) in enumerate(said)
    ]
    async with empty_table() as target:
        adopted = await adopt(old, target)
        names = {item["user_uuid"]: item["display_name"] for item in await of_kind(target, "user")}
    assert [names[uuid_of(who)] for who, _ in said] == ["L" * 50, "Zoë", "Bayko", "Londo M."]
    assert len(adopted.renamed) == 2
    assert adopted.renamed[0].startswith(f"{uuid_of('long')} is called 'LLL")
    assert "L" * 60 in adopted.renamed[0]


async def test_what_was_written_since_stays_and_what_is_new_follows() -> None:
    old = list(talk("a", "andrewbrown", "bayko", 2))
    async with empty_table() as target:
        await adopt(old, target)
        one, other = map(items.user_from, await of_kind(target, "user"))
        messaging = MessagingContext(table=target, bus=MemoryBus())
        await start_direct_group(messaging, one, other, "Said here")
        await adopt([*old, old_message("a", 5, "bayko", "Said there")], target)
        texts = [item["message"] for item in await of_kind(target, "message")]
        assert texts == ["a, 0", "a, 1", "Said here", "Said there"]
        assert await problems(target) == []


@pytest.mark.parametrize("kind", ["user", "group", "message", "inbox-row"])
async def test_an_item_of_the_target_that_cannot_be_read_is_named(kind: str) -> None:
    old = list(talk("a", "andrewbrown", "bayko", 2))
    async with empty_table() as target:
        await adopt(old, target)
        item = (await of_kind(target, kind))[0]
        await target.put(Put({"pk": item["pk"], "sk": item["sk"]}))
        place = re.escape(f"{item['pk']} / {item['sk']} cannot be read (")
        with pytest.raises(TableError, match=place):
            await adopt(old, target)


@pytest.mark.parametrize("name", engines.NAMES)
async def test_a_table_on_dynamodb_is_adopted_from_and_to(name: str) -> None:
    url = engines.shared(name).url
    async with engines.fresh_table(url) as source, engines.fresh_table(url) as target:
        await fill(source, list(talk("a", "andrewbrown", "bayko", 5)))
        adopted = await adopt_table(source, target, quiet)
        assert adopted.written == 1 + 5 + 2 + 2 * 3
        assert await problems(target) == []
        again = await adopt_table(source, target, quiet)
        assert again.written == 0
