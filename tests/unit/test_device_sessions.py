"""Sessions that are items: opened, used, listed, ended; and tokens that have no item."""

import asyncio
from datetime import timedelta

import jwt
import pytest
from tests.stage import Clock, Interrupted, person

from cruddur.domain.errors import NotFound, TableUnavailable, Unauthenticated
from cruddur.domain.item import Item, Key
from cruddur.domain.session import IDLE, LIFETIME, NOTED_EVERY
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.device import UNKNOWN, describe_device
from cruddur.identity.end_session import end_session
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.ended_sessions import note_ended
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.open_session import open_session as open_with_id
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import issue_token, verify_session, verify_token
from cruddur.ports.table import Put, Table
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine

SECRET = bytes(range(32))
ANDREW, BAYKO = person("andrew"), person("bayko")


def process(table: Table, clock: Clock) -> IdentityContext:
    """A process of the service that remembers nothing."""
    return IdentityContext(table, SECRET, clock)


@pytest.fixture
async def identity(table: Table, clock: Clock) -> IdentityContext:
    for user in (ANDREW, BAYKO):
        await table.transact([Put(item) for item in items.person_items(user)])
    return process(table, clock)


async def open_session(
    identity: IdentityContext, user_uuid: str, device: str = "", address: str = ""
) -> str:
    return (await open_with_id(identity, user_uuid, device, address))[1]


async def is_open(identity: IdentityContext, token: str) -> bool:
    try:
        return bool(await verify_token(identity, token))
    except Unauthenticated:
        return False


async def open_ids(identity: IdentityContext) -> set[str]:
    return {session.session_id for session in await list_sessions(identity, ANDREW.user_uuid)}


async def test_a_session_says_where_and_when(identity: IdentityContext, clock: Clock) -> None:
    await open_session(identity, ANDREW.user_uuid, "Firefox on Linux", "192.0.2.7")
    (session,) = await list_sessions(identity, ANDREW.user_uuid)
    assert (session.device, session.address) == ("Firefox on Linux", "192.0.2.7")
    assert session.created_at == session.last_used_at == "2026-11-23T09:00:00.000Z"
    assert session.expires_at == (clock() + IDLE).timestamp()


async def test_the_one_used_last_comes_first(identity: IdentityContext, clock: Clock) -> None:
    older = await open_session(identity, ANDREW.user_uuid, "older")
    clock.turn(hours=2)
    await open_session(identity, ANDREW.user_uuid, "newer")
    clock.turn(hours=2)
    await verify_token(identity, older, lambda: "192.0.2.8")
    found = await list_sessions(identity, ANDREW.user_uuid)
    assert [one.device for one in found] == ["older", "newer"]
    assert found[0].address == "192.0.2.8"


async def test_use_keeps_a_session_for_thirty_days_at_most(
    identity: IdentityContext, clock: Clock
) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    days = 0
    while await is_open(process(identity.table, clock), token):
        clock.turn(days=6)
        days += 6
    assert days == LIFETIME.days
    assert await open_ids(identity) == set()


async def test_a_session_that_nobody_uses_ends_after_seven_days(
    identity: IdentityContext, clock: Clock
) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    clock.turn(seconds=IDLE.total_seconds() - 1)
    assert await open_ids(identity)
    clock.turn(seconds=1)
    assert await open_ids(identity) == set()
    assert not await is_open(process(identity.table, clock), token)


async def test_use_is_noted_once_an_hour(identity: IdentityContext, clock: Clock) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    noted = []
    for _ in range(4):
        clock.turn(seconds=NOTED_EVERY.total_seconds() / 2)
        await verify_token(process(identity.table, clock), token)
        (session,) = await list_sessions(identity, ANDREW.user_uuid)
        noted.append(session.last_used_at[11:16])
    assert noted == ["09:00", "10:00", "10:00", "11:00"]


async def test_an_open_stream_is_use(identity: IdentityContext, clock: Clock) -> None:
    session = await verify_token(identity, await open_session(identity, ANDREW.user_uuid))
    clock.turn(days=6)
    await verify_session(process(identity.table, clock), session)
    clock.turn(days=6)
    await verify_session(process(identity.table, clock), session)


