"""Each device ends with exactly what its person may see, whatever happens, and its numbers say so.

What happens: sends, edits, deletions, leaving and coming back, crashes, and lost or doubled events.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import engines
from tests.stage import Clock, Stream, beside, person

from cruddur.domain.errors import ApiError, TableUnavailable
from cruddur.domain.model import Message, User
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import MessageChanged, MessageSent, channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Table, Update

PEOPLE = [person(name) for name in ("andrew", "bayko", "carla")]
STAYS = PEOPLE[0]

people, numbers = st.integers(0, 2), st.integers(0, 8)
steps = st.one_of(
    st.tuples(st.just("send"), people),
    st.tuples(st.just("send"), people, numbers),
    st.tuples(st.just("edit"), people, numbers),
    st.tuples(st.just("edit"), people, numbers),
    st.tuples(st.just("delete"), people, numbers),
    st.tuples(st.just("crash"), people, numbers),
    st.tuples(st.just("leave"), st.integers(1, 2)),
    st.tuples(st.just("join"), st.integers(1, 2)),
    st.tuples(st.just("come_back"), st.integers(1, 2)),
    st.tuples(st.just("device"), people),
    st.tuples(st.just("sleep"), numbers),
    st.tuples(st.just("wake"), numbers),
    st.tuples(st.just("project"), st.lists(st.integers(0, 99), max_size=5)),
)
Steps = list[tuple[Any, ...]]


class Dying:
    """A real table on which a process dies after it has put a change into the log."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.transactions_cost_more = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def update(self, _: Update) -> None:
        raise TableUnavailable("the process has died")


class Recorder:
    """A bus that hands every event to a function."""

    def __init__(self, heard: Callable[[Sequence[str], Any], None]) -> None:
        self._heard = heard

    async def publish(self, channels: Sequence[str], event: Any) -> None:
        self._heard(channels, event)


class Device:
    """What `docs/features/changes.md` asks of a device: it holds messages and two numbers."""

    def __init__(self, user: User, group: str) -> None:
        self.user = user
        self.is_awake = True
        self._group = group
        self._began = False
        self._held: dict[int, Message] = {}
        self._last_seq = 0
        self._last_change = 0
        self._events: list[Any] = []

    def tell(self, event: Any) -> None:
        self._events.append(event)

    def forget(self) -> None:
        """They have left: nothing of the conversation stays here."""
        self.__init__(self.user, self._group)  # type: ignore[misc]

    async def listen(self, messaging: MessagingContext, random: Random) -> None:
        """Takes the events that have come: some are lost, some come twice, none in order."""
        events, self._events = self._events, []
        heard = [event for event in events for _ in range(random.choice((0, 1, 1, 2)))]
        random.shuffle(heard)
        for event in heard if self.is_awake and self._began else ():
            await self._hear(messaging, event)

    async def _hear(self, messaging: MessagingContext, event: Any) -> None:
        self._take(event.message)
        if isinstance(event, MessageSent):
            is_gap = event.message.seq > self._last_seq + 1
            self._last_seq = max(self._last_seq, event.message.seq)
            if is_gap or event.last_change_seq > self._last_change:
                await self.catch_up(messaging)
        elif event.message.change_seq == self._last_change + 1:
            self._last_change += 1
        elif event.message.change_seq > self._last_change:
            await self.catch_up(messaging)

    async def catch_up(self, messaging: MessagingContext) -> None:
        user, group = self.user.user_uuid, self._group
        if not self._began:
            end = await list_changes(messaging, user, group)
            self._last_change = end.last_change_seq
            for message in end.messages:
                self._take(message)
            self._began = True
        for message in await everything(messaging, user, group):
            self._last_seq = max(self._last_seq, message.seq)
            self._held.setdefault(message.seq, message)
        more = True
        while more:
            page = await list_changes(messaging, user, group, after=self._last_change, limit=2)
            for message in page.messages:
                self._take(message)
            self._last_change, more = page.last_change_seq, page.has_more

    def _take(self, message: Message) -> None:
        known = self._held.get(message.seq)
        if known is None or message.change_seq >= known.change_seq:
            self._held[message.seq] = message

    def shown(self) -> list[Message]:
        return [self._held[seq] for seq in sorted(self._held)]


