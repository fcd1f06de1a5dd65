"""Links to groups, requests to be let in, and invitations to come back, on each engine."""

import asyncio

import pytest
from tests.stage import Clock, Stream, beside, person
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Forbidden, Invalid, NotFound
from cruddur.domain.model import GROUP_MAX_MEMBERS, User
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.find_invite import find_invite, find_open_invite
from cruddur.messaging.groups.invitations import (
    accept_invitation,
    decline_invitation,
    forget_invited,
    list_invitations,
)
from cruddur.messaging.groups.join_by_invite import join_by_invite
from cruddur.messaging.groups.join_requests import (
    approve_join_request,
    list_join_requests,
    refuse_join_request,
)
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.make_invite import make_invite
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.groups.revoke_invite import revoke_invite
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine

PEOPLE = [person(f"guest-{n}") for n in range(4)]


async def lunch(messaging: MessagingContext, andrew: User, *others: User) -> str:
    return (await start_group(messaging, andrew, others, "Lunch")).message_group_uuid


async def link(
    messaging: MessagingContext, user: User, group: str, uses: int = 2, *, asks: bool = False
) -> str:
    made = await make_invite(
        messaging, user.user_uuid, group, uses=uses, days=1, needs_approval=asks
    )
    return made.token


async def handles(messaging: MessagingContext, group: str) -> set[str]:
    found = await find_group(messaging, group)
    return {member.handle for member in found.members.values()} if found else set()


