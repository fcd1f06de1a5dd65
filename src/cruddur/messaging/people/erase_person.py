"""Carry out an erasure that has begun: what conversations know of a person, and the rest of the account.

Each step finds by itself what is left to do, so the work may be stopped anywhere and done again, by
several processes at once too. A process that the event of it did not reach may let the person write for
a minute more: so a second look follows once no process remembers them, and only that one ends it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from cruddur.domain.erasure import Erasure, LeftConversation
from cruddur.domain.item import Item, Key
from cruddur.domain.model import direct_group_uuid, fold
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.erase_in_conversation import erase_in_conversation
from cruddur.messaging.people.erase_in_reports import erase_in_reports
from cruddur.messaging.people.leave_for_good import leave_for_good
from cruddur.messaging.people.remove_mails import remove_mails
from cruddur.messaging.publishing import publish_renamed
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Delete, Equals, Exists, Put, Query, Range, Update
from cruddur.schema import block_keys, erasure_keys, keys, push_keys
from cruddur.schema.erasure_items import erased_person_item, left_from
from cruddur.schema.readable import one_from

REMEMBERED_FOR = timedelta(seconds=150)
"""The longest that a process lets an erased person write: it remembers sessions and people for a minute,
and a request may last for another."""

_AT_ONCE = 8
_PAGE = 500

Progress = Callable[[str, int, int], None]
"""Called with what is done, by how much it has grown, and how much there is."""

T = TypeVar("T")
W = TypeVar("W")

_log = Log()


@access_pattern("erase_person")
async def erase_person(
    messaging: MessagingContext, erasure: Erasure, progress: Progress = lambda *_: None
) -> bool:
    """Does all that is left, and returns whether the person is erased.

    Otherwise it is to be called again once REMEMBERED_FOR is over. A conversation that fails stops no
    other. Raises then what it raised: Busy, ConditionFailed, TableUnavailable.
    """
    is_last = messaging.clock() >= settled_at(erasure)
    await _leave_all(messaging, erasure, progress)
    await _erase_all(messaging, erasure, progress)
    await erase_in_reports(messaging, erasure)
    await _remove_account(messaging, erasure)
    if not is_last:
        return False
    for left in await _left(messaging, erasure.user_uuid):
        await messaging.table.delete(Delete(keys.key_of(left)))
    await messaging.table.transact(
        [Delete(erasure_keys.erasure_key(erasure.user_uuid)), Put(erased_person_item(erasure))]
    )
    _log.info("a person is erased", user_uuid=erasure.user_uuid)
    return True


def settled_at(erasure: Erasure) -> datetime:
    """Returns from when on no process remembers the person, so that the last look may begin."""
    return datetime.fromisoformat(erasure.began_at) + REMEMBERED_FOR


async def _leave_all(messaging: MessagingContext, erasure: Erasure, progress: Progress) -> None:
    """Takes the person out of each conversation, so that all others see that at once."""
    rows = await _rows(messaging, erasure.user_uuid)

    async def leave(row: Key) -> Collection[str]:
        people = await leave_for_good(messaging, erasure, row)
        progress("left", 1, len(rows))
        return people

    shown = await _each(leave, rows)
    people = {uuid for members in shown for uuid in members}
    await publish_renamed(messaging, erasure.person, people)


async def _rows(messaging: MessagingContext, user_uuid: str) -> Sequence[Key]:
    """The keys of the person's rows: of the inbox and its archive, and of requests."""
    found: set[Key] = set(await _of_blocks(messaging, user_uuid))
    for partition in (keys.inbox_pk(user_uuid), keys.requests_pk(user_uuid)):
        query = Query(partition, limit=_PAGE, consistent=True)
        found |= {keys.key_of(item) for item in await all_items(messaging.table, query)}
    return list(found)


async def _of_blocks(messaging: MessagingContext, user_uuid: str) -> Sequence[Key]:
    """The rows of conversations that a block has begun, and that are in no inbox."""
    query = Query(keys.user_key(user_uuid).pk, limit=_PAGE, consistent=True)
    found = [keys.key_of(item).sk for item in await all_items(messaging.table, query)]
    people = [sk.partition("#")[2] for sk in found if block_keys.is_block_sk(sk)]
    return [keys.inbox_row_key(user_uuid, direct_group_uuid(user_uuid, other)) for other in people]


async def _erase_all(messaging: MessagingContext, erasure: Erasure, progress: Progress) -> None:
    found = await _left(messaging, erasure.user_uuid)

    async def erase(item: Item) -> None:
        left = one_from(left_from, item)
        if left is not None:
            await _erase_one(messaging, erasure, left)
        progress("conversations", 1, len(found))

    await _each(erase, found)


async def _erase_one(messaging: MessagingContext, erasure: Erasure, left: LeftConversation) -> None:
    after = await erase_in_conversation(messaging, erasure, left)
    if after != left:
        key = erasure_keys.left_key(left.user_uuid, left.message_group_uuid)
        numbers = {"erased_seq": after.erased_seq, "erased_change_seq": after.erased_change_seq}
        there = [Exists(keys.PARTITION_KEY)]
        await messaging.table.update(Update(key, numbers, condition=there))


async def _left(messaging: MessagingContext, user_uuid: str) -> Sequence[Item]:
    partition = keys.user_key(user_uuid).pk
    conversations = Range(prefix=erasure_keys.LEFT_PREFIX)
    return await all_items(
        messaging.table, Query(partition, conversations, limit=_PAGE, consistent=True)
    )


async def _remove_account(messaging: MessagingContext, erasure: Erasure) -> None:
    """Removes the person's own items, of whatever kind, but those that say where they have been."""
    table = messaging.table
    await remove_mails(messaging, erasure)  # before the item that names the addresses
    query = Query(keys.user_key(erasure.user_uuid).pk, limit=_PAGE, consistent=True)
    for item in await all_items(table, query):
        key = keys.key_of(item)
        for other in _other_sides(key):
            await table.delete(Delete(other))
        if not key.sk.startswith(erasure_keys.LEFT_PREFIX):
            await table.delete(Delete(key))
    if erasure.handle is not None:
        # An operator may have set a password just when the account was removed.
        login = keys.login_key(keys.LOCAL_ISSUER, fold(erasure.handle))
        found = await table.get(login, consistent=True)
        if found is not None and found.get("user_uuid") == erasure.user_uuid:
            await table.delete(Delete(login, [Equals("user_uuid", erasure.user_uuid)]))


def _other_sides(key: Key) -> Sequence[Key]:
    """The keys of further items of this one: a block lies at both people, and a device has an owner."""
    if push_keys.is_device_sk(key.sk):
        return [push_keys.owner_key(key.sk.removeprefix(push_keys.DEVICE_PREFIX))]
    if not block_keys.is_block_sk(key.sk):
        return ()
    user_uuid, other = key.pk.removeprefix(keys.USER_PREFIX), key.sk.partition("#")[2]
    return [block_keys.block_key(other, user_uuid), block_keys.blocked_by_key(other, user_uuid)]


async def _each(work: Callable[[W], Awaitable[T]], found: Sequence[W]) -> list[T]:
    """Does the work for each of them, some at a time. Raises the first failure once all are done."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(one: W) -> T:
        async with gate:
            return await work(one)

    outcomes = await asyncio.gather(*map(in_turn, found), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
