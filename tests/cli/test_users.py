"""`cruddur users`, as a person runs it, in a pipe and at a terminal."""

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import engines
from tests.authenticator import PARTY, Device
from tests.pictures import RED
from tests.stage import person

from cruddur.bootstrap import open_application
from cruddur.cli.main import main
from cruddur.config import Settings
from cruddur.domain.errors import Unauthenticated
from cruddur.domain.model import User
from cruddur.domain.person_picture import WEBP, checked_picture, picture_name
from cruddur.identity.add_passkey import add_passkey, begin_passkey
from cruddur.identity.context import LOCAL_ISSUER
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.passwords import hash_password
from cruddur.identity.require_second_factor import require_second_factor
from cruddur.identity.reset_password import reset_password
from cruddur.identity.set_picture import set_picture
from cruddur.identity.sign_in import sign_in
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Put
from cruddur.schema import items

OLD, NEW = "correct horse", "battery staple"
ANDREW = person("andrew", "Andrew B.")
ADOPTED = User(
    user_uuid="0f0e1d2c-0000-4000-8000-000000000001",
    handle="Bayko",
    display_name="Bayko B.",
    created_at="2023-04-13T12:00:00.000Z",
)


class Users:
    """`cruddur users WORDS…` over a table with @andrew, who has a password, and @Bayko, who has none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._old_hash = _old_hash()
        self.environment = {
            "CRUDDUR_TABLE": settings.table,
            "CRUDDUR_DATA": str(settings.data),
            "CRUDDUR_TABLE_NAME": settings.table_name,
            "CRUDDUR_ENDPOINT_URL": settings.endpoint_url or "",
        }
        asyncio.run(self._fill())

    def __call__(self, *words: str, answers: str = "") -> Result:
        return CliRunner().invoke(main, ["users", *words], input=answers, env=self.environment)

    def signs_in(self, handle: str, password: str) -> bool:
        """Without the commands, over the same table."""

        async def try_it() -> bool:
            async with open_application(self.settings) as application:
                try:
                    return bool(await sign_in(application.identity, handle, password))
                except Unauthenticated:
                    return False

        return asyncio.run(try_it())

    def adds_passkey(self, handle: str) -> None:
        """And has it asked for besides the password."""

        async def add() -> None:
            async with open_application(self.settings) as application:
                identity = application.identity
                user = await find_user_by_handle(identity, handle)
                begun, _ = await begin_passkey(identity, user)
                made = Device().make(begun.challenge)
                await add_passkey(identity, user, begun, made, PARTY, name="Phone", transports=[])
                signed_in = await sign_in(identity, handle, OLD)
                session = await verify_token(identity, signed_in.token)
                await require_second_factor(identity, user, session)

        asyncio.run(add())

    def sets_by_link(self, token: str, password: str) -> None:
        async def set_it() -> None:
            async with open_application(self.settings) as application:
                await reset_password(application.identity, token, password)

        asyncio.run(set_it())

    def take_picture(self, data: bytes) -> None:
        """As Andrew does by the page."""

        async def take() -> None:
            async with open_application(self.settings) as application:
                user = await find_user_by_handle(application.identity, "andrew")
                await set_picture(application.identity, user.user_uuid, data, WEBP)

        asyncio.run(take())

    def token(self, handle: str, password: str) -> str:
        """The token of a new session."""

        async def sign() -> str:
            async with open_application(self.settings) as application:
                return (await sign_in(application.identity, handle, password)).token

        return asyncio.run(sign())

    def is_open(self, token: str) -> bool:
        async def look() -> bool:
            async with open_application(self.settings) as application:
                try:
                    return bool(await verify_token(application.identity, token))
                except Unauthenticated:
                    return False

        return asyncio.run(look())

    async def _fill(self) -> None:
        login = items.login_item(LOCAL_ISSUER, ANDREW.handle, ANDREW.user_uuid, self._old_hash)
        adopted = (items.user_item(ADOPTED), items.handle_item(ADOPTED))
        async with open_application(self.settings) as application:
            for item in (*items.person_items(ANDREW), login, *adopted):
                await application.messaging.table.put(Put(item))


@cache
def _old_hash() -> str:
    """Made once for all tests: it takes more CPU than most of them."""
    return asyncio.run(hash_password(OLD))


@pytest.fixture(params=["sqlite", "dynamodb"])
def users(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Users]:
    if request.param == "sqlite":
        yield Users(Settings(data=tmp_path))
        return
    url = engines.shared("dynoxide").url
    with asyncio.Runner() as runner:
        fresh = engines.fresh_table(url)
        name = runner.run(fresh.__aenter__()).name
        yield Users(Settings(table="dynamodb", table_name=name, endpoint_url=url, data=tmp_path))
        runner.run(fresh.__aexit__(None, None, None))


def test_who_is_added_signs_in(users: Users) -> None:
    assert users("add", "ines", "--name", "Inês", answers=f"{NEW}\n").exit_code == 0
    assert users.signs_in("ines", NEW)


def test_a_new_password_takes_the_place_of_the_old(users: Users) -> None:
    assert users.signs_in("andrew", OLD)
    result = users("set-password", "@Andrew", answers=f"{NEW}\n")
    assert result.exit_code == 0
    assert result.stdout == "@andrew (Andrew B.) can sign in with this password now\n"
    assert [users.signs_in("andrew", password) for password in (OLD, NEW)] == [False, True]


def test_who_never_had_a_password_can_sign_in_once_they_get_one(users: Users) -> None:
    assert not users.signs_in("bayko", NEW)
    assert users("set-password", "bayko", answers=NEW).exit_code == 0  # no line break at its end
    assert users.signs_in("bayko", NEW)


def test_somebody_is_signed_out_on_all_devices(users: Users) -> None:
    tokens = [users.token("andrew", OLD) for _ in range(2)]
    assert [users.is_open(token) for token in tokens] == [True, True]
    result = users("sign-out", "@Andrew")
    assert result.stdout == "@andrew (Andrew B.) is signed out on all devices\n"
    assert [users.is_open(token) for token in tokens] == [False, False]
    assert users.signs_in("andrew", OLD)
    assert users("sign-out", "nobody").stderr == "cruddur: There is nobody with this handle.\n"


def test_an_account_is_disabled_and_enabled(users: Users) -> None:
    token = users.token("andrew", OLD)
    assert users("disable", "andrew").stdout == "@andrew (Andrew B.) is disabled\n"
    assert not users.is_open(token)
    assert not users.signs_in("andrew", OLD)
    assert users("list").stdout.splitlines()[0].split()[2] == "disabled"
    assert users("enable", "andrew").stdout == "@andrew (Andrew B.) can sign in again\n"
    assert users.signs_in("andrew", OLD)
    assert users("disable", "nobody").stderr == "cruddur: There is nobody with this handle.\n"


def test_a_link_sets_another_password_once(users: Users) -> None:
    users.environment["CRUDDUR_PUBLIC_URL"] = "https://chat.example.com"
    result = users("reset-link", "@Andrew")
    start, token = result.stdout.rstrip("\n").split("#")
    assert start == "https://chat.example.com/reset"
    assert result.stderr == "for @andrew (Andrew B.), once, within an hour\n"
    users.sets_by_link(token, NEW)
    assert [users.signs_in("andrew", password) for password in (OLD, NEW)] == [False, True]
    del users.environment["CRUDDUR_PUBLIC_URL"]
    assert users("reset-link", "bayko").stdout.startswith("http://127.0.0.1:8080/reset#")
    assert users("reset-link", "nobody").stderr == "cruddur: There is nobody with this handle.\n"


def test_somebody_gets_another_name(users: Users) -> None:
    assert users("rename", "@Andrew", " Ines  Mare ").stdout == "@andrew is Ines Mare now\n"
    assert users("list").stdout.splitlines()[0].endswith("  Ines Mare")
    assert users("rename", "bayko", "Bayko C.").stdout == "@Bayko is Bayko C. now\n"
    assert users("rename", "andrew", "").stderr == "cruddur: A display name needs some text.\n"
    assert users("rename", "nobody", "X").stderr == "cruddur: There is nobody with this handle.\n"


def test_the_list_says_who_has_a_password(users: Users) -> None:
    result = users("list")
    andrew, bayko = result.stdout.splitlines()
    assert (andrew.split()[0], andrew.split()[2:]) == ("@andrew", ["password", "Andrew", "B."])
    assert bayko == f"@Bayko   {ADOPTED.user_uuid}  no password  Bayko B."
    assert users("set-password", "bayko", answers=NEW).exit_code == 0
    assert "no password" not in users("list").stdout


@pytest.mark.parametrize(
    ("handle", "answers", "why"),
    [
        ("andrew", "", "A password has at least 12 characters."),
        ("andrew", "short\n", "A password has at least 12 characters."),
        ("nobody", f"{NEW}\n", "There is nobody with this handle."),
    ],
)
def test_what_cannot_be_is_one_line_and_changes_nothing(
    tmp_path: Path, handle: str, answers: str, why: str
) -> None:
    users = Users(Settings(data=tmp_path))
    result = users("set-password", handle, answers=answers)
    assert (result.exit_code, result.stderr) == (1, f"cruddur: {why}\n")
    assert users.signs_in("andrew", OLD)


def test_a_password_is_no_argument(tmp_path: Path) -> None:
    users = Users(Settings(data=tmp_path))
    assert users("set-password", "andrew", "--password", NEW).exit_code == 2
    assert users("set-password", "andrew", NEW).exit_code == 2


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    users = Users(Settings(data=tmp_path))
    here, there = pty.openpty()
    command = subprocess.Popen(
        [Path(sys.executable).with_name("cruddur"), "users", "set-password", "andrew"],
        env={**os.environ, **users.environment},
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
    )
    os.close(there)
    shown = b""
    for question in (b"Password: ", b"Repeat for confirmation: "):
        while not shown.endswith(question):
            shown += os.read(here, 1024)
        os.write(here, f"{NEW}\n".encode())
    assert command.wait(timeout=60) == 0
    shown += os.read(here, 1024)
    os.close(here)
    assert b"@andrew (Andrew B.) can sign in" in shown
    assert NEW.encode() not in shown
    assert users.signs_in("andrew", NEW)


def test_a_picture_is_stored_as_a_file_and_removed(users: Users, tmp_path: Path) -> None:
    assert users("picture", "andrew").stdout == "@andrew (Andrew B.) has no picture\n"
    users.take_picture(RED)
    file, plain = tmp_path / "andrew.webp", checked_picture(RED, WEBP)
    name = picture_name(plain)
    size = f"{name}, {len(plain)} bytes, image/webp"
    assert users("picture", "@Andrew", "--to", str(file)).stdout == (
        f"@andrew (Andrew B.) has the picture {size}\n"
    )
    assert file.read_bytes() == plain
    assert users("picture", "andrew", "--remove").stdout == (
        f"@andrew (Andrew B.) had the picture {size}\n"
    )
    assert users("picture", "andrew", "--remove").stdout == "@andrew (Andrew B.) has no picture\n"


def test_lost_devices_are_taken_away_by_an_operator(users: Users) -> None:
    listed = users("factors", "list", "andrew")
    assert (listed.exit_code, "the password alone signs in" in listed.output) == (0, True)
    users.adds_passkey("andrew")
    listed = users("factors", "list", "@Andrew")
    assert "not used yet  Phone" in listed.output
    assert "a passkey is needed besides the password since" in listed.output
    assert not users.signs_in("andrew", OLD)
    removed = users("factors", "remove", "andrew")
    assert removed.output == (
        "@andrew (Andrew B.) signs in by the password alone now; passkeys removed: 1\n"
    )
    assert users.signs_in("andrew", OLD)
    assert users("factors", "remove", "nobody").exit_code == 1
