"""Accounts, passwords, tokens and finding people, over a real table."""

import asyncio
from contextlib import nullcontext

import msgspec
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from tests.stage import CHEAP_PASSWORDS, Clock

from cruddur.domain.errors import Busy, Conflict, Invalid, NotFound, Unauthenticated
from cruddur.domain.session import LIFETIME
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity import passwords
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import check_user_is_there, find_user, find_user_by_handle
from cruddur.identity.logins import Attempt
from cruddur.identity.password_cost import PasswordCost
from cruddur.identity.search_people import search_people
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import ADDRESSES_MAX, sign_in
from cruddur.identity.sign_out import sign_out
from cruddur.identity.tokens import issue_token, verify_session, verify_token
from cruddur.ports.table import Delete, Put, Update
from cruddur.schema import items, keys

SECRET = bytes(range(32))
PASSWORD = "correct horse"


@pytest.fixture
def identity(table: SqliteTable, clock: Clock) -> IdentityContext:
    return IdentityContext(table, SECRET, clock, password_cost=CHEAP_PASSWORDS)


async def test_an_account_can_be_found_and_signed_in_to(identity: IdentityContext) -> None:
    user = await create_account(identity, " @Andrew ", "Andrew Brown", PASSWORD)
    assert (user.handle, user.display_name) == ("Andrew", "Andrew Brown")
    assert await find_user(identity, user.user_uuid) == user
    assert await find_user_by_handle(identity, "ANDREW") == user
    token, signed_in, _ = await sign_in(identity, "andrew", PASSWORD)
    assert signed_in == user
    assert (await verify_token(identity, token)).user_uuid == user.user_uuid


async def test_a_handle_is_taken_once_however_it_is_written(identity: IdentityContext) -> None:
    tries = (create_account(identity, name, "A", PASSWORD) for name in ("ana", "Ana", "ANA"))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one.code for one in outcomes if isinstance(one, Conflict)]
    assert refused == ["handle_taken"] * 2
    assert len(await search_people(identity, "an")) == 1


async def test_a_new_password_takes_nobodys_handle_away(identity: IdentityContext) -> None:
    andrew = await create_account(identity, "andrew", "Andrew", PASSWORD)
    key = keys.login_key(LOCAL_ISSUER, "andrew")
    await identity.table.update(Update(key, {"user_uuid": "another"}))
    before = await identity.table.get(key)
    with pytest.raises(Conflict) as refused:
        await set_password(identity, andrew.handle, "another horse")
    assert refused.value.code == "handle_taken"
    assert await identity.table.get(key) == before


async def test_who_is_found_to_be_gone_is_gone_at_once(identity: IdentityContext) -> None:
    andrew = await create_account(identity, "andrew", "Andrew", PASSWORD)
    await find_user(identity, andrew.user_uuid)
    assert identity.memory.users.get(andrew.user_uuid) == andrew
    await check_user_is_there(identity, andrew.user_uuid)
    await identity.table.delete(Delete(keys.user_key(andrew.user_uuid)))
    with pytest.raises(Unauthenticated):
        await check_user_is_there(identity, andrew.user_uuid)
    with pytest.raises(NotFound):
        await find_user(identity, andrew.user_uuid)


@pytest.mark.parametrize(
    "handle",
    [
        "admin",
        "Support",
        "@ROOT",
        "sys.tem",
        "cr_u-ddur",
        "administrator",
        "admin1",
        "2-root-2",
        "adm1n",
        "5upp0rt",
        "sy5tem_99",
        "cruddur-support",
        "system.admin",
    ],
)
async def test_nobody_new_can_speak_for_the_service(identity: IdentityContext, handle: str) -> None:
    with pytest.raises(Invalid, match="reserved"):
        await create_account(identity, handle, "A", PASSWORD)


