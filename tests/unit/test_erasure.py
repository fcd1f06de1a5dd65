"""Nothing of an erased person is readable afterwards, wherever the erasure was interrupted."""

import asyncio

import pytest
from tests.pictures import RED
from tests.push_receiver import Browser
from tests.stage import Clock, Interrupted, Killed, Mortal, Stream, beside, process

from cruddur.domain.erasure import ERASED_NAME, ErasedMessages, Erasure, erased_handle
from cruddur.domain.errors import Conflict, NotFound, TableUnavailable, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.reset_password import reset_password
from cruddur.identity.search_people import search_people
from cruddur.identity.secret import derivations
from cruddur.identity.set_picture import set_picture
from cruddur.identity.sign_in import sign_in
from cruddur.identity.tokens import verify_token
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.set_reaction import set_reaction
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.continue_erasures import (
    continue_erasures,
    list_erased,
    list_erasures,
)
from cruddur.messaging.people.erase_person import REMEMBERED_FOR, erase_person
from cruddur.messaging.push.change_push_choices import PushChange, change_push_choices
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_push_key import find_push_key
from cruddur.messaging.push.put_push_device import put_push_device
from cruddur.ports.table import Delete, Put, Table
from cruddur.schema import erasure_keys, keys
from cruddur.schema.erased_views import without_erased
from cruddur.schema.kinds import kind_of

pytestmark = pytest.mark.every_engine

PASSWORD = "correct horse battery"
WORD = "wisteria"
"""It is in all that the erased person has written."""


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


class World:
    """Maya, who is to be erased, with Noa and Omar: in twos, in a group, and in one that she left."""

    def __init__(self, messaging: MessagingContext, identity: IdentityContext) -> None:
        self.messaging = messaging
        self.identity = identity

    async def make(self) -> "World":
        self.maya, self.noa, self.omar = [
            await self._made(name) for name in ("maya", "noa", "omar")
        ]
        opened = await open_session(self.identity, self.maya.user_uuid, "Firefox", "::/64")
        self.token = opened[1]
        await self._lets_be_told(opened[0])
        with_picture = await set_picture(self.identity, self.maya.user_uuid, RED, "image/webp")
        self.maya, self.picture = with_picture, with_picture.picture or ""
        await make_reset_token(self.identity, "maya")
        direct = await start_direct_group(self.messaging, self.maya, self.noa, f"{WORD} one")
        self.direct = direct.message_group_uuid
        await send_message(self.messaging, self.noa, self.direct, "an answer")
        edited = await send_message(self.messaging, self.maya, self.direct, f"{WORD} two")
        await edit_message(
            self.messaging, self.maya.user_uuid, self.direct, edited.seq, f"{WORD} two, edited"
        )
        self.group, self.left = [
            (
                await start_group(self.messaging, self.maya, [self.noa, self.omar], title)
            ).message_group_uuid
            for title in ("Lake", "Hill")
        ]
        for uuid in (self.group, self.left):
            await send_message(self.messaging, self.noa, uuid, "hello")
            await send_message(self.messaging, self.maya, uuid, f"{WORD} last")
        await leave_group(self.messaging, self.maya.user_uuid, self.left)
        await self.react(self.direct, 2)
        # A kind of item that a later version may have.
        kept = {"pk": keys.user_key(self.maya.user_uuid).pk, "sk": "KEPT#1", "message": WORD}
        await self.table.put(Put(kept))
        await block_person(self.messaging, self.maya, await self._made("pia"))
        stranger = await self._made("quinn")
        self.messaging.who_may_write = "request"
        await start_direct_group(self.messaging, stranger, self.maya, "a request to her")
        await start_direct_group(self.messaging, self.maya, await self._made("rosa"), WORD)
        self.messaging.who_may_write = "everybody"
        return self

    async def _lets_be_told(self, session_id: str) -> None:
        push = PushContext(self.messaging, derivations(bytes(32)))
        key = (await find_push_key(push)).public
        wanted = Browser().subscription(key, f"https://push.example.net/{WORD}")
        uuid = self.maya.user_uuid
        await put_push_device(push, uuid, session_id, wanted)
        await change_push_choices(push, uuid, PushChange(texts=False))

    async def _made(self, name: str) -> User:
        display_name = f"{name.title()} {name}son"
        return await create_account(self.identity, name, display_name, PASSWORD)

    async def react(self, group: str, seq: int, messaging: MessagingContext | None = None) -> None:
        context, uuid = messaging or self.messaging, self.maya.user_uuid
        await set_reaction(context, uuid, group, seq, "\N{PARTY POPPER}", wanted=True)

    async def reactions(self) -> list[str]:
        """The keys of messages on which Maya has reacted."""
        return [
            item["sk"]
            async for item in self.table.scan()
            if any(self.maya.user_uuid in text for text in item.get("reactions", ()))
        ]

    @property
    def table(self) -> Table:
        return self.messaging.table

    async def begin(self, messages: ErasedMessages = "blank") -> Erasure:
        return await begin_erasure(self.identity, self.maya.user_uuid, messages)

    async def finish(self, erasure: Erasure, clock: Clock) -> None:
        assert not await erase_person(self.messaging, erasure)
        clock.turn(seconds=REMEMBERED_FOR.total_seconds())
        assert await erase_person(self.messaging, erasure)

    async def remains(self, *words: str) -> list[str]:
        """Where one of the words is, in the key or in the value of an item of whatever kind."""
        return [
            f"{item['pk']} / {item['sk']}: {word} in {item}"
            async for item in self.table.scan()
            for word in words
            if word in str(item)
        ]

    async def is_gone(self, messages: ErasedMessages = "blank") -> None:
        texts = [WORD] if messages == "blank" else []
        assert await self.remains("maya", "Maya", "Firefox", self.picture, *texts) == []
        ends = (self.maya.user_uuid,)
        assert [k async for i in self.table.scan() if (k := i["pk"]).endswith(ends)] == []
        assert [i async for i in self.table.scan() if kind_of(i) == "push-owner"] == []
        assert await self.reactions() == []
        assert await differences(self.messaging) == []
        assert await list_erasures(self.messaging) == []


