"""How long sessions last, where the operator says it."""

from datetime import timedelta

import pytest
from tests.stage import Clock, person

from cruddur.domain.errors import Unauthenticated
from cruddur.domain.session import SessionLimits
from cruddur.identity.check_open_stream import check_token
from cruddur.identity.context import IdentityContext
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.open_session import open_session
from cruddur.identity.tokens import verify_token
from cruddur.ports.table import Put, Table
from cruddur.schema import items

pytestmark = pytest.mark.every_engine

SECRET = bytes(range(32))
ANDREW = person("andrew")
LEVEL_TWO = SessionLimits(timedelta(hours=12), timedelta(minutes=30))
AS_EVER = SessionLimits()


def process(table: Table, clock: Clock, limits: SessionLimits = LEVEL_TWO) -> IdentityContext:
    """A process of the service that remembers nothing."""
    return IdentityContext(table, SECRET, clock, session_limits=limits)


@pytest.fixture
async def identity(table: Table, clock: Clock) -> IdentityContext:
    await table.transact([Put(item) for item in items.person_items(ANDREW)])
    return process(table, clock)


async def signed_in(identity: IdentityContext) -> str:
    return (await open_session(identity, ANDREW.user_uuid, "Firefox"))[1]


async def is_open(identity: IdentityContext, token: str) -> bool:
    try:
        return bool(await verify_token(identity, token))
    except Unauthenticated:
        return False


async def used_for(identity: IdentityContext, token: str, clock: Clock, minutes: int) -> int:
    """How many minutes the session stays open, if it is used so often."""
    total = 0
    while await is_open(process(identity.table, clock), token):
        clock.turn(minutes=minutes)
        total += minutes
    return total


async def test_level_two_of_asvs_is_a_matter_of_settings(
    identity: IdentityContext, clock: Clock
) -> None:
    assert await used_for(identity, await signed_in(identity), clock, 20) == 12 * 60
    assert await used_for(identity, await signed_in(identity), clock, 30) == 30
    assert await list_sessions(identity, ANDREW.user_uuid) == []


async def test_use_is_noted_six_times_in_the_time_without_use(
    identity: IdentityContext, clock: Clock
) -> None:
    token, noted = await signed_in(identity), set()
    for _ in range(60):
        clock.turn(minutes=1)
        assert await is_open(process(identity.table, clock), token)
        (session,) = await list_sessions(identity, ANDREW.user_uuid)
        noted.add(session.last_used_at)
    assert len(noted) == 13  # with the sign-in


async def test_shorter_limits_end_sessions_that_are_open(
    identity: IdentityContext, clock: Clock
) -> None:
    before = process(identity.table, clock, AS_EVER)
    token = await signed_in(before)
    for limits in (AS_EVER, LEVEL_TWO):
        clock.turn(minutes=10)
        assert await is_open(process(identity.table, clock, limits), token)
    other = await signed_in(before)
    clock.turn(minutes=30)
    for one in (token, other):
        assert not await is_open(process(identity.table, clock), one)
    assert await list_sessions(identity, ANDREW.user_uuid) == []
    assert await is_open(before, other)  # a process of before, until it is replaced


async def test_longer_limits_bring_no_session_back(identity: IdentityContext, clock: Clock) -> None:
    token = await signed_in(identity)
    clock.turn(minutes=30)
    assert not await is_open(process(identity.table, clock, AS_EVER), token)
    token = await signed_in(identity)
    clock.turn(hours=12)
    assert not await is_open(process(identity.table, clock, AS_EVER), token)


async def test_a_page_that_was_left_open_keeps_no_session(
    identity: IdentityContext, clock: Clock
) -> None:
    session = await verify_token(identity, await signed_in(identity))
    for _ in range(2):
        clock.turn(minutes=10)
        await check_token(identity, session)
    clock.turn(minutes=10)
    with pytest.raises(Unauthenticated):
        await check_token(identity, session)


async def test_a_page_that_is_open_for_weeks_keeps_a_session_of_seven_days(
    identity: IdentityContext, clock: Clock
) -> None:
    as_ever = process(identity.table, clock, AS_EVER)
    session = await verify_token(as_ever, await signed_in(as_ever))
    for _ in range(4):
        clock.turn(days=6)
        await check_token(as_ever, session)