async def test_a_link_lets_in_as_many_as_it_says_however_many_try_at_once(
    messaging: MessagingContext, stream: Stream, andrew: User
) -> None:
    group = await lunch(messaging, andrew)
    await send_message(messaging, andrew, group, "Secret")
    token = await link(messaging, andrew, group, uses=2)
    tries = [
        join_by_invite(one, user, token)
        for one, user in zip([messaging, beside(messaging)] * 2, PEOPLE, strict=True)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(isinstance(one, NotFound) for one in outcomes) == [False, False, True, True]
    assert len(await handles(messaging, group)) == 3
    guest = next(
        u for u, one in zip(PEOPLE, outcomes, strict=True) if not isinstance(one, Exception)
    )
    page = await list_messages(messaging, guest.user_uuid, group)
    assert "Secret" not in [message.message for message in page.messages]
    assert f"{guest.display_name} joined" in [message.message for message in page.messages]
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_link_ends_by_time_by_another_by_being_revoked_and_by_a_removal(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko, PEOPLE[1])
    old = await link(messaging, andrew, group)
    tokens = [old, await link(messaging, bayko, group)]
    assert await find_open_invite(messaging, bayko.user_uuid, group) is not None
    await revoke_invite(messaging, andrew.user_uuid, group)
    tokens.append(await link(messaging, andrew, group))
    await remove_member(messaging, andrew.user_uuid, group, PEOPLE[1].user_uuid)
    tokens.append(await link(messaging, andrew, group))
    clock.turn(hours=25)
    for token in [*tokens, "", "x" * 24]:
        with pytest.raises(NotFound) as refused:
            await join_by_invite(messaging, PEOPLE[0], token)
        assert refused.value.code == "invite_not_found"
    assert await find_open_invite(messaging, bayko.user_uuid, group) is None


async def test_the_last_one_out_leaves_nothing_open(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await leave_group(messaging, bayko.user_uuid, group)
    await add_members(messaging, andrew.user_uuid, group, [bayko])
    token = await link(messaging, andrew, group)
    asking = await link(messaging, andrew, group, asks=True)
    await join_by_invite(messaging, PEOPLE[0], asking)
    await leave_group(messaging, andrew.user_uuid, group)
    for one in (token, asking):
        with pytest.raises(NotFound):
            await join_by_invite(messaging, PEOPLE[1], one)
    with pytest.raises(NotFound):
        await accept_invitation(messaging, bayko, group)
    with pytest.raises(NotFound):
        await approve_join_request(messaging, andrew.user_uuid, group, PEOPLE[0].user_uuid)
    assert await handles(messaging, group) == set()


async def test_admins_decide_about_those_who_ask(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    token = await link(messaging, bayko, group, uses=2, asks=True)
    for _ in range(2):
        assert not (await join_by_invite(messaging, PEOPLE[0], token)).is_member
    await join_by_invite(beside(messaging), PEOPLE[1], token)
    with pytest.raises(NotFound):
        await join_by_invite(messaging, PEOPLE[2], token)
    asked = await list_join_requests(messaging, andrew.user_uuid, group)
    assert {one.handle for one in asked} == {"guest-0", "guest-1"}
    for act in (
        list_join_requests(messaging, bayko.user_uuid, group),
        approve_join_request(messaging, bayko.user_uuid, group, PEOPLE[0].user_uuid),
        refuse_join_request(messaging, bayko.user_uuid, group, PEOPLE[0].user_uuid),
    ):
        with pytest.raises(Forbidden):
            await act
    await approve_join_request(messaging, andrew.user_uuid, group, PEOPLE[0].user_uuid)
    await refuse_join_request(messaging, andrew.user_uuid, group, PEOPLE[1].user_uuid)
    assert await list_join_requests(messaging, andrew.user_uuid, group) == []
    assert await handles(messaging, group) == {"andrew", "bayko", "guest-0"}
    with pytest.raises(NotFound):
        await approve_join_request(messaging, andrew.user_uuid, group, PEOPLE[1].user_uuid)
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_member_who_uses_the_link_stays_as_they_are_and_uses_nothing_up(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    token = await link(messaging, andrew, group, uses=1)
    assert (await join_by_invite(messaging, bayko, token)).is_member
    assert (await find_invite(messaging, token)).invite.uses_left == 1


async def test_only_those_who_may_add_make_and_end_a_link(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await edit_group(messaging, andrew.user_uuid, group, GroupEdit(who_may_add="admins"))
    await link(messaging, andrew, group)
    with pytest.raises(Forbidden):
        await link(messaging, bayko, group)
    with pytest.raises(Forbidden):
        await revoke_invite(messaging, bayko.user_uuid, group)


async def test_a_full_group_takes_nobody_in(messaging: MessagingContext, andrew: User) -> None:
    others = [person(f"p{n}") for n in range(GROUP_MAX_MEMBERS - 1)]
    group = await lunch(messaging, andrew, *others)
    token = await link(messaging, andrew, group, uses=1)
    with pytest.raises(Invalid):
        await join_by_invite(messaging, PEOPLE[0], token)
    assert (await find_invite(messaging, token)).invite.uses_left == 1


async def test_nobody_who_has_left_is_added_without_their_consent(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, mallory: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await leave_group(messaging, bayko.user_uuid, group)
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        await add_members(messaging, andrew.user_uuid, group, [bayko, mallory])
        assert (await next_event(device)).type == "invited"
    assert await handles(messaging, group) == {"andrew", "mallory"}
    with pytest.raises(NotFound):
        await list_messages(messaging, bayko.user_uuid, group)
    (invitation,) = await list_invitations(messaging, bayko.user_uuid)
    assert (invitation.title, invitation.by_display_name) == ("Lunch", "Andrew")
    for stranger in (mallory, PEOPLE[0]):
        assert await list_invitations(messaging, stranger.user_uuid) == []
    with pytest.raises(NotFound):
        await accept_invitation(messaging, PEOPLE[0], group)
    await accept_invitation(messaging, bayko, group)
    assert await handles(messaging, group) == {"andrew", "bayko", "mallory"}
    assert await list_invitations(messaging, bayko.user_uuid) == []
    await stream.project(messaging)
    assert [d async for d in verify_inboxes(messaging)] == []


async def invited_at(messaging: MessagingContext, user: User) -> str | None:
    profile = await messaging.table.get(keys.user_key(user.user_uuid))
    return profile.get("invited_at") if profile else None


async def invite_back(messaging: MessagingContext, by: User, user: User, group: str) -> None:
    await leave_group(messaging, user.user_uuid, group)
    await add_members(messaging, by.user_uuid, group, [user])


async def test_the_profile_says_for_as_long_as_an_invitation_is_open(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User
) -> None:
    await messaging.table.put(Put(items.user_item(bayko)))
    groups = [await lunch(messaging, andrew, bayko) for _ in range(2)]
    await invite_back(messaging, andrew, bayko, groups[0])
    first = await invited_at(messaging, bayko)
    assert first == messaging.now()
    clock.turn(seconds=1)
    await invite_back(messaging, andrew, bayko, groups[1])
    await decline_invitation(messaging, bayko.user_uuid, groups[0])
    await forget_invited(messaging, bayko.user_uuid, messaging.now())
    assert await invited_at(messaging, bayko) == messaging.now()  # the other one is open still
    await decline_invitation(messaging, bayko.user_uuid, groups[1])
    await forget_invited(messaging, bayko.user_uuid, first)
    assert await invited_at(messaging, bayko) == messaging.now()  # another one came meanwhile
    await forget_invited(messaging, bayko.user_uuid, messaging.now())
    assert await invited_at(messaging, bayko) is None


async def test_nobody_gets_a_profile_by_an_invitation(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    await messaging.table.delete(Delete(keys.user_key(bayko.user_uuid)))
    await invite_back(messaging, andrew, bayko, await lunch(messaging, andrew, bayko))
    assert await messaging.table.get(keys.user_key(bayko.user_uuid)) is None


async def test_an_invitation_that_is_declined_is_over(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await leave_group(messaging, bayko.user_uuid, group)
    await add_members(messaging, andrew.user_uuid, group, [bayko])
    await decline_invitation(messaging, bayko.user_uuid, group)
    with pytest.raises(NotFound):
        await accept_invitation(messaging, bayko, group)
    assert await handles(messaging, group) == {"andrew"}