@pytest.fixture
async def world(messaging: MessagingContext, identity: IdentityContext) -> World:
    return await World(messaging, identity).make()


async def differences(messaging: MessagingContext) -> list[str]:
    return [f"{found.where}: {found.what}" async for found in verify_inboxes(messaging)]


@pytest.mark.parametrize("messages", ["blank", "keep"])
async def test_nothing_of_them_is_left(
    world: World, clock: Clock, stream: Stream, messages: ErasedMessages
) -> None:
    await stream.project(world.messaging)
    erasure = await world.begin(messages)
    await world.finish(erasure, clock)
    await stream.project(world.messaging)
    await world.is_gone(messages)


async def test_others_see_it_and_keep_what_is_theirs(
    world: World, clock: Clock, stream: Stream
) -> None:
    noa, uuid = world.noa.user_uuid, world.maya.user_uuid
    await stream.project(world.messaging)
    await world.finish(await world.begin(), clock)
    await stream.project(world.messaging)
    found = (await list_messages(world.messaging, noa, world.direct)).messages
    assert [(one.seq, one.message, one.deleted_at is None) for one in found] == [
        (1, "", False), (2, "an answer", True), (3, "", False),
    ]  # fmt: skip
    assert {(one.user_handle, one.user_display_name) for one in found if one.user_uuid == uuid} == {
        (erased_handle(uuid), ERASED_NAME)
    }
    rows = {row.message_group_uuid: row for row in (await list_inbox(world.messaging, noa)).rows}
    direct = rows[world.direct]
    assert (direct.user_display_name, direct.user_handle, direct.message) == (
        ERASED_NAME, erased_handle(uuid), "",
    )  # fmt: skip
    assert {rows[one].last_user_display_name for one in (world.group, world.left)} == {ERASED_NAME}
    for group_uuid in (world.group, world.left):
        group = await find_group(world.messaging, group_uuid)
        assert group is not None
        assert uuid not in group.members
    # They can still write there, and nobody gets a row for it.
    await send_message(world.messaging, world.noa, world.direct, "are you there?")
    await stream.project(world.messaging)
    assert await world.table.get(keys.inbox_row_key(uuid, world.direct)) is None
    assert await differences(world.messaging) == []


async def test_kept_messages_have_no_name(world: World, clock: Clock, stream: Stream) -> None:
    await stream.project(world.messaging)
    await world.finish(await world.begin("keep"), clock)
    found = (await list_messages(world.messaging, world.noa.user_uuid, world.direct)).messages
    assert [(one.message, one.user_display_name) for one in found] == [
        (f"{WORD} one", ERASED_NAME),
        ("an answer", world.noa.display_name),
        (f"{WORD} two, edited", ERASED_NAME),
    ]


async def test_the_account_is_gone_at_once(world: World) -> None:
    identity, maya = world.identity, world.maya
    session = await verify_token(identity, world.token)
    link = await make_reset_token(identity, "maya")
    await world.begin()
    assert session.user_uuid == maya.user_uuid
    with pytest.raises(Unauthenticated):
        await sign_in(identity, "maya", PASSWORD)
    with pytest.raises(NotFound):
        await reset_password(identity, link.token, "another long password")
    with pytest.raises(NotFound):
        await find_user_by_handle(identity, "maya")
    assert await search_people(identity, "maya") == []
    with pytest.raises(Unauthenticated):
        await begin_erasure(identity, maya.user_uuid, "blank")


@pytest.mark.parametrize("handle", ["maya", "MAYA"])
async def test_nobody_can_take_the_handle(world: World, clock: Clock, handle: str) -> None:
    await world.finish(await world.begin(), clock)
    with pytest.raises(Conflict, match="has this handle"):
        await create_account(world.identity, handle, "Somebody", PASSWORD)
    await create_account(world.identity, "maya2", "Somebody", PASSWORD)


