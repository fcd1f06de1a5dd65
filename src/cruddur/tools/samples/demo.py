"""Some people and their conversations, so that a newcomer has something to look at.

Every message has a uuid that is always the same, so that a demo which was interrupted is completed
by the next try.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files

from cruddur.errors import NotFound, Unauthenticated
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.service import Identity
from cruddur.identity.sign_in import sign_in
from cruddur.messaging.access import find_group
from cruddur.messaging.compare_inboxes import all_messages
from cruddur.messaging.mark_read import mark_read
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging, utc_now
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.start_group import start_group
from cruddur.model import User, direct_group_uuid

PASSWORD = "lake-weekend"  # noqa: S105  a demo's password is there to be read
_PEOPLE = {"maya": "Maya Lindqvist", "tomas": "Tomás Okafor", "ines": "Inês Duarte"}
_NAMESPACE = uuid.UUID("b0a3c9b4-3c2f-5a51-8f0e-5d8e2c7a9d13")
_UNREAD_MINUTES = 100  # what came since waits for Maya, so that she finds the line above it

People = dict[str, User]


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody said something, so many minutes ago."""

    minutes_ago: int
    handle: str
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of the demo; without a title, of two people."""

    title: str | None
    handles: Sequence[str]
    sayings: list[Saying] = field(default_factory=list)


async def make_demo(messaging: Messaging, identity: Identity) -> str:
    """Makes the people and what is missing of their conversations, and says how to sign in.

    Nothing where one of the handles is somebody else's: then it says so.
    """
    for handle in _PEOPLE:
        if await _is_somebody_elses(identity, handle):
            return f"No demo: @{handle} is somebody's account here, and a demo needs its own table."
    people = {handle: await _person(identity, handle, name) for handle, name in _PEOPLE.items()}
    await _converse(messaging, people)
    first, second, *_ = people
    return (
        f"Sign in as @{first} or @{second}, password {PASSWORD}; a private window makes two people."
    )


async def _is_somebody_elses(identity: Identity, handle: str) -> bool:
    try:
        await find_user_by_handle(identity, handle)
        await sign_in(identity, handle, PASSWORD)
    except Unauthenticated:
        return True
    except NotFound:
        pass
    return False


async def _person(identity: Identity, handle: str, name: str) -> User:
    try:
        return await find_user_by_handle(identity, handle)
    except NotFound:
        return await create_account(identity, handle, name, PASSWORD)


async def _converse(messaging: Messaging, people: People) -> None:
    now = utc_now()
    for talk in _talks():
        group_uuid = _group_uuid(people, talk)
        said = {m.message_uuid: m.seq async for m in all_messages(messaging, group_uuid)}
        if said and _message_uuid(talk, talk.sayings[0]) not in said:
            return  # they have found their own words, or those of an earlier version
        with suppress(NotFound):  # somebody has left the group
            await _have(messaging, people, talk, said, now)


async def _have(
    messaging: Messaging, people: People, talk: Talk, said: dict[str, int], now: datetime
) -> None:
    group_uuid = _group_uuid(people, talk)
    read: dict[str, int] = {}
    for saying in talk.sayings:
        message_uuid = _message_uuid(talk, saying)
        if message_uuid not in said:
            then = _at(messaging, now - timedelta(minutes=saying.minutes_ago))
            said[message_uuid] = await _say(then, people, talk, saying)
        for handle in talk.handles:
            if handle != "maya" or saying.minutes_ago > _UNREAD_MINUTES:
                read[handle] = said[message_uuid]
    for handle, seq in read.items():
        await mark_read(messaging, people[handle].user_uuid, group_uuid, seq)


async def _say(messaging: Messaging, people: People, talk: Talk, saying: Saying) -> int:
    sender, others = people[saying.handle], [h for h in talk.handles if h != saying.handle]
    message_uuid = _message_uuid(talk, saying)
    if talk.title is None:
        other = people[others[0]]
        message = await start_direct_group(
            messaging, sender, other, saying.text, message_uuid=message_uuid
        )
        return message.seq
    group_uuid = _group_uuid(people, talk)
    if await find_group(messaging, group_uuid) is None:
        some = [people[handle] for handle in others]
        await start_group(messaging, sender, some, talk.title, message_group_uuid=group_uuid)
    message = await send_message(
        messaging, sender, group_uuid, saying.text, message_uuid=message_uuid
    )
    return message.seq


def _group_uuid(people: People, talk: Talk) -> str:
    uuids = [people[handle].user_uuid for handle in talk.handles]
    if talk.title is None:
        return direct_group_uuid(*uuids)
    # In the form of a random one: the other form says that it is of two people.
    derived = uuid.uuid5(_NAMESPACE, "/".join([*uuids, talk.title]))
    return str(uuid.UUID(bytes=derived.bytes, version=4))


def _message_uuid(talk: Talk, saying: Saying) -> str:
    number = talk.sayings.index(saying)
    return str(uuid.uuid5(_NAMESPACE, f"{talk.title} {talk.handles} {number}"))


def _at(messaging: Messaging, moment: datetime) -> Messaging:
    return Messaging(
        table=messaging.table,
        bus=messaging.bus,
        clock=lambda: moment,
        tails=messaging.tails,
        direct_groups=messaging.direct_groups,
    )


def _talks() -> Sequence[Talk]:
    talks: list[Talk] = []
    for entry in _entries():
        if entry.startswith("="):
            title, colon, handles = entry[1:].rpartition(":")
            talks.append(Talk(title.strip() if colon else None, handles.split()))
        else:
            minutes_ago, handle, text = entry.split(" ", 2)
            talks[-1].sayings.append(Saying(int(minutes_ago), handle, text))
    return talks


def _entries() -> Iterator[str]:
    entry = ""
    text = files("cruddur").joinpath("demo_conversation.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isdigit() or line.startswith("="):
            if entry:
                yield entry
            entry = line
        else:
            entry += "\n" + line
    yield entry
