"""For any interleaving of sends, retries, edits and replayed or reordered changes, the inbox is right.

Right means: as `verify` computes it from the messages alone, and listed page by page in exact order.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests import engines
from tests.folders import temporary_folder
from tests.stage import Stream

from cruddur.domain.member import Member
from cruddur.domain.model import InboxRow, Message, MessageGroup, User, timestamp
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.inbox_rows import advance, is_index_exact, new_row
from cruddur.messaging.inbox.insert_with_rows import insert_with_rows
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.index_places import HOUR, PINNED, SECOND, SLACKS, Slack
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.change_feed import Change
from cruddur.ports.table import Put
from cruddur.schema import items, keys

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = [
    User(user_uuid=uuid7(), handle=name, display_name=name, created_at=timestamp(START))
    for name in ("andrew", "bayko", "carla")
]
PAIRS = [(0, 1), (0, 2), (1, 2), (0, 0)]

Plan = list[tuple[Any, ...]]

pairs = st.sampled_from(PAIRS)
steps = st.one_of(
    st.tuples(st.just("send"), pairs, st.booleans(), st.integers(0, 3 * 3600)),
    st.tuples(st.just("retry"), st.integers(0, 50)),
    st.tuples(st.just("read"), st.integers(0, 50)),
    st.tuples(st.just("edit"), st.integers(0, 50)),
    st.tuples(st.just("delete"), st.integers(0, 50)),
    st.tuples(st.just("clock_is_wrong"), pairs, st.sampled_from((-400, -2, -0.5, 0.5, 2, 400))),
    st.tuples(st.just("project"), st.lists(st.integers(0, 200), max_size=8)),
)


class World:
    """Three people, their conversations, and a stream that delivers when and what it likes."""

    def __init__(self, messaging: MessagingContext, table: SqliteTable | DynamoTable) -> None:
        self.messaging = messaging
        self.table = table
        self.stream = Stream(table)
        self.now = START
        messaging.clock = lambda: self.now
        self.sent: list[Message] = []

    async def send(self, pair: tuple[int, int], turned: bool, seconds: int) -> None:
        sender, recipient = (PEOPLE[n] for n in (pair[::-1] if turned else pair))
        self.now += timedelta(seconds=seconds)
        self.sent.append(await start_direct_group(self.messaging, sender, recipient, "Hello"))

    async def clock_is_wrong(self, pair: tuple[int, int], days: float) -> None:
        """For one send."""
        right = self.now
        self.now += timedelta(days=days)
        await self.send(pair, turned=False, seconds=0)
        self.now = right

    async def retry(self, which: int) -> None:
        if message := self._pick(which):
            again = await send_message(
                self.messaging,
                self._sender(message),
                message.message_group_uuid,
                message.message,
                message_uuid=message.message_uuid,
                after=message.seq - 1,
            )
            assert again.seq == message.seq

    async def read(self, which: int) -> None:
        if message := self._pick(which):
            reader = message.user_uuid
            group = message.message_group_uuid
            await mark_read(self.messaging, reader, group, message.seq)

    async def edit(self, which: int) -> None:
        if message := self._pick(which):
            key = message.message_group_uuid, message.seq
            stored = await self.table.get(keys.message_key(*key))
            if stored and "deleted_at" not in stored:
                await edit_message(self.messaging, message.user_uuid, *key, f"Edited {which}")

    async def delete(self, which: int) -> None:
        if message := self._pick(which):
            group = message.message_group_uuid
            await delete_message(self.messaging, message.user_uuid, group, message.seq)

    async def project(self, picks: list[int]) -> None:
        changes = await self.changes()
        chosen = [changes[pick % len(changes)] for pick in picks if changes]
        assert not await project(self.messaging, chosen)

    async def changes(self) -> list[Change]:
        """Never acknowledged, so that any of them may come again at any time."""
        return await self.stream.all()

    def _pick(self, which: int) -> Message | None:
        return self.sent[which % len(self.sent)] if self.sent else None

    def _sender(self, message: Message) -> User:
        return next(user for user in PEOPLE if user.user_uuid == message.user_uuid)


Story = Callable[[World], Awaitable[None]]


def in_a_world(story: Story, *, with_rows: bool = False) -> None:
    """On SQLite, where messages may be stored `with_rows`: the inbox rows are in the same commit."""

    async def run() -> None:
        with temporary_folder() as folder:
            table = await SqliteTable.open(Path(folder), consumers=[PROJECTOR_CONSUMER])
            messaging = MessagingContext(table=table, bus=MemoryBus())
            if with_rows:
                messaging.insert_with_rows = insert_with_rows(table.insert_with_rows)
            try:
                await story(World(messaging, table))
            finally:
                await table.close()

    asyncio.run(run())


def in_a_world_on_dynamodb(story: Story) -> None:
    async def run() -> None:
        async with engines.fresh_table(engines.shared("dynoxide").url) as table:
            await story(World(MessagingContext(table=table, bus=MemoryBus()), table))

    asyncio.run(run())


def acted_out(plan: Plan, random: Random) -> Story:
    async def story(world: World) -> None:
        for name, *arguments in plan:
            await getattr(world, name)(*arguments)
        late = await world.changes()
        random.shuffle(late)
        assert not await project(world.messaging, late)
        assert [difference async for difference in verify_inboxes(world.messaging)] == []

    return story


plans = st.lists(steps, max_size=40), st.randoms(use_true_random=False)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(*plans)
def test_the_inbox_equals_the_one_computed_from_the_messages(plan: Plan, random: Random) -> None:
    in_a_world(acted_out(plan, random))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(*plans)
def test_so_it_does_where_the_rows_are_in_the_commit_of_the_message(
    plan: Plan, random: Random
) -> None:
    in_a_world(acted_out(plan, random), with_rows=True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, max_size=40))
def test_then_nothing_but_edits_and_deletions_needs_a_projector(plan: Plan) -> None:
    async def story(world: World) -> None:
        for name, *arguments in plan:
            if name not in {"edit", "delete", "project"}:
                await getattr(world, name)(*arguments)
        assert [difference async for difference in verify_inboxes(world.messaging)] == []

    in_a_world(story, with_rows=True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(*plans)
def test_so_it_does_on_dynamodbs_api(plan: Plan, random: Random) -> None:
    in_a_world_on_dynamodb(acted_out(plan, random))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, max_size=30))
def test_rebuild_mends_what_no_projector_ever_saw(plan: Plan) -> None:
    async def story(world: World) -> None:
        for name, *arguments in plan:
            await getattr(world, name)(*arguments)
        mended = [difference async for difference in rebuild_inboxes(world.messaging)]
        assert [difference async for difference in verify_inboxes(world.messaging)] == []
        assert all(difference.expected for difference in mended)

    in_a_world(story)


GROUP = MessageGroup(
    message_group_uuid="g",
    kind="direct",
    members={"a": Member(handle="a", display_name="A"), "b": Member(handle="b", display_name="B")},
    created_at=timestamp(START),
)


def conversation(gaps: list[tuple[int, bool, bool]]) -> list[Message]:
    messages, now = [], START
    for seq, (seconds, is_mine, is_edited) in enumerate(gaps, start=1):
        now += timedelta(seconds=seconds)
        message = Message(
            message_group_uuid="g",
            seq=seq,
            message_uuid=str(seq),
            message=f"text {seq}",
            user_uuid="a" if is_mine else "b",
            user_handle="",
            user_display_name="",
            created_at=timestamp(now),
        )
        messages.append(message)
        if is_edited:
            edited = timestamp(now + timedelta(seconds=1))
            messages.append(msgspec.structs.replace(message, message="new", edited_at=edited))
    return messages


steps_of_a_clock = st.integers(0, 5000) | st.sampled_from((-400 * 86400, 400 * 86400))
gaps = st.lists(st.tuples(steps_of_a_clock, st.booleans(), st.booleans()), min_size=1)


@given(gaps, st.data())
def test_a_row_ends_the_same_whatever_the_order_and_however_often(
    gaps: list[tuple[int, bool, bool]], data: st.DataObject
) -> None:
    messages = conversation(gaps)
    doubled = messages + data.draw(st.lists(st.sampled_from(messages), max_size=10))
    shuffled = data.draw(st.permutations(doubled))
    start = new_row(GROUP, "a", at=GROUP.created_at)
    straight, crooked = advance(start, messages), start
    for message in shuffled:
        crooked = advance(crooked, [message])
    assert msgspec.structs.replace(crooked, indexed_at="") == msgspec.structs.replace(
        straight, indexed_at=""
    )
    assert is_index_exact(crooked)
    assert is_index_exact(straight)


slacks_and_lags = st.sampled_from(SLACKS).flatmap(
    lambda slack: st.tuples(
        st.just(slack), st.integers(0, int(slack.time.total_seconds() * 1000) - 1)
    )
)
row_places = st.lists(st.tuples(st.integers(0, 6 * 3600), slacks_and_lags), max_size=60)


@settings(max_examples=60, deadline=None)
@given(row_places, st.integers(1, 30))
@example([(0, (PINNED, 0)), (0, (SECOND, 0))], 1)
def test_paging_over_the_lazy_index_yields_exactly_the_sorted_list(
    places: list[tuple[int, tuple[Slack, int]]], limit: int
) -> None:
    in_a_world(paged(places, limit))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(row_places, st.integers(1, 30))
def test_so_does_paging_on_dynamodbs_api_where_the_index_lags(
    places: list[tuple[int, tuple[Slack, int]]], limit: int
) -> None:
    in_a_world_on_dynamodb(paged(places, limit))


def paged(places: list[tuple[int, tuple[Slack, int]]], limit: int) -> Story:
    async def story(world: World) -> None:
        rows = [
            a_row(number, seconds, milliseconds / 1000, slack)
            for number, (seconds, (slack, milliseconds)) in enumerate(places)
        ]
        for row in rows:
            await world.table.put(Put(items.inbox_row_item(row)))
        listed: list[InboxRow] = []
        cursor: str | None = None
        while True:
            page = await list_inbox(world.messaging, "me", limit=limit, cursor=cursor)
            assert len(page.rows) == limit or page.cursor is None
            listed += page.rows
            cursor = page.cursor
            if cursor is None:
                break
        order = sorted(rows, key=lambda r: (r.last_message_at, r.message_group_uuid), reverse=True)
        assert listed == order

    return story


def a_row(number: int, seconds: int, lag: float, slack: Slack = HOUR) -> InboxRow:
    at = START + timedelta(seconds=seconds)
    return InboxRow(
        owner_uuid="me",
        message_group_uuid=f"{number * 37 % 256:02x}-{number:03d}",  # before and after a time
        kind="group",
        title="T",
        last_message_at=timestamp(at),
        indexed_at=slack.place(timestamp(at - timedelta(seconds=lag))),
        created_at=timestamp(START),
    )
