"""A demo is made whole, once, and beside nobody's real account."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.stage import CHEAP_PASSWORDS, Clock, Stream

from cruddur.cli.main import main
from cruddur.config import load_settings, refuse_public_demo
from cruddur.domain.errors import Forbidden, TableUnavailable, Unauthenticated
from cruddur.domain.item import Item
from cruddur.domain.model import InboxRow
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity.context import IdentityContext, Memory
from cruddur.identity.create_account import create_account
from cruddur.identity.demo_accounts import DEMO_PASSWORD
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.sign_in import sign_in
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.compare_inboxes import all_messages
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.tools.samples.demo import make_demo

SECRET = b"s" * 32
HANDLES = ("maya", "tomas", "ines")


class Dying:
    """A real table that takes so many writes and no more."""

    def __init__(self, table: SqliteTable, writes: int) -> None:
        self._table = table
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        if name in {"put", "update", "delete", "transact"}:
            self._left -= 1
            if self._left < 0:
                raise TableUnavailable("the power is off")
        return getattr(self._table, name)


@pytest.fixture
def identity(table: SqliteTable) -> IdentityContext:
    return IdentityContext(table, SECRET, password_cost=CHEAP_PASSWORDS)


async def inbox(
    messaging: MessagingContext, identity: IdentityContext, handle: str
) -> list[InboxRow]:
    user = await find_user_by_handle(identity, handle)
    return list((await list_inbox(messaging, user.user_uuid)).rows)


async def shown(messaging: MessagingContext, identity: IdentityContext) -> dict[str, Any]:
    """What each of the people sees: titles, the messages' texts, how many are unread."""
    return {
        handle: [
            (
                row.title or row.user_display_name,
                [m.message async for m in all_messages(messaging, row.message_group_uuid)],
                row.unread,
            )
            for row in await inbox(messaging, identity, handle)
        ]
        for handle in HANDLES
    }


async def everything(messaging: MessagingContext) -> list[Item]:
    return [item async for item in messaging.table.scan()]


async def test_a_demo_has_something_to_read(
    messaging: MessagingContext, identity: IdentityContext, stream: Stream
) -> None:
    assert DEMO_PASSWORD in await make_demo(messaging, identity)
    await stream.project(messaging)
    rows = await inbox(messaging, identity, "maya")
    assert [(row.title or row.user_handle, row.unread) for row in rows] == [
        ("tomas", 2),
        ("Lake weekend", 1),
        ("ines", 0),
    ]
    reacted = [
        item for item in await everything(messaging) if item.get("reactions") and "seq" in item
    ]
    assert {item["kind"] for item in reacted} == {"reacted"}
    assert [d async for d in verify_inboxes(messaging)] == []


@pytest.mark.parametrize("writes", [1, 3, 4, 30, 44, 47, 51, 52, 55])
async def test_what_was_interrupted_is_completed(
    writes: int,
    messaging: MessagingContext,
    identity: IdentityContext,
    table: SqliteTable,
    stream: Stream,
) -> None:
    dying: Any = Dying(table, writes)
    with pytest.raises(TableUnavailable):
        await make_demo(
            MessagingContext(dying, messaging.bus), replace(identity, table=dying, memory=Memory())
        )
    await make_demo(messaging, identity)
    await stream.project(messaging)
    completed = await shown(messaging, identity)
    assert [len(texts) for _, texts, _ in completed["maya"]] == [41, 6, 5]
    assert [unread for _, _, unread in completed["maya"]] == [2, 1, 0]
    assert [unread for _, _, unread in completed["tomas"]] == [0, 0]
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_second_time_changes_nothing(
    messaging: MessagingContext, identity: IdentityContext, stream: Stream, clock: Clock
) -> None:
    await make_demo(messaging, identity)
    for row in await inbox(messaging, identity, "maya"):
        tomas = await find_user_by_handle(identity, "tomas")
        if row.title:
            await leave_group(messaging, row.owner_uuid, row.message_group_uuid)
            await send_message(messaging, tomas, row.message_group_uuid, "Where is Maya?")
    await stream.project(messaging)
    before = await everything(messaging)
    await make_demo(
        MessagingContext(messaging.table, messaging.bus), replace(identity, memory=Memory())
    )
    assert await everything(messaging) == before


async def test_a_real_person_of_that_name_is_left_alone(
    messaging: MessagingContext, identity: IdentityContext
) -> None:
    await create_account(identity, "Ines", "Inês herself", "correct horse")
    before = await everything(messaging)
    said = await make_demo(messaging, identity)
    assert said == "No demo: @ines is somebody's account here, and a demo needs its own table."
    assert await everything(messaging) == before


async def test_a_conversation_that_is_not_the_demos_is_left_alone(
    messaging: MessagingContext, identity: IdentityContext
) -> None:
    maya, tomas = [await create_account(identity, h, h, DEMO_PASSWORD) for h in ("maya", "tomas")]
    await start_direct_group(messaging, maya, tomas, "As an earlier version began it")
    await make_demo(messaging, identity)
    assert [row.last_seq for row in await inbox(messaging, identity, "maya")] == [1]


async def test_its_people_sign_in_only_where_there_is_a_demo(
    messaging: MessagingContext, identity: IdentityContext
) -> None:
    await make_demo(messaging, identity)
    for handle in (*HANDLES, "@Maya"):
        with pytest.raises(Forbidden) as refused:
            await sign_in(identity, handle, DEMO_PASSWORD)
        assert refused.value.code == "demo_off"
        assert (await sign_in(replace(identity, has_demo=True), handle, DEMO_PASSWORD)).token


async def test_the_accounts_are_known_by_their_password_and_not_by_a_mark(
    identity: IdentityContext,
) -> None:
    # As a table of an older version has them; and one that its owner has taken over.
    await create_account(identity, "ines", "Inês Duarte", DEMO_PASSWORD)
    await create_account(identity, "maya", "Maya", "a word of her own")
    await create_account(identity, "zoe", "Zoe", DEMO_PASSWORD)
    with pytest.raises(Forbidden):
        await sign_in(identity, "ines", DEMO_PASSWORD)
    with pytest.raises(Unauthenticated):
        await sign_in(identity, "maya", DEMO_PASSWORD)
    assert (await sign_in(identity, "maya", "a word of her own")).token
    assert (await sign_in(identity, "zoe", DEMO_PASSWORD)).token


@pytest.mark.parametrize(
    ("flags", "is_refused"),
    [
        (("--host", "127.0.0.1"), False),
        (("--host", "::1"), False),
        (("--host", "localhost"), False),
        (("--host", "0.0.0.0"), True),
        (("--host", "::"), True),
        (("--host", "192.0.2.1"), True),
        (("--host", "chat.example.org"), True),
        (("--host", "127.0.0.1", "--trusted-proxy", "1"), True),
    ],
    ids=str,
)
def test_a_demo_is_refused_where_others_can_reach_it(
    flags: tuple[str, ...], is_refused: bool, tmp_path: Path
) -> None:
    given = dict(zip((flag[2:].replace("-", "_") for flag in flags[::2]), flags[1::2], strict=True))
    if not is_refused:
        refuse_public_demo(load_settings(given, {}))
        return
    run = CliRunner().invoke(main, ["up", "--demo", "--data", str(tmp_path / "data"), *flags])
    assert run.exit_code == 1
    assert "CRUDDUR_HOST on loopback" in run.output
    assert not (tmp_path / "data").exists()