@pytest.mark.parametrize("handle", ["admina", "roots", "supporter", "ecosystem", "42", "r2d2"])
async def test_others_are_free(identity: IdentityContext, handle: str) -> None:
    assert (await create_account(identity, handle, "A", PASSWORD)).handle == handle


async def test_who_has_a_reserved_handle_from_earlier_keeps_it(identity: IdentityContext) -> None:
    andrew = await create_account(identity, "andrew", "Andrew", PASSWORD)
    login = await identity.table.get(keys.login_key(LOCAL_ISSUER, "andrew"))
    assert login is not None
    admin = msgspec.structs.replace(andrew, handle="admin")
    earlier = items.login_item(LOCAL_ISSUER, "admin", admin.user_uuid, login["password_hash"])
    await identity.table.transact([Put(items.handle_item(admin)), Put(earlier)])
    assert await find_user_by_handle(identity, "@Admin") == admin
    assert (await sign_in(identity, "admin", PASSWORD)).user == andrew


async def test_passwords_of_a_wrong_length_are_refused(identity: IdentityContext) -> None:
    for password, code in {
        "12345678901": "password_too_short",
        "x" * 129: "password_too_long",
        "ẹ" * 600: "password_too_long",
    }.items():
        with pytest.raises(Invalid) as refused:
            await create_account(identity, "andrew", "Andrew", password)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        await find_user_by_handle(identity, "andrew")


async def test_a_password_is_one_however_the_keyboard_composes_it(
    identity: IdentityContext,
) -> None:
    await create_account(identity, "andrew", "Andrew", "cafe\u0301 cafe\u0301 noir")
    await sign_in(identity, "andrew", "caf\u00e9 caf\u00e9 noir")


async def test_a_password_longer_than_any_does_not_match_its_beginning(
    identity: IdentityContext,
) -> None:
    await create_account(identity, "andrew", "Andrew", PASSWORD)
    older = "a" + "e\u0323" * 255  # of a version that took so many; typed it has 511
    password_hash = await passwords.hash_password(older, CHEAP_PASSWORDS)
    key = keys.login_key(LOCAL_ISSUER, "andrew")
    await identity.table.update(Update(key, {"password_hash": password_hash}))
    await sign_in(identity, "andrew", older)
    for longer in (f"{older}x", f"{older}{'x' * 2000}"):
        with pytest.raises(Unauthenticated):
            await sign_in(identity, "andrew", longer)


@pytest.mark.parametrize("cost", [PasswordCost(), CHEAP_PASSWORDS])
def test_nobodys_hash_costs_what_others_cost(cost: PasswordCost) -> None:
    nobodys = passwords.nobodys_hash(cost)
    assert not passwords.is_outdated(nobodys, cost)
    assert not passwords._verify(nobodys, "")


async def test_a_password_costs_what_the_standard_recommends(
    table: SqliteTable, clock: Clock
) -> None:
    identity = IdentityContext(table, SECRET, clock)
    await create_account(identity, "andrew", "Andrew", PASSWORD)
    login = await table.get(keys.login_key(LOCAL_ISSUER, "andrew"))
    assert login is not None
    made = extract_parameters(login["password_hash"])
    assert made == RFC_9106_LOW_MEMORY
    assert (await sign_in(identity, "andrew", PASSWORD)).token


async def test_a_wrong_handle_costs_the_hash_that_a_wrong_password_costs(
    identity: IdentityContext,
) -> None:
    await create_account(identity, "andrew", "Andrew", PASSWORD)
    for handle in ("andrew", "nobody", "no handle at all", ""):
        before = passwords.work.done
        with pytest.raises(Unauthenticated):
            await sign_in(identity, handle, "incorrect horse")
        assert passwords.work.done == before + 1


async def test_the_queue_of_hashes_empties_whatever_becomes_of_each() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    for number in range(passwords.WAITING_MAX + 1):
        assert await passwords.is_password(weak, PASSWORD if number % 2 else "wrong") == number % 2
    crowd = [
        asyncio.ensure_future(passwords.hash_password(PASSWORD, CHEAP_PASSWORDS)) for _ in range(3)
    ]
    await asyncio.sleep(0)
    for one in crowd:
        one.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    assert passwords.work.waiting == 0


