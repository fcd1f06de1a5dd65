"""Invented people and their talk: the demo's, and around it a week of others, so that an inbox is full.

`bin/screenshot` shows it. Times are counted back from now, as in the demo.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.identity.create_account import create_account
from cruddur.identity.demo_accounts import DEMO_PASSWORD
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.clock import utc_now
from cruddur.tools.samples.demo import make_demo

PEOPLE = {
    "noor": "Noor Haddad",
    "jonas": "Jonas Weber",
    "priya": "Priya Raman",
    "wen": "Wen Li",
    "amara": "Amara Nwosu",
    "sofia": "Sofia Rossi",
    "kofi": "Kofi Mensah",
    "hana": "Hana Sato",
    "lucas": "Lucas Moreau",
    "elif": "Elif Kaya",
}
"""Display names by handle."""

_UNREAD_MINUTES = 139
"""What is younger is unread."""

Said = tuple[int, str, str]
"""Minutes before now, the handle of the speaker, and the text."""

TALKS: dict[str, list[Said]] = {
    "noor": [
        (9000, "noor", "Did the parcel get to you?"),
        (8990, "maya", "It did, thank you! The scarf is beautiful."),
        (44, "noor", "Dinner on Tuesday? I found the place with the dumplings"),
        (43, "noor", "They keep us a table until seven"),
    ],
    "jonas": [
        (1600, "jonas", "Your bicycle is ready. New chain, and the bell rings again."),
        (1580, "maya", "You are the best. I come by at five."),
    ],
    "priya": [
        (4000, "maya", "How was the talk?"),
        (3990, "priya", "Full house! The slides are at https://talks.example/tides"),
    ],
    "wen": [(5200, "wen", "Happy birthday!! 🎂"), (5190, "maya", "Thank you, dear Wen ❤️")],
    "hana": [
        (7300, "maya", "The plant is alive"),
        (7290, "hana", "I never doubted it. You, a little."),
    ],
    "lucas": [(8700, "lucas", "I owe you a coffee"), (8690, "maya", "Two, by my count")],
}
GROUPS: dict[str, tuple[list[str], list[Said]]] = {
    "Book club": (
        ["priya", "wen", "amara", "elif"],
        [
            (2900, "amara", "Next: *The Summer Book*. It is short, so no excuses."),
            (2890, "wen", "I have read it twice, so I bring the cake"),
            (140, "elif", "Is it Thursday or Friday?"),
            (138, "amara", "Thursday, at mine. The bell does not work, so knock."),
        ],
    ),
    "Choir, altos": (
        ["sofia", "hana", "kofi"],
        [
            (1700, "sofia", "Bar 32: we breathe *after* the tie. All of us. Please."),
            (1690, "hana", "I will write it on my hand"),
        ],
    ),
    "Number 14": (
        ["jonas", "kofi", "lucas", "elif", "noor"],
        [
            (6000, "kofi", "The heating is fixed"),
            (5990, "lucas", "Whose is the red umbrella in the hall?"),
        ],
    ),
}


def make_scene(data: Path) -> None:
    """Fills an empty data folder."""
    asyncio.run(_fill(data))


async def _fill(data: Path) -> None:
    async with open_application(Settings(data=data), has_demo=True) as application:
        await make_demo(application.messaging, application.identity)
        people = {
            handle: await create_account(application.identity, handle, name, DEMO_PASSWORD)
            for handle, name in PEOPLE.items()
        }
        people["maya"] = await find_user_by_handle(application.identity, "maya")
        scene = _Scene(application, people)
        for handle, said in TALKS.items():
            await scene.talk(handle, said)
        for title, (handles, said) in GROUPS.items():
            await scene.talk_in(title, handles, said)


class _Scene:
    def __init__(self, application: Application, people: dict[str, User]) -> None:
        self._messaging = application.messaging
        self._people = people
        self._now = utc_now()

    async def talk(self, other: str, said: list[Said]) -> None:
        for minutes, handle, text in said:
            to = self._people["maya" if handle == other else other]
            sender = self._people[handle]
            sent = await start_direct_group(self._at(minutes), sender, to, text)
            if minutes > _UNREAD_MINUTES:
                await self._read(sent.message_group_uuid, sent.seq)

    async def talk_in(self, title: str, handles: list[str], said: list[Said]) -> None:
        maya, others = self._people["maya"], [self._people[handle] for handle in handles]
        begun = self._at(said[0][0] + 1)
        row = await start_group(begun, others[0], [maya, *others[1:]], title)
        uuid = row.message_group_uuid
        for minutes, handle, text in said:
            sent = await send_message(self._at(minutes), self._people[handle], uuid, text)
            if minutes > _UNREAD_MINUTES:
                await self._read(uuid, sent.seq)

    async def _read(self, uuid: str, seq: int) -> None:
        await mark_read(self._messaging, self._people["maya"].user_uuid, uuid, seq)

    def _at(self, minutes: int) -> MessagingContext:
        then = self._now - timedelta(minutes=minutes)
        return replace(self._messaging, clock=lambda: then)