async def test_use_does_not_open_a_session_that_is_ended_at_this_moment(
    identity: IdentityContext, clock: Clock
) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    (session_id,) = await open_ids(identity)
    clock.turn(hours=2)
    end = lambda: end_session(identity, ANDREW.user_uuid, session_id)  # noqa: E731
    other = process(Interrupted(identity.table, "update", end), clock)
    assert not await is_open(other, token)
    assert await open_ids(identity) == set()


async def test_one_is_ended_and_the_others_stay(identity: IdentityContext, clock: Clock) -> None:
    here, there = [await open_session(identity, ANDREW.user_uuid) for _ in range(2)]
    session = await verify_token(identity, there)
    await end_session(identity, ANDREW.user_uuid, session.token_id)
    for one in (identity, process(identity.table, clock)):
        assert [await is_open(one, token) for token in (here, there)] == [True, False]
    with pytest.raises(NotFound):
        await end_session(identity, ANDREW.user_uuid, session.token_id)


async def test_nobody_ends_another_persons_session(identity: IdentityContext) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    session = await verify_token(identity, token)
    for session_id in (session.token_id, "no-such-session", "", "#", "PROFILE"):
        with pytest.raises(NotFound):
            await end_session(identity, BAYKO.user_uuid, session_id)
    assert await is_open(identity, token)


async def test_all_others_end_and_this_one_stays(identity: IdentityContext, clock: Clock) -> None:
    tokens = [await open_session(identity, ANDREW.user_uuid) for _ in range(3)]
    tokens.append(issue_token(identity, ANDREW.user_uuid))
    bayko = await open_session(identity, BAYKO.user_uuid)
    await end_sessions(identity, ANDREW.user_uuid, keep=await verify_token(identity, tokens[0]))
    for one in (identity, process(identity.table, clock)):
        assert [await is_open(one, token) for token in tokens] == [True, False, False, False]
        assert await is_open(one, bayko)


async def test_a_token_without_an_item_may_keep_itself(
    identity: IdentityContext, clock: Clock
) -> None:
    old = issue_token(identity, ANDREW.user_uuid)
    others = [
        issue_token(identity, ANDREW.user_uuid),
        await open_session(identity, ANDREW.user_uuid),
    ]
    await end_sessions(identity, ANDREW.user_uuid, keep=await verify_token(identity, old))
    other = process(identity.table, clock)
    assert [await is_open(other, token) for token in (old, *others)] == [True, False, False]
    await end_sessions(identity, ANDREW.user_uuid)
    assert not await is_open(identity, old)


async def test_whoever_signs_in_afterwards_is_in(identity: IdentityContext, clock: Clock) -> None:
    await end_sessions(identity, ANDREW.user_uuid)
    clock.turn(seconds=1)
    for token in (
        await open_session(identity, ANDREW.user_uuid),
        issue_token(identity, ANDREW.user_uuid),
    ):
        assert await is_open(identity, token)


@pytest.mark.parametrize("days", [5, 29, 30])
async def test_a_token_that_does_not_say_when_it_was_made_ends_as_if_it_were_old(
    identity: IdentityContext, clock: Clock, days: int
) -> None:
    await end_sessions(identity, ANDREW.user_uuid)
    clock.turn(seconds=1)
    exp = int((clock() + timedelta(days=days)).timestamp())
    claims = {"iss": "cruddur", "sub": ANDREW.user_uuid, "jti": "host", "exp": exp}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    assert await is_open(identity, token) is (days == LIFETIME.days)


async def test_the_hosts_own_claims_say_nothing_about_our_items(
    identity: IdentityContext, clock: Clock
) -> None:
    exp = int((clock() + timedelta(days=1)).timestamp())
    claims = {"iss": "cruddur", "sub": ANDREW.user_uuid, "jti": "host", "exp": exp, "sid": "theirs"}
    for odd in ({}, {"cruddur_session": "true"}, {"cruddur_session": 1}):
        token = jwt.encode({**claims, **odd}, SECRET, algorithm="HS256")
        assert await is_open(identity, token)
    token = jwt.encode({**claims, "cruddur_session": True}, SECRET, algorithm="HS256")
    assert not await is_open(identity, token)


async def test_a_token_of_an_older_version_signs_out_as_before(
    identity: IdentityContext, clock: Clock
) -> None:
    token = issue_token(identity, ANDREW.user_uuid)
    await sign_out(identity, await verify_token(identity, token))
    assert not await is_open(process(identity.table, clock), token)