async def test_what_they_still_write_is_found_by_the_last_look(
    world: World, clock: Clock, stream: Stream, table: Table
) -> None:
    # Another process has heard of nothing: it knows the person and their conversations.
    elsewhere = beside(world.messaging)
    await send_message(elsewhere, world.maya, world.direct, f"{WORD} before")
    await send_message(elsewhere, world.maya, world.group, f"{WORD} before")
    erasure = await world.begin()
    assert not await erase_person(world.messaging, erasure)
    await send_message(elsewhere, world.maya, world.direct, f"{WORD} after")
    await start_direct_group(elsewhere, world.maya, world.omar, f"{WORD} to somebody new")
    await start_direct_group(elsewhere, world.omar, world.maya, "hello maya")
    await open_session(world.identity, world.maya.user_uuid, "Firefox", "::/64")
    await world.react(world.direct, 2, elsewhere)
    await stream.project(elsewhere)
    clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    assert await erase_person(world.messaging, erasure)
    await stream.project(world.messaging)
    assert await world.remains(WORD, "Maya", "Firefox") == []
    assert await world.reactions() == []
    assert await differences(world.messaging) == []


async def test_the_feed_shows_nothing_of_them_afterwards(
    world: World, clock: Clock, stream: Stream
) -> None:
    before = [item async for item in world.table.scan()]
    await world.finish(await world.begin(), clock)
    erased = await list_erased(world.messaging)
    changes = await stream.all()
    before += [item for change in changes for item in (change.new, change.old) if item]
    assert any(WORD in str(item) for item in before)
    for item in before:
        shown = without_erased(item, erased) or {}
        values = str({name: value for name, value in shown.items() if name not in {"pk", "sk"}})
        assert not [word for word in ("maya", "Maya", "Firefox", WORD) if word in values], item


@pytest.mark.parametrize("after", [False, True])
async def test_killed_after_any_write_and_run_again_it_ends_the_same(
    world: World, clock: Clock, stream: Stream, after: bool
) -> None:
    await stream.project(world.messaging)
    erasure, writes = await world.begin(), 0
    while True:
        mortal = Mortal(world.table, writes, after=after)
        try:
            is_complete = await erase_person(beside(world.messaging, mortal), erasure)
        except Killed:
            writes += 1  # each time some more is done
            continue
        if is_complete:
            break
        clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    assert writes > 4  # so often it was killed
    await stream.project(world.messaging)
    await world.is_gone()


async def test_two_processes_at_once_end_the_same(
    world: World, clock: Clock, stream: Stream
) -> None:
    erasure = await world.begin()
    processes = [beside(world.messaging) for _ in range(2)]
    await asyncio.gather(*(erase_person(one, erasure) for one in processes))
    clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    outcomes = await asyncio.gather(
        *(erase_person(one, erasure) for one in processes), return_exceptions=True
    )
    assert True in outcomes
    await stream.project(world.messaging)
    await world.is_gone()


async def test_an_erasure_that_was_begun_is_carried_out_by_whoever_finds_it(
    world: World, clock: Clock, stream: Stream
) -> None:
    await world.begin()
    # The first process dies at once, and nobody else takes over what it may still be doing.
    seconds = await continue_erasures(world.messaging)
    assert seconds is not None
    assert await continue_erasures(beside(world.messaging)) == seconds
    clock.turn(seconds=seconds)
    assert await continue_erasures(beside(world.messaging)) is None
    await stream.project(world.messaging)
    await world.is_gone()


async def test_a_conversation_that_fails_stops_no_other_and_is_tried_again(
    world: World, clock: Clock, stream: Stream
) -> None:
    erasure = await world.begin()

    async def fail() -> None:
        raise TableUnavailable("throttled")

    throttled = beside(world.messaging, Interrupted(world.table, "update", fail))
    seconds = await continue_erasures(throttled)
    assert seconds is not None
    assert seconds < 60
    clock.turn(seconds=REMEMBERED_FOR.total_seconds())
    assert await continue_erasures(world.messaging) is None
    await stream.project(world.messaging)
    await world.is_gone()
    assert erasure.handle == "maya"


async def test_verify_finds_what_was_not_known_and_rebuild_lets_it_go(
    world: World, clock: Clock, stream: Stream
) -> None:
    # A version that remembered nothing of those who left.
    await world.table.delete(Delete(erasure_keys.left_key(world.maya.user_uuid, world.left)))
    await world.finish(await world.begin(), clock)
    await stream.project(world.messaging)
    found = [one for one in await differences(world.messaging) if "was erased" in one]
    assert [one.partition(":")[0] for one in found] == [world.left]
    mended = [one.is_mended async for one in rebuild_inboxes(world.messaging) if one.erasure]
    assert mended == [True]
    assert await continue_erasures(world.messaging) is None
    await stream.project(world.messaging)
    await world.is_gone()


async def test_verify_finds_an_erasure_with_which_nobody_goes_on(
    world: World, clock: Clock
) -> None:
    await world.begin()
    await continue_erasures(world.messaging)
    assert [one for one in await differences(world.messaging) if "not complete" in one] == []
    clock.turn(hours=1)
    found = [one for one in await differences(world.messaging) if "not complete" in one]
    assert len(found) == 1
