"""Somebody with much to erase writes until the last moment, by a process that knows nothing of it, while
the process that erases is killed again and again.

`ERASED_MESSAGES=10000` makes it 10,000 messages in 200 conversations; otherwise it is a little of that.
"""

import asyncio
import os
import random
from contextlib import suppress

import pytest
from tests.stage import Clock, Killed, Mortal, Stream, beside, person, process

from cruddur.domain.erasure import Erasure
from cruddur.domain.errors import TableUnavailable
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.create_account import create_account
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.erase_person import REMEMBERED_FOR, erase_person
from cruddur.ports.table import Put, Table
from cruddur.schema import items

pytestmark = pytest.mark.every_engine

MESSAGES = int(os.environ.get("ERASED_MESSAGES", "300"))
CONVERSATIONS = max(2, MESSAGES // 50) if MESSAGES > 1000 else 12
KILLS = 8
WORD = "wisteria"


async def erased_by_mortals(
    messaging: MessagingContext, erasure: Erasure, chance: random.Random
) -> bool:
    """Erases in processes that are killed at any write, and then in one that lives as long as it may."""
    for _ in range(KILLS):
        writes, after = chance.randrange(MESSAGES // KILLS), chance.random() < 0.5
        mortal = Mortal(messaging.table, writes, after=after)
        with pytest.raises((Killed, TableUnavailable)):
            await erase_person(beside(messaging, mortal), erasure)
    while True:
        with suppress(
            TableUnavailable
        ):  # as a kill: the engine is busy with what is written meanwhile
            return await erase_person(beside(messaging), erasure)


async def test_nothing_is_left_of_somebody_who_still_writes(
    table: Table, messaging: MessagingContext, clock: Clock, stream: Stream
) -> None:
    identity = process(table, clock)
    maya = await create_account(identity, "maya", "Maya Lind", "correct horse battery")
    others = [person(f"other-{number}") for number in range(CONVERSATIONS)]
    for other in others:
        await table.transact([Put(item) for item in items.person_items(other)])
    places = [
        (await start_direct_group(messaging, maya, other, WORD)).message_group_uuid
        if number % 2
        else (await start_group(messaging, maya, [other], "Lake")).message_group_uuid
        for number, other in enumerate(others)
    ]
    chance = random.Random(1)
    for number in range(MESSAGES):
        place = number % CONVERSATIONS
        sender = others[place] if number % 7 == 0 else maya
        sent = await send_message(messaging, sender, places[place], f"{WORD} {number}")
        if sender is maya and number % 11 == 0:
            await edit_message(messaging, maya.user_uuid, places[place], sent.seq, f"{WORD}!")
    await stream.project(messaging)

    elsewhere, is_over = beside(messaging), asyncio.Event()

    async def write() -> None:
        while not is_over.is_set():
            try:
                await send_message(elsewhere, maya, chance.choice(places), f"{WORD} again")
            except Exception:  # noqa: BLE001  she is no member of that one any more
                await asyncio.sleep(0)

    erasure = await begin_erasure(identity, maya.user_uuid, "blank")
    writing = asyncio.create_task(write())
    assert not await erased_by_mortals(messaging, erasure, chance)
    is_over.set()
    await writing
    clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    assert await erase_person(messaging, erasure)
    await stream.project(messaging)
    left = [
        str(item)
        async for item in table.scan()
        if "maya" in str(item).lower()
        or (
            WORD in str(item)
            and maya.user_uuid in (item.get("user_uuid"), item.get("last_user_uuid"))
        )
    ]
    assert left == []
    assert [found.what async for found in verify_inboxes(messaging)] == []