async def test_a_crowd_that_is_too_large_is_asked_to_come_back() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    tries = [passwords.is_password(weak, PASSWORD) for _ in range(passwords.WAITING_MAX + 5)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in outcomes if one is not True] == [Busy] * 5


async def test_addresses_of_sign_ins_are_kept_for_sixteen_and_told_to_nobody(
    identity: IdentityContext,
) -> None:
    await create_account(identity, "andrew", "Andrew", PASSWORD)
    seen: list[Attempt] = []

    def guard(attempt: Attempt) -> nullcontext[None]:
        seen.append(attempt)
        return nullcontext()

    addresses = [f"192.0.2.{number}" for number in range(ADDRESSES_MAX + 1)]
    for address in [*addresses, addresses[1], addresses[0]]:
        await sign_in(identity, "andrew", PASSWORD, address=address, guard=guard)
    assert [one.is_from_known_address for one in seen[-2:]] == [True, False]
    login = await identity.table.get(keys.login_key(LOCAL_ISSUER, "andrew"))
    assert login is not None
    assert len(login["known_addresses"]) == ADDRESSES_MAX
    assert "192.0.2" not in str(login)


async def test_a_hash_of_another_cost_is_replaced_at_sign_in(identity: IdentityContext) -> None:
    await create_account(identity, "andrew", "Andrew", PASSWORD)
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    key = keys.login_key(LOCAL_ISSUER, "andrew")
    await identity.table.update(Update(key, {"password_hash": weak}))
    await sign_in(identity, "andrew", PASSWORD)
    login = await identity.table.get(key)
    assert login is not None
    assert not passwords.is_outdated(login["password_hash"], CHEAP_PASSWORDS)
    await sign_in(identity, "andrew", PASSWORD)


async def test_a_token_ends_with_its_time(identity: IdentityContext, clock: Clock) -> None:
    token = issue_token(identity, "u")
    session = await verify_token(identity, token)
    clock.turn(seconds=LIFETIME.total_seconds() - 1)
    assert await verify_token(identity, token) == session
    clock.turn(seconds=1)
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)
    with pytest.raises(Unauthenticated):
        await verify_session(identity, session)


async def test_a_revoked_token_is_refused_at_once_and_kept_until_it_ends(
    identity: IdentityContext,
) -> None:
    token = issue_token(identity, "u")
    session = await verify_token(identity, token)
    await sign_out(identity, session)
    for check in (verify_token(identity, token), verify_session(identity, session)):
        with pytest.raises(Unauthenticated):
            await check
    item = await identity.table.get(keys.revoked_key(session.token_id))
    assert item is not None
    assert item["expires_at"] == session.expires_at


async def test_another_processs_sign_out_is_noticed_when_the_memory_ends(
    identity: IdentityContext, table: SqliteTable, clock: Clock
) -> None:
    token = issue_token(identity, "u")
    session = await verify_token(identity, token)
    await sign_out(IdentityContext(table, SECRET, clock), session)
    assert await verify_token(identity, token) == session  # remembered, for a minute
    identity.memory.sessions.forget(token)
    with pytest.raises(Unauthenticated):
        await verify_token(identity, token)


async def test_a_search_finds_the_first_ten_by_handle(identity: IdentityContext) -> None:
    for number in range(11):
        await create_account(identity, f"anna{number:02d}", "Anna", PASSWORD)
    found = await search_people(identity, "@AN")
    assert [user.handle for user in found] == [f"anna{number:02d}" for number in range(10)]
    assert [user.handle for user in await search_people(identity, "anna1")] == ["anna10"]
    assert [user.handle for user in await search_people(identity, "an\0na05")] == []
    with pytest.raises(Invalid):
        await search_people(identity, "a")
