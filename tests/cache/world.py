"""Three people, two processes with a cache in common, one table, and whatever goes wrong."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from tests.cache.interleaving import Gate, Gated
from tests.cache.stores import PATIENCE_SECONDS, Breakable
from tests.stage import SEAL, kept_changes, person

from cruddur.domain.errors import Busy, NotFound
from cruddur.domain.model import Message, direct_group_uuid
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.store import Store
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import InboxPage, list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import MessagePage, list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.schema import keys

PEOPLE = [person(name) for name in ("andrew", "bayko", "carla")]
PAIRS = [(0, 1), (0, 2), (1, 2), (0, 0)]
PAIR_UUIDS = [
    direct_group_uuid(PEOPLE[one].user_uuid, PEOPLE[other].user_uuid) for one, other in PAIRS
]

Facts = dict[Any, Any]
"""What an answer shows: things that only ever grow."""


class Process:
    """One server process: its own memory, and its own way to the cache."""

    def __init__(
        self, table: SqliteTable, store: Store, gate: Gate, now: Callable[[], float]
    ) -> None:
        self.store = Breakable(store)
        self.cache = GenerationCache(
            Gated(self.store, gate),
            seal=SEAL,
            call_seconds=PATIENCE_SECONDS,
            repairs_itself=False,
            now=now,
        )
        plain = MessagingContext(table=Gated(table, gate), bus=MemoryBus())
        self.messaging = with_cache(plain, self.cache)


class World:
    """Its methods are what can happen; `sent` is what was acknowledged."""

    def __init__(self, table: SqliteTable, store: Store, gate: Gate) -> None:
        self.table = table
        self.store = store
        self.gate = gate
        self.waited = 0.0
        self.processes = [Process(table, store, gate, self._now) for _ in range(2)]
        self.group = ""
        self.sent: list[Message] = []
        self.acknowledged: defaultdict[str, Facts] = defaultdict(dict)
        self.shown: defaultdict[tuple[int, int, str], Facts] = defaultdict(dict)
        self.one_by_one: defaultdict[tuple[int, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def begin(self) -> None:
        """There is a group of all three."""
        plain = MessagingContext(table=self.table, bus=MemoryBus())
        group = await start_group(plain, PEOPLE[0], PEOPLE[1:], "Plans")
        self.group = group.message_group_uuid

    async def send(self, process: int, pair: tuple[int, int]) -> None:
        sender, recipient = (PEOPLE[n] for n in pair)
        with suppress(Busy):
            message = await start_direct_group(self._in(process), sender, recipient, "Hello")
            self._acknowledge(message)

    async def tell_all(self, process: int, sender: int) -> None:
        with suppress(Busy):
            messaging, user = self._in(process), PEOPLE[sender]
            self._acknowledge(await send_message(messaging, user, self.group, "Hello, both"))

    async def edit(self, process: int, which: int) -> None:
        if message := self._pick(which):
            uuid, seq = message.message_group_uuid, message.seq
            with suppress(Busy, NotFound):
                messaging = self._in(process)
                self._acknowledge(await edit_message(messaging, message.user_uuid, uuid, seq, "x"))

    async def delete(self, process: int, which: int) -> None:
        if message := self._pick(which):
            uuid, seq = message.message_group_uuid, message.seq
            with suppress(Busy):
                messaging = self._in(process)
                self._acknowledge(await delete_message(messaging, message.user_uuid, uuid, seq))

    async def mark(self, process: int, which: int) -> None:
        if message := self._pick(which):
            group, user = message.message_group_uuid, message.user_uuid
            await mark_read(self._in(process), user, group, message.seq)
            _grow(self.acknowledged[f"inbox of {user}"], {(group, "read"): message.seq})

    async def project(self, process: int) -> None:
        """All there is, again and again: nothing is ever acknowledged."""
        changes = await self.gate.passing(lambda: kept_changes(self.table))
        assert not await project(self._in(process), changes)

    async def messages(self, process: int, pair: tuple[int, int], limit: int) -> None:
        one, other = (PEOPLE[n].user_uuid for n in pair)
        await self._read(process, pair[0], direct_group_uuid(one, other), limit)

    async def all_told(self, process: int, reader: int) -> None:
        await self._read(process, reader, self.group, 20)

    async def _read(self, process: int, reader: int, uuid: str, limit: int) -> None:
        # A device asks for one thing after the other, so "before" has a meaning.
        async with self.one_by_one[process, reader]:
            due = dict(self.acknowledged[uuid])
            with suppress(NotFound):
                user = PEOPLE[reader].user_uuid
                page = await list_messages(self._in(process), user, uuid, limit=limit)
                self._check(process, reader, uuid, message_facts(page), due)

    async def inbox(self, process: int, reader: int) -> None:
        user = PEOPLE[reader].user_uuid
        async with self.one_by_one[process, reader]:
            due = dict(self.acknowledged[f"inbox of {user}"])
            page = await list_inbox(self._in(process), user)
            facts = inbox_facts(page, {*PAIR_UUIDS, self.group})
            self._check(process, reader, f"inbox of {user}", facts, due)

    async def evict(self, which: int, pair: tuple[int, int]) -> None:
        one, other = (PEOPLE[n].user_uuid for n in pair)
        name = keys.newest_messages_name(direct_group_uuid(one, other))
        cache, name = self.processes[0].cache, (name, keys.inbox_name(one))[which // 2]
        key = (cache.generation_key(name), cache.entry_key(name))[which % 2]
        await Gated(self.store, self.gate).delete_many([key])

    async def breakdown(self, process: int, mode: Any) -> None:
        self.processes[process].store.mode = mode

    async def mend(self, process: int) -> None:
        self.processes[process].store.mode = "works"
        await self.processes[process].cache.repair()

    async def check_quiet(self) -> None:
        """Nothing goes wrong any more and nobody writes: the cache equals the table."""
        self.gate.is_open = True
        for number in range(len(self.processes)):
            await self.mend(number)
            assert not self.processes[number].cache.circuit.is_open
        await self.project(0)
        plain = MessagingContext(table=self.table, bus=MemoryBus())
        for _ in ("from the table", "from the cache"):
            for process in self.processes:
                await _check_equal(process.messaging, plain, self.group)

    def _now(self) -> float:
        return time.time() + self.waited

    def _in(self, process: int) -> MessagingContext:
        return self.processes[process].messaging

    def _pick(self, which: int) -> Message | None:
        return self.sent[which % len(self.sent)] if self.sent else None

    def _acknowledge(self, message: Message) -> None:
        self.sent.append(message)
        _grow(self.acknowledged[message.message_group_uuid], _facts([message]))

    def _check(self, process: int, reader: int, what: str, facts: Facts, due: Facts) -> None:
        """Nothing less than what this process has shown this reader before."""
        shown = self.shown[process, reader, what]
        _check_grown(facts, shown)
        if not any(p.store.mode != "works" or p.cache.circuit.is_open for p in self.processes):
            self._check_due(facts, due)
        _grow(shown, facts)

    def _check_due(self, facts: Facts, due: Facts) -> None:
        """For a world in which nothing fails: see `Sound`."""


class Sound(World):
    """Nothing fails here: so what was acknowledged before a read began is in it, in any process."""

    def _check_due(self, facts: Facts, due: Facts) -> None:
        _check_grown(facts, due)


def message_facts(page: MessagePage) -> Facts:
    return _facts(page.messages)


def inbox_facts(page: InboxPage, ours: Collection[str]) -> Facts:
    """Of these conversations, which are always on the first page."""
    facts: Facts = {}
    for row in page.rows:
        if row.message_group_uuid not in ours:
            continue
        facts[row.message_group_uuid, "last"] = row.last_seq, row.last_changed_at or ""
        facts[row.message_group_uuid, "read"] = row.read_seq
    return facts


def _facts(messages: Any) -> Facts:
    facts: Facts = {message.seq: message.changed_at or "" for message in messages}
    return {**facts, "last": max(facts, default=0)}


def _grow(known: Facts, facts: Facts) -> None:
    known.update({name: max(value, known.get(name, value)) for name, value in facts.items()})


def _check_grown(facts: Facts, known: Facts) -> None:
    # An older message may lie beyond the end of a shorter page; the last one never does.
    names = known.keys() & facts.keys() if "last" in known else known.keys()
    for name in names:
        assert facts[name] >= known[name], (name, facts[name], known[name])


async def _check_equal(cached: MessagingContext, plain: MessagingContext, group: str) -> None:
    for user in PEOPLE:
        assert await list_inbox(cached, user.user_uuid) == await list_inbox(plain, user.user_uuid)
        told = await list_messages(plain, user.user_uuid, group)
        assert await list_messages(cached, user.user_uuid, group) == told
    for one, other in PAIRS:
        reader = PEOPLE[one].user_uuid
        uuid = direct_group_uuid(reader, PEOPLE[other].user_uuid)
        with suppress(NotFound):
            expected = await list_messages(plain, reader, uuid)
            assert await list_messages(cached, reader, uuid) == expected
