"""The rights in a group, on each engine: the owner, the admins, everybody, and nobody else."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from tests.stage import Stream, beside, person, rename_group
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Conflict, Forbidden, NotFound
from cruddur.domain.group_rules import heir_of, owner_of, role_of
from cruddur.domain.member import Member
from cruddur.domain.model import MessageGroup, User
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.change_role import change_role
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Put
from cruddur.schema import items

pytestmark = pytest.mark.every_engine

OWNER, ADMIN, MEMBER, OTHER = (person(name) for name in ("olga", "ada", "mina", "otto"))
NOBODY = person("nobody")

Act = Callable[[MessagingContext, str, str], Awaitable[object]]


async def made(messaging: MessagingContext) -> str:
    """A group with an owner, an admin and two members."""
    row = await start_group(messaging, OWNER, [ADMIN, MEMBER, OTHER], "Choir")
    uuid = row.message_group_uuid
    await change_role(messaging, OWNER.user_uuid, uuid, ADMIN.user_uuid, "admin")
    return uuid


async def group_of(messaging: MessagingContext, uuid: str) -> MessageGroup:
    group = await find_group(messaging, uuid)
    assert group is not None
    return group


async def roles(messaging: MessagingContext, uuid: str) -> dict[str, str]:
    group = await group_of(messaging, uuid)
    return {member.handle: role_of(group, user) for user, member in group.members.items()}


def removing(user: User) -> Act:
    return lambda messaging, uuid, me: remove_member(messaging, me, uuid, user.user_uuid)


def giving(role: str, user: User) -> Act:
    return lambda messaging, uuid, me: change_role(messaging, me, uuid, user.user_uuid, role)  # type: ignore[arg-type]


def editing(**wanted: str) -> Act:
    return lambda messaging, uuid, me: edit_group(messaging, me, uuid, GroupEdit(**wanted))  # type: ignore[arg-type]


RULES: list[tuple[Act, str]] = [
    (removing(OTHER), "olga ada"),
    (removing(ADMIN), "olga"),
    (removing(OWNER), ""),
    (giving("admin", OTHER), "olga"),
    (giving("member", ADMIN), "olga"),
    (giving("owner", OTHER), "olga"),
    (giving("member", OWNER), ""),
    (editing(who_may_write="admins"), "olga ada"),
    (editing(title="Band"), "olga ada mina"),
]


@pytest.mark.parametrize(("act", "allowed"), RULES)
async def test_each_role_may_do_what_it_may(
    messaging: MessagingContext, act: Act, allowed: str
) -> None:
    for user in (OWNER, ADMIN, MEMBER):
        uuid = await made(messaging)
        before = await group_of(messaging, uuid)
        if user.handle in allowed.split():
            await act(messaging, uuid, user.user_uuid)
            continue
        with pytest.raises((Forbidden, Conflict)):
            await act(messaging, uuid, user.user_uuid)
        assert await group_of(messaging, uuid) == before
    with pytest.raises(NotFound) as refused:
        await act(messaging, uuid, NOBODY.user_uuid)
    assert refused.value.code == "message_group_not_found"


async def test_a_group_that_is_handed_over_keeps_its_former_owner_as_an_admin(
    messaging: MessagingContext,
) -> None:
    uuid = await made(messaging)
    await change_role(messaging, OWNER.user_uuid, uuid, MEMBER.user_uuid, "owner")
    assert await roles(messaging, uuid) == {
        "olga": "admin", "ada": "admin", "mina": "owner", "otto": "member",
    }  # fmt: skip
    with pytest.raises(Forbidden):
        await change_role(messaging, OWNER.user_uuid, uuid, OWNER.user_uuid, "owner")


async def test_two_owners_at_once_make_one(messaging: MessagingContext) -> None:
    uuid = await made(messaging)
    hand_over = [
        change_role(one, OWNER.user_uuid, uuid, user.user_uuid, "owner")
        for one, user in ((messaging, MEMBER), (beside(messaging), OTHER))
    ]
    outcomes = await asyncio.gather(*hand_over, return_exceptions=True)
    assert sum(isinstance(one, Forbidden) for one in outcomes) == 1
    assert sorted((await roles(messaging, uuid)).values()) == ["admin", "admin", "member", "owner"]


async def test_an_owner_who_leaves_is_succeeded_by_the_oldest_admin_then_the_oldest_member(
    messaging: MessagingContext,
) -> None:
    uuid = await made(messaging)
    await add_members(messaging, OWNER.user_uuid, uuid, [NOBODY])
    await leave_group(messaging, OWNER.user_uuid, uuid)
    assert (await roles(messaging, uuid))["ada"] == "owner"
    await leave_group(messaging, ADMIN.user_uuid, uuid)
    eldest = min((MEMBER, OTHER), key=lambda user: user.user_uuid)
    assert (await roles(messaging, uuid))[eldest.handle] == "owner"
    assert (await roles(messaging, uuid))["nobody"] == "member"


def test_the_heir_is_the_same_in_whatever_order_an_engine_gives_the_members() -> None:
    members = {
        user.user_uuid: Member(handle=user.handle, display_name="x", joined_seq=seq)
        for user, seq in ((OWNER, 9), (ADMIN, 4), (MEMBER, 4), (OTHER, 7))
    }
    one = MessageGroup(message_group_uuid="g", kind="group", members=members, created_at="")
    backwards = dict(reversed(members.items()))
    other = msgspec.structs.replace(one, members=backwards)
    assert heir_of(one) == heir_of(other) == min(ADMIN.user_uuid, MEMBER.user_uuid)
    assert owner_of(msgspec.structs.replace(one, owner_uuid=NOBODY.user_uuid)) == heir_of(one)
    assert owner_of(msgspec.structs.replace(one, owner_uuid=OTHER.user_uuid)) == OTHER.user_uuid


async def test_a_group_of_an_older_version_has_an_owner_without_a_write(
    messaging: MessagingContext,
) -> None:
    uuid = await made(messaging)
    old = msgspec.structs.replace(await group_of(messaging, uuid), owner_uuid=None)
    members = {one: msgspec.structs.replace(m, role=None) for one, m in old.members.items()}
    await messaging.table.put(Put(items.group_item(msgspec.structs.replace(old, members=members))))
    eldest = min(old.members)
    assert [user for user, role in (await roles(messaging, uuid)).items() if role == "owner"] == [
        old.members[eldest].handle
    ]
    await edit_group(messaging, eldest, uuid, GroupEdit(who_may_add="admins"))


async def test_whoever_is_removed_loses_access_at_once_in_each_process(
    messaging: MessagingContext, stream: Stream
) -> None:
    uuid, elsewhere = await made(messaging), beside(messaging)
    await list_messages(elsewhere, MEMBER.user_uuid, uuid)
    async with subscribed(messaging.bus, channel(MEMBER.user_uuid)) as device:
        await remove_member(messaging, ADMIN.user_uuid, uuid, MEMBER.user_uuid)
        event = await next_event(device)
        told = msgspec.json.decode(event.data)
        assert (event.type, told["by_user_uuid"], told["title"]) == (
            "left", ADMIN.user_uuid, "Choir",
        )  # fmt: skip
    for process in (messaging, elsewhere):
        with pytest.raises(NotFound):
            await list_messages(process, MEMBER.user_uuid, uuid)
        with pytest.raises(NotFound):
            await send_message(process, MEMBER, uuid, "Still here?")
    await stream.project(messaging)
    assert (await list_inbox(messaging, MEMBER.user_uuid)).rows == []
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_settings_say_who_may_add_rename_and_write(messaging: MessagingContext) -> None:
    uuid = await made(messaging)
    mine = await send_message(messaging, MEMBER, uuid, "Before")
    closed = GroupEdit(who_may_add="admins", who_may_rename="admins", who_may_write="admins")
    await edit_group(messaging, ADMIN.user_uuid, uuid, closed)
    acts: list[Callable[[User], Awaitable[object]]] = [
        lambda user: send_message(messaging, user, uuid, "Hello"),
        lambda user: add_members(messaging, user.user_uuid, uuid, [NOBODY]),
        lambda user: rename_group(messaging, user.user_uuid, uuid, f"By {user.handle}"),
    ]
    for act in acts:
        with pytest.raises(Forbidden) as refused:
            await act(MEMBER)
        assert refused.value.code == "admins_only"
        await act(ADMIN)
    with pytest.raises(Forbidden):
        await edit_message(messaging, MEMBER.user_uuid, uuid, mine.seq, "A way around it")
    assert (await delete_message(messaging, MEMBER.user_uuid, uuid, mine.seq)).deleted_at
    await edit_group(messaging, ADMIN.user_uuid, uuid, GroupEdit(who_may_write="everybody"))
    await send_message(messaging, MEMBER, uuid, "Again")
    assert "who_may_write" not in items.group_item(await group_of(messaging, uuid))


async def test_a_conversation_of_two_has_no_roles(messaging: MessagingContext) -> None:
    message = await start_direct_group(messaging, OWNER, ADMIN, "Hello")
    for act in (removing(ADMIN), giving("admin", ADMIN), editing(who_may_write="admins")):
        with pytest.raises(Conflict) as refused:
            await act(messaging, message.message_group_uuid, OWNER.user_uuid)
        assert refused.value.code == "message_group_direct"
