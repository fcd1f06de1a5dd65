"""Verify every inbox row, the numbers of every conversation, and the items for searching users."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

from cruddur.domain.erasure import Erasure, not_erased
from cruddur.domain.item import Item, Key
from cruddur.domain.model import InboxRow, MessageGroup, User
from cruddur.domain.person_picture import PersonPicture
from cruddur.domain.renaming import Renaming
from cruddur.messaging.access import UnreadableGroup, find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.compare_inboxes import compare_group, row_state
from cruddur.messaging.inbox.difference import Difference
from cruddur.messaging.inbox.verify_erasures import compare_erasure, read_remains
from cruddur.messaging.inbox.verify_names import (
    compare_members,
    compare_person,
    compare_renaming,
    compare_word,
)
from cruddur.messaging.inbox.verify_pictures import compare_own_picture, compare_picture
from cruddur.schema import items, keys
from cruddur.schema.audit_items import audit_entry_from
from cruddur.schema.block_items import block_from
from cruddur.schema.digest_items import digest_from
from cruddur.schema.email_items import email_address_from, email_from
from cruddur.schema.erasure_items import erasure_from, left_from
from cruddur.schema.invite_items import invitation_from, invite_from, join_request_from
from cruddur.schema.kinds import kind_of
from cruddur.schema.mail_items import mail_from
from cruddur.schema.passkey_items import passkey_from, second_factor_from
from cruddur.schema.picture_items import picture_from
from cruddur.schema.pin_items import pins_from
from cruddur.schema.readable import place_of, why
from cruddur.schema.receipt_items import read_mark_from
from cruddur.schema.report_items import report_from
from cruddur.schema.reset_items import reset_from

_SECOND_LOOK_SECONDS = 0.5


async def verify_inboxes(
    messaging: MessagingContext, looked_at: Callable[[Item], None] = lambda _: None
) -> AsyncIterator[Difference]:
    """Yields every difference that a second check confirms: a running service changes rows meanwhile.

    `looked_at` is called with each item of the table.
    """
    remains = await read_remains(messaging)
    async for item in messaging.table.scan():
        looked_at(item)
        if left := await remains.find(messaging, item):
            yield left
        try:
            read = _READ[kind_of(item)](item) if kind_of(item) in _READ else None
        except items.UNREADABLE as error:
            if not await _is_checked_with_its_group(messaging, item):
                yield Difference(place_of(item), f"cannot be read: {why(error)}")
            continue
        if isinstance(read, MessageGroup):
            async for difference in _twice(messaging, read):
                yield difference
            for late in await compare_members(messaging, read):
                yield late
        elif problem := await _problem(messaging, item, read):
            yield problem


async def _problem(messaging: MessagingContext, item: Item, read: object) -> Difference | None:
    if isinstance(read, InboxRow):
        return await _orphan(messaging, read)
    if isinstance(read, Erasure):
        return compare_erasure(messaging, read)
    if isinstance(read, Renaming):
        return await compare_renaming(messaging, read)
    if isinstance(read, User | PersonPicture):
        return await _problem_of_person(messaging, item, read)
    return read if isinstance(read, Difference) else None


async def _problem_of_person(
    messaging: MessagingContext, item: Item, read: User | PersonPicture
) -> Difference | None:
    if isinstance(read, PersonPicture):
        return await compare_picture(messaging, read)
    if kind_of(item) == "name":
        return await compare_word(messaging, item)
    if kind_of(item) != "user":
        return None
    return await compare_person(messaging, read) or await compare_own_picture(messaging, read)


def _dead_letter(item: Item) -> Difference:
    letter = items.dead_letter_from(item)
    what = f"dead letter for {letter.changed.sk}"
    return Difference(letter.changed.pk, what, dead_letter=letter.sequence)


def _session(item: Item) -> object:
    # A revocation has nothing but its key and its time.
    return items.session_from(item) if keys.is_session_sk(item["sk"]) else None


def _erased(item: Item) -> object:
    erasure_from(item)
    return None  # it is complete


_READ: Mapping[str, Callable[[Item], object]] = {
    "group": items.group_from,
    "inbox-row": items.inbox_row_from,
    "dead-letter": _dead_letter,
    "user": items.user_from,
    "handle": items.user_from_handle,
    "name": items.user_from_handle,
    "login": items.login_from,
    "session": _session,
    "reset": reset_from,
    "passkey": passkey_from,
    "second-factor": second_factor_from,
    "email": email_from,
    "email-address": email_address_from,
    "mail": mail_from,
    "digest": digest_from,
    "pins": pins_from,
    "picture": picture_from,
    "read-mark": read_mark_from,
    "block": block_from,
    "report": report_from,
    "audit": audit_entry_from,
    "renaming": items.renaming_from,
    "invite": invite_from,
    "join-request": join_request_from,
    "invitation": invitation_from,
    "left": left_from,
    "erasure": erasure_from,
    "erased-person": _erased,
}
"""The function that reads items of each kind. Messages are read with their conversation."""


async def _is_checked_with_its_group(messaging: MessagingContext, item: Item) -> bool:
    """Whether it is the row of a member of a conversation that can be read."""
    if kind_of(item) != "inbox-row":
        return False
    found = await messaging.table.get(Key(keys.messages_pk(item["sk"]), keys.GROUP_SK))
    try:
        group = items.group_from(found) if found else None
    except items.UNREADABLE:
        return False
    return group is not None and keys.owner_of_row(item["pk"]) in group.members


async def _twice(messaging: MessagingContext, group: MessageGroup) -> AsyncIterator[Difference]:
    first = {seen.where: seen async for seen in compare_group(messaging, group)}
    if not first:
        return
    await asyncio.sleep(_SECOND_LOOK_SECONDS)
    # The group is read again, since its members or title may have changed.
    try:
        current = await find_group(messaging, group.message_group_uuid)
    except UnreadableGroup:
        return
    if current is not None:
        async for difference in compare_group(messaging, current):
            before = first.get(difference.where)
            if before and not (difference.is_behind and _has_moved(before.found, difference.found)):
                yield difference


def _has_moved(before: InboxRow | None, after: InboxRow | None) -> bool:
    return after is not None and (before is None or row_state(before) != row_state(after))


async def _orphan(messaging: MessagingContext, row: InboxRow) -> Difference | None:
    key = keys.group_key(row.message_group_uuid)
    item: Item | None = await messaging.table.get(key, consistent=True)
    try:
        members = items.group_from(item).members if item is not None else {}
        member = members[row.owner_uuid] if row.owner_uuid in not_erased(members) else None
        if member is not None and member.is_request == row.is_request:
            return None
    except items.UNREADABLE:
        return None  # the group is reported itself, and its members are unknown
    # The member may have left since the scan, which removed the row in the same transaction.
    row_key = items.row_key_of(row)
    if await messaging.table.get(row_key, consistent=True) is None:
        return None
    where = f"{row.owner_uuid}/{row.message_group_uuid}"
    what = "a row of a conversation that is not there" if item is None else "a row of a stranger"
    return Difference(where, what, found=row)
