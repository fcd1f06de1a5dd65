"""A conversation of three in the traces, two processes, and all that can happen to them."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

from tests.stage import Clock, Stream, beside, person
from tests.trace_device import Device, Numbers, everything, is_any, told

from cruddur.domain.errors import ApiError, TableUnavailable
from cruddur.domain.item import Item
from cruddur.domain.model import Message
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.clear_conversation import clear_conversation
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.hide_messages import hide_messages
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import Try, edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.read_changes import read_changes
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.ports.table import Table, Update
from cruddur.schema import keys

PEOPLE = [person(name) for name in ("andrew", "bayko", "carla")]
STAYS = PEOPLE[0]
EMOJI = ("\U0001f44d", "\u2764\ufe0f", "\U0001f44b\U0001f3fd")


class Dying:
    """A real table on which a process dies at an update of an item that begins so.

    What it has put before is there: a change in the log, or a message that says from whom it is hidden.
    """

    def __init__(self, table: Table, prefix: str) -> None:
        self._table = table
        self._prefix = prefix
        self.transactions_cost_more = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def update(self, update: Update) -> Item | None:
        if update.key.pk.startswith(self._prefix):
            raise TableUnavailable("the process has died")
        return await self._table.update(update)


class Recorder:
    """A bus that hands every event to a function."""

    def __init__(self, heard: Callable[[Sequence[str], Any], None]) -> None:
        self._heard = heard

    async def publish(self, channels: Sequence[str], event: Any) -> None:
        self._heard(channels, event)


class Sent(NamedTuple):
    """A send or an edit that was acknowledged, to be sent again. `seq` is the message's number."""

    who: int
    seq: int
    text: str
    uuid: str
    after: int


