"""People of an issuer: found by its subject alone, made once, linked, and erased for good."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.issuer import FakeIssuer, known_issuers, running_issuer
from tests.stage import Clock, Interrupted, person

from cruddur.domain.errors import ApiError, Conflict, Invalid, NotFound, Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import IdentityContext
from cruddur.identity.disable_account import disable_account
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.link_login import link_login
from cruddur.identity.tokens import verify_session, verify_token
from cruddur.identity.unlink_login import unlink_login
from cruddur.ports.table import Put, Table
from cruddur.schema import items
from cruddur.schema.kinds import kind_of

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def issuer(clock: Clock) -> AsyncIterator[FakeIssuer]:
    async with running_issuer(clock) as issuer:
        yield issuer


@pytest.fixture
async def identity(
    table: Table, clock: Clock, issuer: FakeIssuer
) -> AsyncIterator[IdentityContext]:
    await table.transact([Put(item) for item in items.person_items(person("andrew"))])
    async with known_issuers(issuer.issuer(), clock=clock) as issuers:
        yield IdentityContext(table, bytes(32), clock, issuers=issuers)


def elsewhere(identity: IdentityContext) -> IdentityContext:
    return IdentityContext(
        identity.table, identity.secret, identity.clock, issuers=identity.issuers
    )


async def comes(identity: IdentityContext, token: str) -> User:
    """The bearer, as a process finds them that has met nobody yet."""
    process = elsewhere(identity)
    return await find_user(process, (await verify_token(process, token)).user_uuid)


async def code_of(identity: IdentityContext, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await comes(identity, token)
    return refused.value.code


async def kinds(identity: IdentityContext) -> dict[str, int]:
    found: dict[str, int] = {}
    async for item in identity.table.scan():
        found[kind_of(item)] = found.get(kind_of(item), 0) + 1
    return found


async def test_two_at_once_make_one_person(identity: IdentityContext, issuer: FakeIssuer) -> None:
    tokens = [issuer.token(jti=str(number), name="Maya") for number in range(8)]
    found = await asyncio.gather(*(comes(identity, token) for token in tokens))
    assert len({user.user_uuid for user in found}) == 1
    assert await kinds(identity) == {"user": 2, "handle": 2, "name": 2, "login": 1}


@pytest.mark.parametrize("wanted", ["andrew", "support", "maya@example.com", "x" * 40, 7])
async def test_a_handle_that_cannot_be_had_is_made(
    identity: IdentityContext, issuer: FakeIssuer, wanted: Any
) -> None:
    token = issuer.token(name="Maya Lind", preferred_username=wanted, email="andrew@example.com")
    user = await comes(identity, token)
    assert user.handle.startswith("maya.lind-")
    assert user.user_uuid != person("andrew").user_uuid


async def test_a_newer_token_s_name_is_followed_and_an_older_one_s_is_not(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    old = issuer.token(name="Maya Lind")
    await comes(identity, old)
    clock.turn(seconds=60)
    assert (await comes(identity, issuer.token(name="Maya Berg"))).display_name == "Maya Berg"
    assert (await comes(identity, old)).display_name == "Maya Berg"
    assert (await comes(identity, issuer.token())).display_name == "Maya Berg"  # it says none


async def test_where_nobody_is_made_only_linked_people_come_in(
    table: Table, clock: Clock, issuer: FakeIssuer, identity: IdentityContext
) -> None:
    async with known_issuers(issuer.issuer(provisions=False), clock=clock) as issuers:
        strict = IdentityContext(table, bytes(32), clock, issuers=issuers)
        token = issuer.token(preferred_username="andrew", name="andrew")
        assert await code_of(strict, token) == "token_subject_unknown"
        linked = await link_login(strict, "@andrew", issuer.url, "42")
        assert (await comes(strict, token)).user_uuid == linked.user.user_uuid


async def test_linking_may_be_repeated_and_takes_nobody_s_login(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    first = await link_login(identity, "andrew", issuer.url, "42")
    again = await link_login(elsewhere(identity), "andrew", issuer.url, "42")
    assert (first.is_new, again.is_new, again.user) == (True, False, first.user)
    other = await comes(identity, issuer.token(sub="43", name="Maya"))
    with pytest.raises(Conflict) as refused:
        await link_login(identity, other.handle, issuer.url, "42")
    assert "@andrew" in refused.value.detail
    assert (await comes(identity, issuer.token())).handle == "andrew"


async def test_two_links_at_once_are_both_there(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    links = [link_login(elsewhere(identity), "andrew", issuer.url, str(n)) for n in range(4)]
    await asyncio.gather(*links)
    for subject in range(4):
        assert (await comes(identity, issuer.token(sub=str(subject)))).handle == "andrew"


@pytest.mark.parametrize(
    ("handle", "issuer_url", "subject", "error"),
    [
        ("nobody", "https://id.example", "42", NotFound),
        ("andrew", "http://id.example", "42", Invalid),
        ("andrew", "https://id.example#x", "42", Invalid),
        ("andrew", "local", "42", Invalid),
        ("andrew", "https://id.example", "", Invalid),
        ("andrew", "https://id.example", "a\nb", Invalid),
    ],
)
async def test_what_cannot_be_linked_is_said(
    identity: IdentityContext, handle: str, issuer_url: str, subject: str, error: type[ApiError]
) -> None:
    with pytest.raises(error):
        await link_login(identity, handle, issuer_url, subject)


async def test_a_person_has_so_many_logins_and_no_more(identity: IdentityContext) -> None:
    for number in range(16):
        await link_login(identity, "andrew", "https://id.example", str(number))
    with pytest.raises(Conflict):
        await link_login(identity, "andrew", "https://id.example", "16")


async def test_a_person_who_is_unlinked_is_out_at_once(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    await link_login(identity, "andrew", issuer.url, "42")
    token = issuer.token()
    session = await verify_token(identity, token)
    clock.turn(seconds=1)
    await unlink_login(identity, "andrew", f"{issuer.url}#42")
    for check in (verify_token(identity, token), verify_session(identity, session)):
        with pytest.raises(Unauthenticated):
            await check
    clock.turn(seconds=1)
    assert (await comes(identity, issuer.token(name="Maya"))).handle != "andrew"
    with pytest.raises(NotFound):
        await unlink_login(identity, "andrew")


async def test_an_erased_person_does_not_come_back_by_the_issuer(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    user = await comes(identity, issuer.token(name="Maya"))
    await begin_erasure(identity, user.user_uuid, "blank")
    clock.turn(days=1)
    assert await code_of(identity, issuer.token(name="Maya")) == "token_subject_unknown"
    left = [item async for item in identity.table.scan()]
    assert not any(issuer.url in str(item) for item in left)
    await link_login(identity, "andrew", issuer.url, "42")  # unless somebody who may says so
    assert (await comes(identity, issuer.token())).handle == "andrew"


async def test_a_link_that_comes_beside_an_erasure_leads_to_nobody(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    uuid, process = person("andrew").user_uuid, elsewhere(identity)

    async def link() -> None:
        await link_login(identity, "andrew", issuer.url, "42")

    process.table = Interrupted(process.table, "transact", link)
    await begin_erasure(process, uuid, "blank")
    left = [item async for item in identity.table.scan()]
    assert not any(issuer.url in str(item) for item in left)
    assert await code_of(identity, issuer.token()) == "token_subject_unknown"


async def test_a_disabled_person_stays_out(
    identity: IdentityContext, issuer: FakeIssuer, clock: Clock
) -> None:
    user = await comes(identity, issuer.token(name="Maya"))
    token = issuer.token(jti="before")
    clock.turn(seconds=1)
    await disable_account(identity, user.handle)
    assert await code_of(identity, token) == "token_revoked"
    clock.turn(seconds=1)
    assert (await comes(identity, issuer.token())).disabled_at is not None  # the guard refuses them


async def test_nobody_else_sees_a_person_s_logins(
    identity: IdentityContext, issuer: FakeIssuer
) -> None:
    user = await comes(identity, issuer.token(name="Maya Lind"))
    assert user.logins
    assert (await find_user_by_handle(elsewhere(identity), user.handle)).logins is None
