"""Some people and their conversations, so that a newcomer has something to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files

from cruddur.errors import Conflict
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.service import Identity
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.mark_read import mark_read
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging, utc_now
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.start_group import start_group
from cruddur.model import User

PASSWORD = "lake-weekend"  # noqa: S105  a demo's password is there to be read
_PEOPLE = {"maya": "Maya Lindqvist", "tomas": "Tomás Okafor", "ines": "Inês Duarte"}
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
    """Makes the people and their conversations unless they are there, and says how to sign in."""
    people = {handle: await _person(identity, handle, name) for handle, name in _PEOPLE.items()}
    inbox = await list_inbox(messaging, people["maya"].user_uuid, limit=1)
    if not inbox.rows:
        now = utc_now()
        for talk in _talks():
            await _have(messaging, people, talk, now)
    first, second, *_ = people
    return (
        f"Sign in as @{first} or @{second}, password {PASSWORD}; a private window makes two people."
    )


async def _person(identity: Identity, handle: str, name: str) -> User:
    try:
        return await create_account(identity, handle, name, PASSWORD)
    except Conflict:
        return await find_user_by_handle(identity, handle)


async def _have(messaging: Messaging, people: People, talk: Talk, now: datetime) -> None:
    group = await _titled_group(messaging, people, talk, now) if talk.title else None
    for saying in talk.sayings:
        then = _at(messaging, now - timedelta(minutes=saying.minutes_ago))
        sender = people[saying.handle]
        if group is None:
            other = next(people[handle] for handle in talk.handles if handle != saying.handle)
            message = await start_direct_group(then, sender, other, saying.text)
        else:
            message = await send_message(then, sender, group, saying.text)
        for handle in talk.handles:
            if handle != "maya" or saying.minutes_ago > _UNREAD_MINUTES:
                reader = people[handle].user_uuid
                await mark_read(messaging, reader, message.message_group_uuid, message.seq)


async def _titled_group(messaging: Messaging, people: People, talk: Talk, now: datetime) -> str:
    starter, *others = (people[handle] for handle in talk.handles)
    then = _at(messaging, now - timedelta(minutes=talk.sayings[0].minutes_ago))
    return (await start_group(then, starter, others, talk.title or "")).message_group_uuid


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
