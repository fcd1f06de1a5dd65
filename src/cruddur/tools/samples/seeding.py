"""Creates any number of users and conversations, for trying things out.

Every uuid is derived from a place in the plan, so that a second run continues where the first stopped.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from cruddur.domain.errors import TransactionFailed
from cruddur.domain.model import Message, User, direct_group_uuid, timestamp
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.advance_inbox_rows import advance_inbox_rows
from cruddur.messaging.inbox.compare_inboxes import all_messages
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items
from cruddur.tools.concurrency import map_concurrently, retry_throttled

_NAMESPACE = uuid.UUID("2f0c1b6e-6a55-5d3a-9a5c-0d6b8e1f4a77")
_PARTNERS = 3
_APART = timedelta(minutes=7)
_PEOPLE = (
    "Andrea Brandt", "Bayo Kolawole", "Chiara Riva", "Dmitri Orlov", "Elif Demir", "Femi Ade",
    "Greta Lund", "Hugo Prats", "Ines Moreau", "Jun Sato", "Kofi Mensah", "Lena Vogt",
)  # fmt: skip
_LINES = (
    "Are you at the lake on Saturday?",
    "If the rain stops, yes. Shall I bring the small boat?",
    "Please. And something to eat, I only have coffee.",
    "Then bread, cheese and the plums from the garden.",
    "The ferry goes at nine, and again at eleven.",
    "Eleven! Nobody is awake at nine.",
    "I'll take two leases for eleven.",
    "Thank you 🙏 I owe you one.",
    "By the way, did you find my blue notebook?",
    "It was under the sofa. I'll bring it along.",
)

Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of the plan: its two users and the number of its messages."""

    number: int
    one: User
    other: User
    messages: int


async def seed_people(
    messaging: MessagingContext,
    identity: IdentityContext,
    count: int,
    password_hash: str | None,
    done: Done,
) -> Sequence[User]:
    """Returns the users, existing or created. With a password hash they can sign in."""
    people = [_person(number, identity.clock()) for number in range(count)]

    async def find_or_make(person: User) -> User:
        login = items.login_item(LOCAL_ISSUER, person.handle, person.user_uuid, password_hash)
        parts = [*items.person_items(person)]
        parts += [login] if password_hash else []
        try:
            await messaging.table.transact([Put(part, IF_NEW) for part in parts])
        except TransactionFailed:
            # An earlier run created the user, or the handle belongs to somebody else, who is used
            # instead.
            person = await find_user_by_handle(identity, person.handle)
        done(1)
        return person

    return await map_concurrently(people, find_or_make)


async def seed_messages(
    messaging: MessagingContext, people: Sequence[User], count: int, done: Done
) -> int:
    """Sends the messages of these users' conversations. Returns the number of conversations."""
    talks = _plan(people, count)
    longest = max((talk.messages for talk in talks), default=0)
    starts = messaging.clock() - _APART * longest
    await map_concurrently(talks, lambda talk: _talk(messaging, talk, starts, done))
    return len(talks)


async def _talk(messaging: MessagingContext, talk: Talk, starts: datetime, done: Done) -> None:
    group_uuid = direct_group_uuid(talk.one.user_uuid, talk.other.user_uuid)
    seen: list[Message] = []
    if await find_group(messaging, group_uuid) is not None:
        seen = [message async for message in all_messages(messaging, group_uuid)]
    written = {message.message_uuid for message in seen}
    for number in range(talk.messages):
        message_uuid = str(uuid.uuid5(_NAMESPACE, f"{group_uuid}/{number}"))
        if message_uuid not in written:
            then = _at(messaging, starts + _APART * number)
            people = (talk.one, talk.other) if number % 2 == 0 else (talk.other, talk.one)
            text = _LINES[(talk.number + number) % len(_LINES)]
            send = partial(start_direct_group, then, *people, text, message_uuid=message_uuid)
            seen.append(await retry_throttled(send))
        done(1)
    # This also runs if no message is new, since an earlier run may have ended before it.
    if seen:
        await retry_throttled(partial(advance_inbox_rows, messaging, seen))


def _plan(people: Sequence[User], messages: int) -> Sequence[Talk]:
    """Each user has conversations with the next few users, with about the same number of messages."""
    pairs: dict[frozenset[str], tuple[User, User]] = {}
    for apart in range(1, _PARTNERS + 1):
        for place, one in enumerate(people):
            other = people[(place + apart) % len(people)]
            if one.user_uuid != other.user_uuid:
                pairs.setdefault(frozenset((one.user_uuid, other.user_uuid)), (one, other))
    each, more = divmod(messages, len(pairs)) if pairs else (0, 0)
    talks = (
        Talk(number, *pair, messages=each + (number < more))
        for number, pair in enumerate(pairs.values())
    )
    return [talk for talk in talks if talk.messages]


def _person(number: int, now: datetime) -> User:
    name = _PEOPLE[number % len(_PEOPLE)]
    handle = name.split()[0].lower()
    if number >= len(_PEOPLE):
        name, handle = f"{name} {number}", f"{handle}{number}"
    user_uuid = str(uuid.uuid5(_NAMESPACE, f"person/{number}"))
    return User(user_uuid=user_uuid, handle=handle, display_name=name, created_at=timestamp(now))


def _at(messaging: MessagingContext, moment: datetime) -> MessagingContext:
    return replace(messaging, clock=lambda: moment)
