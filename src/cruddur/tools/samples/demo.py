"""The demo: some users and their conversations.

Every message has a fixed uuid, so that the next run completes a demo that was interrupted.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files

from cruddur.domain.errors import Forbidden, NotFound, Unauthenticated
from cruddur.domain.model import User, direct_group_uuid
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.demo_accounts import DEMO_PASSWORD, DEMO_PEOPLE
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.sign_in import sign_in
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.compare_inboxes import all_messages
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.ports.clock import utc_now

_NAMESPACE = uuid.UUID("b0a3c9b4-3c2f-5a51-8f0e-5d8e2c7a9d13")
_UNREAD_MINUTES = 100  # later messages are unread for Maya, so that she sees the line above them

People = dict[str, User]


@dataclass(frozen=True, slots=True)
class Saying:
    """A message that somebody sent this many minutes ago, and the handle and emoji of each reaction."""

    minutes_ago: int
    handle: str
    text: str
    reactions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of the demo. Without a title it is a direct one."""

    title: str | None
    handles: Sequence[str]
    sayings: list[Saying] = field(default_factory=list)


async def make_demo(messaging: MessagingContext, identity: IdentityContext) -> str:
    """Creates what is missing of the users and conversations. Returns a text about how to sign in.

    It creates nothing if one of the handles belongs to another user, and the text says so.
    """
    for handle in DEMO_PEOPLE:
        if await _is_somebody_elses(identity, handle):
            return f"No demo: @{handle} is somebody's account here, and a demo needs its own table."
    people = {handle: await _person(identity, handle, name) for handle, name in DEMO_PEOPLE.items()}
    await _converse(messaging, people)
    first, second, *_ = people
    how = f"Sign in as @{first} or @{second}, password {DEMO_PASSWORD}"
    return f"{how}; a private window makes two people."


async def _is_somebody_elses(identity: IdentityContext, handle: str) -> bool:
    try:
        await find_user_by_handle(identity, handle)
        await sign_in(identity, handle, DEMO_PASSWORD)
    except Unauthenticated:
        return True
    except (NotFound, Forbidden):  # Forbidden: an account of the demo, in a service without it
        pass
    return False


async def _person(identity: IdentityContext, handle: str, name: str) -> User:
    try:
        return await find_user_by_handle(identity, handle)
    except NotFound:
        return await create_account(identity, handle, name, DEMO_PASSWORD)


async def _converse(messaging: MessagingContext, people: People) -> None:
    now = utc_now()
    for talk in _talks():
        group_uuid = _group_uuid(people, talk)
        stored = [message async for message in all_messages(messaging, group_uuid)]
        said = {message.message_uuid: message.seq for message in stored if message.kind == "text"}
        if said and _message_uuid(talk, talk.sayings[0]) not in said:
            return  # they have written other messages, or an earlier version has
        with suppress(NotFound):  # a member has left the group
            await _have(messaging, people, talk, said, now)


async def _have(
    messaging: MessagingContext, people: People, talk: Talk, said: dict[str, int], now: datetime
) -> None:
    group_uuid = _group_uuid(people, talk)
    read: dict[str, int] = {}
    for saying in talk.sayings:
        message_uuid = _message_uuid(talk, saying)
        if message_uuid not in said:
            then = _at(messaging, now - timedelta(minutes=saying.minutes_ago))
            said[message_uuid] = await _say(then, people, talk, saying)
            for handle, emoji in saying.reactions:
                user_uuid, seq = people[handle].user_uuid, said[message_uuid]
                await set_reaction(then, user_uuid, group_uuid, seq, emoji, wanted=True)
        for handle in talk.handles:
            if handle != "maya" or saying.minutes_ago > _UNREAD_MINUTES:
                read[handle] = said[message_uuid]
    for handle, seq in read.items():
        await mark_read(messaging, people[handle].user_uuid, group_uuid, seq)


async def _say(messaging: MessagingContext, people: People, talk: Talk, saying: Saying) -> int:
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
    # It has the form of a random uuid (version 4), since version 5 means a direct conversation.
    derived = uuid.uuid5(_NAMESPACE, "/".join([*uuids, talk.title]))
    return str(uuid.UUID(bytes=derived.bytes, version=4))


def _message_uuid(talk: Talk, saying: Saying) -> str:
    number = talk.sayings.index(saying)
    return str(uuid.uuid5(_NAMESPACE, f"{talk.title} {talk.handles} {number}"))


def _at(messaging: MessagingContext, moment: datetime) -> MessagingContext:
    return MessagingContext(
        table=messaging.table,
        bus=messaging.bus,
        clock=lambda: moment,
        tails=messaging.tails,
        direct_groups=messaging.direct_groups,
        encode=messaging.encode,
    )


def _talks() -> Sequence[Talk]:
    talks: list[Talk] = []
    for entry in _entries():
        if entry.startswith("="):
            title, colon, handles = entry[1:].rpartition(":")
            talks.append(Talk(title.strip() if colon else None, handles.split()))
        elif entry.startswith("+"):
            handle, emoji = entry[1:].split()
            talks[-1].sayings[-1].reactions.append((handle, emoji))
        else:
            minutes_ago, handle, text = entry.split(" ", 2)
            talks[-1].sayings.append(Saying(int(minutes_ago), handle, text))
    return talks


def _entries() -> Iterator[str]:
    entry = ""
    text = files("cruddur.tools.samples").joinpath("demo_conversation.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isdigit() or line.startswith(("=", "+")):
            if entry:
                yield entry
            entry = line
        else:
            entry += "\n" + line
    yield entry