async def test_an_older_version_beside_this_one_finds_the_token_revoked(
    identity: IdentityContext,
) -> None:
    session = await verify_token(identity, await open_session(identity, ANDREW.user_uuid))
    await end_sessions(identity, ANDREW.user_uuid)
    item = await identity.table.get(keys.revoked_key(session.token_id))
    assert item is not None
    assert item["expires_at"] >= session.expires_at


@pytest.mark.parametrize("token_id", ["this", None])
async def test_an_event_makes_another_process_look_at_once(
    identity: IdentityContext, clock: Clock, token_id: str | None
) -> None:
    token, old = await open_session(identity, ANDREW.user_uuid), issue_token(identity, "andrew")
    other = process(identity.table, clock)
    session = await verify_token(other, token)
    await end_session(identity, ANDREW.user_uuid, session.token_id)
    assert await is_open(other, token)  # it is remembered for a minute
    ended_id = session.token_id if token_id else None
    note_ended(other, SessionsEnded(ANDREW.user_uuid, token_id=ended_id))
    assert not await is_open(other, token)
    assert await is_open(other, old)


async def test_a_check_that_was_overtaken_by_an_ending_is_made_again(
    identity: IdentityContext, clock: Clock
) -> None:
    """The table is read before the session ends, and the answer comes after the event."""
    token = await open_session(identity, ANDREW.user_uuid)
    other = process(identity.table, clock)
    reads, has_read, is_late = identity.table.get, asyncio.Event(), asyncio.Event()

    class Late:
        """A table whose answers come later than they were read."""

        def __getattr__(self, name: str) -> object:
            return getattr(identity.table, name)

        async def get(self, key: Key, *, consistent: bool = False) -> Item | None:
            found = await reads(key, consistent=consistent)
            has_read.set()
            await is_late.wait()
            return found

    other.table = Late()  # type: ignore[assignment]
    checking = asyncio.create_task(is_open(other, token))
    await has_read.wait()
    note_ended(other, await end_sessions(identity, ANDREW.user_uuid))
    is_late.set()
    assert not await checking


async def test_signing_out_while_the_table_is_away_refuses_the_token_here(
    identity: IdentityContext, clock: Clock
) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    session: Session = await verify_token(identity, token)

    async def fail() -> None:
        raise TableUnavailable

    here = process(Interrupted(identity.table, "put", fail), clock)
    with pytest.raises(TableUnavailable):
        await sign_out(here, session)
    assert not await is_open(here, token)
    assert await is_open(process(identity.table, clock), token)


async def test_an_unreachable_table_opens_nothing_and_ends_nothing_by_half(
    identity: IdentityContext, clock: Clock
) -> None:
    token = await open_session(identity, ANDREW.user_uuid)
    session: Session = await verify_token(identity, token)

    async def fail() -> None:
        raise TableUnavailable

    for name in ("put", "delete"):
        broken = process(Interrupted(identity.table, name, fail), clock)
        with pytest.raises(TableUnavailable):
            await end_session(broken, ANDREW.user_uuid, session.token_id)
        await end_session(broken, ANDREW.user_uuid, session.token_id)  # a second try ends it
        assert not await is_open(process(identity.table, clock), token)
        token = await open_session(identity, ANDREW.user_uuid)
        session = await verify_token(identity, token)


CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17 Safari/604"
)
DEVICES = {
    CHROME: "Chrome on Windows",
    f"{CHROME} Edg/130.0": "Edge on Windows",
    IPHONE: "Safari on iPhone",
    IPHONE.replace("Version/17", "CriOS/130"): "Chrome on iPhone",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on Linux",
    "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36": "Chrome on Android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17 Safari/605": "Safari on macOS",
    "curl/8.5.0": "curl",
    "my-app": "my-app",
    "": UNKNOWN,
    "<script>alert(1)</script>": UNKNOWN,
    "\u202egnp.exe": UNKNOWN,
    "x" * 10_000: UNKNOWN,
}


@pytest.mark.parametrize("user_agent", DEVICES, ids=lambda text: text[-24:])
def test_a_device_is_told_in_words(user_agent: str) -> None:
    assert describe_device(user_agent) == DEVICES[user_agent]