class World:
    """The conversation, its devices, and a projector that works when it likes."""

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
        self.sent: list[Sent] = []
        self.edited: list[Sent] = []

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
            await device.listen(self.messaging, self.random)

    async def send(self, who: int, answered: int = 0) -> None:
        text, message_uuid, after = f"Text {len(self.sent)}", str(uuid.uuid4()), len(self.sent)
        sent = await send_message(
            self._process(),
            PEOPLE[who],
            self.group,
            text,
            message_uuid=message_uuid,
            after=after,
            reply_to_seq=answered or None,
        )
        self.sent.append(Sent(who, sent.seq, text, message_uuid, after))

    async def send_again(self, which: int) -> None:
        """As an outbox does that got no answer: it is the same message."""
        one = self.sent[which % len(self.sent)]
        again = await send_message(
            self._process(),
            PEOPLE[one.who],
            self.group,
            one.text,
            message_uuid=one.uuid,
            after=one.after,
        )
        assert again.seq == one.seq

    async def edit(self, who: int, seq: int) -> None:
        edit = Sent(who, seq, f"Edit {len(self.edited)}", str(uuid.uuid4()), 0)
        await self._edit(self._process(), edit)
        self.edited.append(edit)

    async def edit_again(self, which: int) -> None:
        if self.edited:
            await self._edit(self._process(), self.edited[which % len(self.edited)])

    async def _edit(self, process: MessagingContext, one: Sent) -> None:
        user, attempt = PEOPLE[one.who].user_uuid, Try(one.uuid, one.after)
        await edit_message(process, user, self.group, one.seq, one.text, attempt=attempt)

    async def delete(self, who: int, seq: int) -> None:
        await delete_message(self._process(), PEOPLE[who].user_uuid, self.group, seq)

    async def react(self, who: int, seq: int) -> None:
        wanted = self.random.random() < 2 / 3
        await self._react(self._process(), who, seq, self.random.choice(EMOJI), wanted=wanted)

    async def react_at_once(self, seq: int) -> None:
        # All is drawn before: a draw that ends the trace would leave coroutines that nobody awaits.
        people = [*range(len(PEOPLE))] * 2
        drawn = [(self._process(), who, self.random.choice(EMOJI)) for who in people]
        reacted = (
            self._react(process, who, seq, emoji, wanted=True) for process, who, emoji in drawn
        )
        await asyncio.gather(*reacted, return_exceptions=True)

    async def crash_reacting(self, who: int, seq: int) -> None:
        emoji = self.random.choice(EMOJI)
        with suppress(TableUnavailable):
            await self._react(self._dying(keys.MESSAGES_PREFIX), who, seq, emoji, wanted=True)

    async def _react(
        self, process: MessagingContext, who: int, seq: int, emoji: str, *, wanted: bool
    ) -> None:
        user = PEOPLE[who].user_uuid
        await set_reaction(process, user, self.group, seq, emoji, wanted=wanted)

    async def hide(self, who: int, seqs: list[int]) -> None:
        await hide_messages(self._process(), PEOPLE[who].user_uuid, self.group, seqs)

    async def clear(self, who: int) -> None:
        user = PEOPLE[who].user_uuid
        row, _ = await find_inbox_row(self.messaging, user, self.group)
        await clear_conversation(self._process(), user, self.group, row.last_seq)

    async def crash(self, who: int, seq: int) -> None:
        """Between the two writes of an edit, which is tried again later, or never."""
        edit = Sent(who, seq, f"Crash {len(self.edited)}", str(uuid.uuid4()), 0)
        with suppress(TableUnavailable):
            await self._edit(self._dying(keys.MESSAGES_PREFIX), edit)
            return
        self.edited.append(edit)

    async def crash_deleting(self, who: int, seq: int) -> None:
        dying = self._dying(keys.MESSAGES_PREFIX)
        with suppress(TableUnavailable):
            await delete_message(dying, PEOPLE[who].user_uuid, self.group, seq)

    async def crash_hiding(self, who: int, seq: int) -> None:
        """After the message has its mark. The device tries again until it gets an answer."""
        user = PEOPLE[who].user_uuid
        with suppress(TableUnavailable):
            await hide_messages(self._dying(keys.INBOX_PREFIX), user, self.group, [seq])
        await hide_messages(self._process(), user, self.group, [seq])

    async def leave(self, who: int) -> None:
        await leave_group(self._process(), PEOPLE[who].user_uuid, self.group)

    async def join(self, who: int) -> None:
        await add_members(self._process(), STAYS.user_uuid, self.group, [PEOPLE[who]])

    async def come_back(self, who: int) -> None:
        """At once, so that their devices may not notice."""
        await self.leave(who)
        await self.join(who)

    async def device(self, who: int) -> None:
        self.devices.append(Device(PEOPLE[who], self.group))
        await self.devices[-1].catch_up(self._process())

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
            await self._check(device)
        assert [difference async for difference in verify_inboxes(self.messaging)] == []
        await self._check_that_none_is_doubled()

    async def _check(self, device: Device) -> None:
        process = beside(self.messaging)
        before = device.numbers, device.shown()
        await device.catch_up(process)
        if not device.began:
            return  # they have left
        mine = await everything(process, device.user.user_uuid, self.group)
        assert device.shown() == told(mine)
        wanted = await self._numbers(device, mine)
        assert device.numbers == wanted
        if before[0] == wanted and device.is_awake:
            assert before[1] == told(mine)  # its numbers had said so already

    async def _numbers(self, device: Device, mine: Sequence[Message]) -> Numbers:
        user = device.user.user_uuid
        row, _ = await find_inbox_row(self.messaging, user, self.group)
        end = await list_changes(self.messaging, user, self.group)
        last_seq = max([device.numbers.last_seq, *(message.seq for message in mine[-1:])])
        return Numbers(last_seq, end.last_change_seq, row.hidden_version, end.hidden_seq)

    async def _check_that_none_is_doubled(self) -> None:
        log = await read_changes(self.messaging, self.group, 1, 1000)
        uuids = [change.change_uuid for change in log.changes if change.change_uuid]
        assert len(uuids) == len(set(uuids))
        messages = await everything(self.messaging, STAYS.user_uuid, self.group)
        ids = [message.message_uuid for message in messages]
        assert len(ids) == len(set(ids))

    def _dying(self, prefix: str) -> MessagingContext:
        return beside(self.messaging, Dying(self.table, prefix))

    def _process(self) -> MessagingContext:
        return self.random.choice(self.processes)

    def _publish(self, channels: Sequence[str], event: Any) -> None:
        for device in self.devices if is_any(event) else ():
            if channel(device.user.user_uuid) in channels:
                device.tell(event)