class World:
    """A group of three, two processes, devices, and a projector that works when it likes."""

    def __init__(self, table: SqliteTable | DynamoTable, random: Random) -> None:
        self.random = random
        self.table = table
        self.stream = Stream(table)
        self.clock = Clock()
        self.messaging = MessagingContext(
            table=table,
            bus=Recorder(self._publish),  # type: ignore[arg-type]
            clock=self.clock,
            encode=lambda event: event,  # type: ignore[arg-type,return-value]
        )
        self.processes = [self.messaging, beside(self.messaging)]
        self.devices: list[Device] = []
        self.group = ""

    async def start(self) -> None:
        row = await start_group(self.messaging, STAYS, PEOPLE[1:], "Lake")
        self.group = row.message_group_uuid
        self.devices = [Device(user, self.group) for user in PEOPLE]
        await self.send(0)

    async def act(self, name: str, *arguments: Any) -> None:
        self.clock.turn(seconds=self.random.choice((0, 1, 100)))
        with suppress(ApiError):  # they may have left, or the message is another's
            await getattr(self, name)(*arguments)
        for device in self.devices:
            with suppress(ApiError):
                await device.listen(self.messaging, self.random)

    async def send(self, who: int, answered: int = 0) -> None:
        reply = {"reply_to_seq": answered} if answered else {}
        await send_message(self._process(), PEOPLE[who], self.group, "Sent", **reply)  # type: ignore[arg-type]

    async def edit(self, who: int, seq: int) -> None:
        text = f"Edit {self.random.randrange(1000)}"
        await edit_message(self._process(), PEOPLE[who].user_uuid, self.group, seq, text)

    async def delete(self, who: int, seq: int) -> None:
        await delete_message(self._process(), PEOPLE[who].user_uuid, self.group, seq)

    async def crash(self, who: int, seq: int) -> None:
        dying = beside(self.messaging, Dying(self.table))
        with suppress(TableUnavailable):
            await edit_message(dying, PEOPLE[who].user_uuid, self.group, seq, "Crash")

    async def leave(self, who: int) -> None:
        await leave_group(self._process(), PEOPLE[who].user_uuid, self.group)
        for device in self.devices:
            if device.user == PEOPLE[who]:
                device.forget()

    async def join(self, who: int) -> None:
        await add_members(self._process(), STAYS.user_uuid, self.group, [PEOPLE[who]])

    async def come_back(self, who: int) -> None:
        """To their devices, which begin anew."""
        await self.leave(who)
        await self.join(who)
        for device in self.devices:
            if device.user == PEOPLE[who]:
                await device.catch_up(self.messaging)

    async def device(self, who: int) -> None:
        self.devices.append(Device(PEOPLE[who], self.group))
        await self.devices[-1].catch_up(self.messaging)

    async def sleep(self, which: int) -> None:
        self.devices[which % len(self.devices)].is_awake = False

    async def wake(self, which: int) -> None:
        device = self.devices[which % len(self.devices)]
        device.is_awake = True
        await device.catch_up(self._process())

    async def project(self, picks: list[int]) -> None:
        changes = await self.stream.all()
        chosen = [changes[pick % len(changes)] for pick in picks if changes]
        assert not await project(self.messaging, chosen)

    async def end(self) -> None:
        """The projector gets all changes, in any order, and each device comes back once more."""
        for _ in range(2):
            changes = await self.stream.all()
            self.random.shuffle(changes)
            assert not await project(self.messaging, changes)
        for device in self.devices:
            with suppress(ApiError):
                await device.catch_up(beside(self.messaging))
                mine = await everything(self.messaging, device.user.user_uuid, self.group)
                assert device.shown() == mine
        assert [difference async for difference in verify_inboxes(self.messaging)] == []

    def _process(self) -> MessagingContext:
        return self.random.choice(self.processes)

    def _publish(self, channels: Sequence[str], event: Any) -> None:
        if isinstance(event, MessageSent | MessageChanged):
            for device in self.devices:
                if channel(device.user.user_uuid) in channels:
                    device.tell(event)


async def everything(messaging: MessagingContext, user: str, group: str) -> list[Message]:
    found: list[Message] = []
    more = True
    while more:
        after = found[-1].seq if found else 0
        page = await list_messages(messaging, user, group, after=after, limit=100)
        found += page.messages
        more = page.has_more and bool(page.messages)
    return found


@asynccontextmanager
async def on_sqlite() -> AsyncIterator[SqliteTable]:
    with tempfile.TemporaryDirectory() as folder:
        table = await SqliteTable.open(Path(folder), consumers=[PROJECTOR_CONSUMER])
        yield table
        await table.close()


def on_dynamodb() -> Any:
    return engines.fresh_table(engines.shared("dynoxide").url)


def acted_out(engine: Callable[[], Any], trace: Steps, random: Random) -> None:
    async def run() -> None:
        async with engine() as table:
            await story(World(table, random))

    async def story(world: World) -> None:
        await world.start()
        for name, *arguments in trace:
            await world.act(name, *arguments)
        await world.end()

    asyncio.run(run())


traces = st.lists(steps, max_size=40), st.randoms(use_true_random=False)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(*traces)
def test_each_device_ends_with_what_its_person_may_see(trace: Steps, random: Random) -> None:
    acted_out(on_sqlite, trace, random)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(*traces)
def test_so_it_does_on_dynamodbs_api(trace: Steps, random: Random) -> None:
    acted_out(on_dynamodb, trace, random)
