"""Tell people of new messages by push: the work of a consumer of the change feed.

A change may come twice, late, or to two processes at once. What holds a push back is looked at just
before it is sent, and a claim in the table lets one process send it, once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import Message
from cruddur.logs import Log
from cruddur.messaging.push.claim_telling import claim_telling
from cruddur.messaging.push.find_telling import Telling, find_telling, may_be_told, read_group
from cruddur.messaging.push.push_to_devices import devices_of, push_to_devices
from cruddur.messaging.push.sender import PushSender
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys, push_keys
from cruddur.schema.kinds import is_message
from cruddur.schema.push_items import PersonalPush
from cruddur.schema.readable import one_from

TOLD_FOR = timedelta(days=1)
"""The age from which on nobody is notified of a message any more."""

CONVERSATIONS_AT_ONCE = 20
_HELD_SECONDS = 2.0
"""How long the feed waits for push services. What takes longer goes on beside it."""

_log = Log()


@access_pattern(
    "push_message",
    Ceiling("X", "tell one person of a message, on one device", write=1, read=2),
    Ceiling("X", "find that nobody is to be told, once in ten minutes", write=0, read=1.5),
)
async def push_messages(sender: PushSender, changes: Sequence[Change]) -> None:
    """Tells the people who are to be notified of new messages, of each conversation of the last one.

    Raises TableUnavailable, after which it is to be given the same changes again.
    """
    for change in changes:
        if push_keys.is_device_sk(change.key.sk) and change.new is not None:
            sender.without.forget(change.key.pk.removeprefix(keys.USER_PREFIX))
    new = _new_texts(sender, changes)
    if not new:
        return
    await _wait_until_old(sender, new)
    gate = asyncio.Semaphore(CONVERSATIONS_AT_ONCE)

    async def in_turn(group_uuid: str, seqs: Sequence[int]) -> None:
        async with gate:
            await _tell_members(sender, group_uuid, seqs)

    numbers = {group: [one.seq for one in messages] for group, messages in new.items()}
    outcomes = await asyncio.gather(
        *(in_turn(*one) for one in numbers.items()), return_exceptions=True
    )
    await _hold(sender)
    _raise_what_the_table_lacked(outcomes)


def _new_texts(sender: PushSender, changes: Sequence[Change]) -> Mapping[str, Sequence[Message]]:
    """The new texts of the changes, by conversation, the oldest first."""
    oldest = sender.push.messaging.clock() - TOLD_FOR
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for change in changes:
        if change.kind != "insert" or not is_message(change.key):
            continue
        message = one_from(items.message_from, change.new)
        if message and message.kind == "text" and _time_of(message) > oldest:
            found[message.message_group_uuid].append(message)
    return {group: sorted(some, key=lambda one: one.seq) for group, some in found.items()}


async def _wait_until_old(sender: PushSender, new: Mapping[str, Sequence[Message]]) -> None:
    youngest = max(_time_of(one) for messages in new.values() for one in messages)
    age = (sender.push.messaging.clock() - youngest).total_seconds()
    await asyncio.sleep(min(sender.settle_seconds, max(0.0, sender.settle_seconds - age)))


async def _tell_members(sender: PushSender, group_uuid: str, seqs: Sequence[int]) -> None:
    found = await read_group(sender.push.messaging, group_uuid, seqs)
    if found is None:
        return
    group, texts = found
    members = [one for one in group.members if may_be_told(group, one, texts)]
    for user_uuid in members:
        personal = await devices_of(sender, user_uuid)
        if personal is None:
            continue
        telling = await find_telling(sender.push.messaging, group, user_uuid, texts)
        if telling and await claim_telling(sender.push.messaging, telling):
            _begin(sender, telling, personal)


def _begin(sender: PushSender, telling: Telling, personal: PersonalPush) -> None:
    task = asyncio.create_task(_deliver(sender, telling, personal))
    sender.running.add(task)
    task.add_done_callback(sender.running.discard)


async def _deliver(sender: PushSender, telling: Telling, personal: PersonalPush) -> None:
    try:
        await push_to_devices(sender, telling, personal)
    except TableUnavailable as error:
        _log.warning("a push was not sent: the table is away", error=str(error))
    except Exception:  # noqa: BLE001  nothing else would tell
        _log.exception("a push was not sent")


async def _hold(sender: PushSender) -> None:
    """Waits a moment for what was begun, so that a stop of the process seldom loses anything."""
    if sender.running:
        await asyncio.wait([*sender.running], timeout=_HELD_SECONDS)


def _raise_what_the_table_lacked(outcomes: Sequence[BaseException | None]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, TableUnavailable):
            raise outcome
        if isinstance(outcome, BaseException):
            # One conversation that cannot be read must stop no other.
            _log.error("nobody was notified of a message", error=repr(outcome))


def _time_of(message: Message) -> datetime:
    return datetime.fromisoformat(message.created_at)
