"""What strangers may try, in pairs whose times must not tell the one from the other."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.authenticator import PARTY, Device

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.domain.errors import ApiError
from cruddur.domain.model import User
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.ask_for_reset import ask_for_reset
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user
from cruddur.identity.link_tokens import new_token
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.passkey_challenge import new_challenge
from cruddur.identity.require_second_factor import require_second_factor
from cruddur.identity.reset_password import reset_password
from cruddur.identity.search_people import search_people
from cruddur.identity.sign_in import sign_in
from cruddur.identity.sign_in_by_passkey import begin_second_factor, sign_in_by_passkey
from cruddur.identity.sign_up_by_invite import sign_up_by_invite
from cruddur.identity.tokens import verify_token
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.find_block import find_block
from cruddur.messaging.people.find_shared_groups import find_shared_groups

PASSWORD = "correct horse battery"
WRONG = "a password that nobody has"

Try = Callable[[], Awaitable[object]]


class Case(NamedTuple):
    """Two things to try, each with a word for what it is about."""

    name: str
    tries: tuple[tuple[str, Try], tuple[str, Try]]


class Scene:
    """People of whom something must not be told: andrew has a password, maya a second factor as well,
    and noa has blocked ivy, who tries.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.identity, self.messaging = application.identity, application.messaging
        self.people: dict[str, User] = {}
        self.groups: dict[str, str] = {}

    async def set(self) -> None:
        """Makes the people, and what they have."""
        for name in ("andrew", "maya", "noa", "lea", "ivy"):
            self.people[name] = await create_account(self.identity, name, name.title(), PASSWORD)
        await self._give_passkey(self.people["maya"])
        await make_reset_token(self.identity, "andrew")
        ivy = self.people["ivy"]
        for name in ("noa", "lea"):
            begun = await start_direct_group(self.messaging, ivy, self.people[name], "Hello")
            self.groups[name] = begun.message_group_uuid
        await block_person(self.messaging, self.people["noa"], ivy)

    async def _give_passkey(self, user: User) -> None:
        begun, _ = await begin_passkey(self.identity, user)
        made = Device().make(begun.challenge, uuid.UUID(user.user_uuid).bytes)
        await add_passkey(self.identity, user, begun, made, PARTY, name="Phone", transports=[])
        session = await verify_token(
            self.identity, (await open_session(self.identity, user.user_uuid))[1]
        )
        await require_second_factor(self.identity, user, session)

    async def passkey(self, user_uuid: str) -> None:
        """Answers a challenge with a key that nobody has, as this person."""
        device, begun = Device(), new_challenge(self.identity, "sign_in")
        device.user_handle = uuid.UUID(user_uuid).bytes
        await sign_in_by_passkey(self.identity, begun, device.sign(begun.challenge), PARTY)

    async def person(self, name: str) -> None:
        """What `GET /api/people/{uuid}` asks."""
        me, other = self.people["ivy"].user_uuid, self.people[name].user_uuid
        await find_user(self.identity, other)
        await find_shared_groups(self.messaging, me, other)
        await find_block(self.messaging, me, other)

    def cases(self) -> list[Case]:
        """All pairs, by name."""
        identity, nobody = self.identity, str(uuid.uuid4())
        andrew, maya = (self.people[name].user_uuid for name in ("andrew", "maya"))

        async def send(name: str) -> None:
            await send_message(self.messaging, self.people["ivy"], self.groups[name], "Again")

        return [
            _pair(
                "password", "somebody", "nobody", lambda who: sign_in(identity, _NAMES[who], WRONG)
            ),
            _pair(
                "challenge-after-password",
                "second factor",
                "nobody",
                lambda who: begin_second_factor(identity, _NAMES[who], WRONG, address=""),
            ),
            _pair(
                "passkey",
                "with passkeys",
                "nobody",
                lambda who: self.passkey(maya if "with" in who else nobody),
            ),
            _pair(
                "no-passkey",
                "without",
                "nobody",
                lambda who: self.passkey(andrew if "with" in who else nobody),
            ),
            _pair(
                "forgotten", "somebody", "nobody", lambda who: ask_for_reset(identity, _NAMES[who])
            ),
            _pair(
                "reset-link",
                "with a link",
                "nobody",
                lambda who: reset_password(
                    identity, new_token(andrew if "with" in who else nobody).text, WRONG
                ),
            ),
            _pair(
                "sign-up",
                "taken",
                "free",
                lambda who: sign_up_by_invite(
                    identity, new_token(nobody).text, _NAMES[who], "Sam", PASSWORD
                ),
            ),
            _pair("person", "has blocked me", "has not", lambda who: self.person(_NAMES[who])),
            _pair(
                "search",
                "has blocked me",
                "has not",
                lambda who: search_people(identity, _NAMES[who]),
            ),
            _pair("send", "has blocked me", "has not", lambda who: send(_NAMES[who])),
        ]


_NAMES = {
    "somebody": "andrew",
    "second factor": "maya",
    "nobody": "nobody-here",
    "taken": "andrew",
    "free": "nobody-here",
    "has blocked me": "noa",
    "has not": "lea",
}


def _pair(name: str, one: str, other: str, work: Callable[[str], Awaitable[object]]) -> Case:
    return Case(name, ((one, lambda: _tried(work(one))), (other, lambda: _tried(work(other)))))


async def _tried(work: Awaitable[object]) -> None:
    with suppress(ApiError):  # a refusal is what is measured
        await work


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """Opens a service over a file in the folder, without a web server."""
    async with open_application(Settings(data=folder)) as application:
        made = Scene(application)
        await made.set()
        yield made
