"""People whom a host product makes: once each, however often it asks and from how many processes."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stage import Clock, Interrupted

from cruddur.domain.errors import ApiError, Conflict, Invalid, NotFound
from cruddur.domain.external_user import checked_avatar_url, checked_external_id, checked_metadata
from cruddur.domain.handles import checked_new_handle
from cruddur.domain.made_handles import made_handle
from cruddur.domain.text import looks
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_external_user import find_external_user
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.put_external_user import PutUser, WantedUser, put_external_user
from cruddur.identity.put_external_users import put_external_users
from cruddur.identity.search_people import search_people
from cruddur.ports.table import Delete, Table
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of

pytestmark = pytest.mark.every_engine


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return IdentityContext(table, bytes(32), clock)


def elsewhere(identity: IdentityContext, table: Any = None) -> IdentityContext:
    return IdentityContext(table or identity.table, identity.secret, identity.clock)


def maya(**said: Any) -> WantedUser:
    return WantedUser(**{"external_id": "42", "display_name": "Maya Lindqvist", **said})


async def kinds(identity: IdentityContext) -> dict[str, int]:
    found: dict[str, int] = {}
    async for item in identity.table.scan():
        found[kind_of(item)] = found.get(kind_of(item), 0) + 1
    return found


WHOLE = {"user": 1, "handle": 1, "name": 2, "login": 1}


async def test_the_same_request_makes_one_person(identity: IdentityContext) -> None:
    first = await put_external_user(identity, maya())
    again = await put_external_user(elsewhere(identity), maya())
    assert (first.is_new, again.is_new, again.is_renamed) == (True, False, False)
    assert first.known == again.known
    assert await kinds(identity) == WHOLE


async def test_at_the_same_moment_it_makes_one_person(identity: IdentityContext) -> None:
    made = await asyncio.gather(*(put_external_user(elsewhere(identity), maya()) for _ in range(8)))
    assert len({one.known.user.user_uuid for one in made}) == 1
    assert [one.is_new for one in made].count(True) == 1
    assert await kinds(identity) == WHOLE


async def test_a_handle_of_ones_own_is_no_conflict_at_the_same_moment(
    identity: IdentityContext,
) -> None:
    puts = (put_external_user(elsewhere(identity), maya(handle="maya")) for _ in range(8))
    made = await asyncio.gather(*puts)
    assert len({one.known.user.user_uuid for one in made}) == 1


async def test_what_others_find_a_person_by_does_not_hold_the_hosts_id(
    identity: IdentityContext,
) -> None:
    await put_external_user(identity, maya(external_id="secret-id"))
    async for item in identity.table.scan():
        assert kind_of(item) in {"user", "login"} or "secret-id" not in str(item)


async def test_what_is_not_said_stays_and_null_removes_it(identity: IdentityContext) -> None:
    said = {"avatar_url": "https://shop.example/42.png", "metadata": {"plan": "gold"}}
    await put_external_user(identity, maya(**said))
    kept = (await put_external_user(identity, maya())).known.external
    assert (kept.avatar_url, kept.metadata) == tuple(said.values())
    await put_external_user(identity, maya(avatar_url=None, metadata={"plan": "tin"}))
    left = (await find_external_user(identity, "42")).external
    assert (left.avatar_url, left.metadata) == (None, {"plan": "tin"})
    await put_external_user(identity, maya(metadata=None))
    assert (await find_external_user(identity, "42")).external.metadata == {}


async def test_a_name_goes_the_way_of_names(identity: IdentityContext) -> None:
    before = (await put_external_user(identity, maya())).known.user
    done = await put_external_user(identity, maya(display_name="Maya Svensson"))
    assert done.is_renamed
    assert (done.known.user.name_version, done.known.user.handle) == (1, before.handle)
    assert await kinds(identity) == {**WHOLE, "renaming": 1}
    assert [one.user_uuid for one in await search_people(identity, "svensson")] == [
        before.user_uuid
    ]


async def test_a_handle_is_the_hosts_choice_once(identity: IdentityContext) -> None:
    await put_external_user(identity, maya(handle="maya"))
    await put_external_user(identity, maya(handle="Maya"))
    with pytest.raises(Conflict) as refused:
        await put_external_user(identity, maya(handle="other"))
    assert refused.value.code == "handle_stays"
    with pytest.raises(Conflict) as refused:
        await put_external_user(identity, maya(external_id="43", handle="MAYA"))
    assert (refused.value.code, refused.value.field) == ("handle_taken", "handle")
    for handle in ("admin", "x", "a b", "ext:42"):
        with pytest.raises(Invalid):
            await put_external_user(identity, maya(external_id="44", handle=handle))
    assert await kinds(identity) == WHOLE


async def test_an_account_that_was_removed_is_made_anew(identity: IdentityContext) -> None:
    before = (await put_external_user(identity, maya())).known.user
    await identity.table.delete(Delete(keys.user_key(before.user_uuid)))
    with pytest.raises(NotFound):
        await find_external_user(identity, "42")
    after = await put_external_user(identity, maya())
    assert after.is_new
    assert (await find_external_user(identity, "42")).user.user_uuid != before.user_uuid


async def test_an_account_that_is_removed_meanwhile_leaves_nothing(
    identity: IdentityContext,
) -> None:
    await put_external_user(identity, maya())
    removal = Interrupted(
        identity.table, "update", lambda: identity.table.delete(Delete(keys.external_key("42")))
    )
    with pytest.raises(ApiError):
        await put_external_user(elsewhere(identity, removal), maya(metadata={"a": "b"}))
    assert "login" not in await kinds(identity)


async def test_an_id_names_a_person_wherever_a_handle_does(identity: IdentityContext) -> None:
    user = (await put_external_user(identity, maya(external_id="a/b@é.example"))).known.user
    for process in (identity, elsewhere(identity)):
        assert await find_user_by_handle(process, "ext:a/b@é.example") == user
        assert list(await search_people(process, "ext:a/b@é.example")) == [user]
    for wrong in ("ext:", "ext:A/b@é.example", "ext:42", "ext:\0", "EXT:a/b@é.example"):
        with pytest.raises(NotFound):
            await find_user_by_handle(identity, wrong)
    assert list(await search_people(identity, "ext:nobody")) == []


async def test_each_of_a_batch_has_its_own_result(identity: IdentityContext) -> None:
    wanted = [
        maya(),
        maya(external_id="43", display_name=" "),
        maya(external_id="44", handle="dora"),
        maya(display_name="Twice"),
        maya(external_id=""),
    ]
    done = await put_external_users(identity, wanted)
    told = [one.is_new if isinstance(one, PutUser) else one.code for one in done]
    assert told == [True, "display_name_blank", True, "external_id_twice", "external_id_invalid"]
    assert (await find_external_user(identity, "42")).user.display_name == "Maya Lindqvist"


@pytest.mark.parametrize(
    "wrong", ["", "x" * 201, ".", "..", "a\0", "a\n", "\ud800", "a\ufffd", "\x85"]
)
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid):
        checked_external_id(wrong)


@pytest.mark.parametrize(
    "right", ["1", "x" * 200, "a/b", "a@b.example", "王 小明", "%2F", "🙂" * 200]
)
def test_an_id_is_taken_as_it_is(right: str) -> None:
    assert checked_external_id(right) == right


@pytest.mark.parametrize(
    "wrong",
    [
        "http://a.example/x",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@a.example/",
        "https://a.example/ x",
        "https://[a",
        "https://a.example/" + "x" * 500,
        "https://a.example/\n",
    ],
)
def test_a_picture_has_an_https_address(wrong: str) -> None:
    with pytest.raises(Invalid):
        checked_avatar_url(wrong)


def test_metadata_is_small() -> None:
    fits = {"a": "x" * (1024 - len(json.dumps({"a": ""}, separators=(",", ":"))))}
    assert checked_metadata(fits) == fits
    for wrong in ({"a": fits["a"] + "x"}, {"é" * 300: "é" * 300}, {str(n): "" for n in range(21)}):
        with pytest.raises(Invalid):
            checked_metadata(wrong)


@given(
    st.text(max_size=60)
    | st.sampled_from(["Admin", "sup.port", "Adrnin", "r00t", "Ådm1n", "王小明", "--"])
)
def test_a_made_handle_is_a_handle_and_never_speaks_for_the_service(name: str) -> None:
    handle = made_handle(name)
    assert checked_new_handle(handle) == handle
    stem = handle.rpartition("-")[0]
    for word in ("admin", "support", "root", "system", "cruddur"):
        assert looks(word) not in looks(stem)


def test_two_made_handles_do_not_look_alike() -> None:
    handles = {made_handle("Maya Lindqvist") for _ in range(500)}
    assert len({looks(handle) for handle in handles}) == 500
    assert all(handle.startswith("maya.lindqvist-") for handle in handles)
