"""`cruddur users erase`, beside no service: it ends the account, and what it knows of conversations."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cruddur.bootstrap import open_application
from cruddur.cli.main import main
from cruddur.config import Settings
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Delete
from cruddur.schema import erasure_keys

PASSWORD = "correct horse battery"


class Erase:
    """Commands over a file in which @maya wrote to @noa, and in a group that she left long ago."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder)
        for handle in ("maya", "noa"):
            assert self("add", handle, answers=f"{PASSWORD}\n").exit_code == 0
        asyncio.run(self._talk())

    def __call__(self, *words: str, answers: str = "", command: str = "users") -> Result:
        arguments = [command, *words, "--data", str(self.settings.data)]
        return CliRunner().invoke(main, arguments, input=answers)

    async def _talk(self) -> None:
        async with open_application(self.settings) as application:
            messaging = application.messaging
            maya, noa = [
                await find_user_by_handle(application.identity, handle)
                for handle in ("maya", "noa")
            ]
            await start_direct_group(messaging, maya, noa, "wisteria")
            group = (await start_group(messaging, noa, [maya], "Lake")).message_group_uuid
            await send_message(messaging, maya, group, "wisteria")
            await leave_group(messaging, maya.user_uuid, group)
            # A version that did not remember that.
            await messaging.table.delete(Delete(erasure_keys.left_key(maya.user_uuid, group)))
            self.maya = maya

    async def remains(self, word: str) -> list[str]:
        async with open_application(self.settings) as application:
            return [
                str(item) async for item in application.messaging.table.scan() if word in str(item)
            ]


@pytest.fixture
def erase(tmp_path: Path) -> Erase:
    return Erase(tmp_path)


def test_it_asks_first(erase: Erase) -> None:
    declined = erase("erase", "@maya", answers="n\n")
    assert declined.exit_code == 1
    assert "Nothing brings the account back" in declined.output
    assert "@maya" in erase("list").output


def test_it_erases_also_what_older_versions_did_not_remember(erase: Erase) -> None:
    done = erase("erase", "maya", "--yes", "--no-wait")
    assert done.exit_code == 0, done.output
    assert erase.maya.user_uuid in done.output
    assert asyncio.run(erase.remains("wisteria")) == []
    assert "maya" not in erase("list").output
    assert "Deleted account" in erase("noa", command="export").output
    erase(command="rebuild")  # no projector runs here, for what the leaving wrote
    verified = erase(command="verify")
    assert (verified.exit_code, "0 differences" in verified.output) == (0, True), verified.output
    again = erase("erase", "maya", "--yes", "--no-wait")
    assert (again.exit_code, "nobody with this handle" in again.output) == (1, True)
    taken = erase("add", "maya", answers=f"{PASSWORD}\n")
    assert (taken.exit_code, "has this handle" in taken.output) == (1, True)


def test_without_a_handle_it_goes_on_with_what_was_begun(erase: Erase) -> None:
    assert "is begun" in erase("erase", "maya", "--yes", "--no-wait").output
    assert erase.maya.user_uuid in erase("erase", "--no-wait").output


def test_messages_can_be_kept_without_their_author(erase: Erase) -> None:
    kept = erase("erase", "maya", "--yes", "--no-wait", "--erased-messages", "keep")
    assert kept.exit_code == 0, kept.output
    found = asyncio.run(erase.remains("wisteria"))
    assert len(found) == 3  # two messages, and a preview
    assert not [item for item in found if "maya" in item.lower()]
