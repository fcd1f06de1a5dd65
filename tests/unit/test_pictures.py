"""A picture reaches all who show the person, and file and profile never part."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.pictures import BLUE, RED
from tests.stage import CHEAP_PASSWORDS, Counted, Interrupted, Stream, beside

from cruddur.domain.erasure import Erasure
from cruddur.domain.errors import NotFound, Unauthenticated
from cruddur.domain.model import MessageGroup, User
from cruddur.domain.person_picture import WEBP, checked_picture, picture_name
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.find_picture import find_picture
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.remove_picture import remove_picture
from cruddur.identity.rename_user import rename_user
from cruddur.identity.search_people import search_people
from cruddur.identity.set_picture import set_picture
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.ports.table import Delete, Table, Update
from cruddur.schema import keys
from cruddur.schema.erased_views import without_erased
from cruddur.schema.picture_items import picture_key

pytestmark = pytest.mark.every_engine

NAME_OF_RED, NAME_OF_BLUE = (picture_name(checked_picture(one, WEBP)) for one in (RED, BLUE))


@pytest.fixture
def identity(table: Table) -> IdentityContext:
    return elsewhere(table)


def elsewhere(table: Table) -> IdentityContext:
    """Another process, which remembers nothing."""
    return IdentityContext(table, bytes(32), password_cost=CHEAP_PASSWORDS)


@pytest.fixture
async def andrew(identity: IdentityContext) -> User:
    return await create_account(identity, "andrew", "Andrew Brown", "correct horse battery")


@pytest.fixture
async def bayko(identity: IdentityContext) -> User:
    return await create_account(identity, "bayko", "Andrew Bayko", "correct horse battery")


async def stored(table: Table) -> list[tuple[str, str]]:
    return [
        (item["pk"].removeprefix(keys.USER_PREFIX), item["name"])
        async for item in table.scan()
        if item["sk"] == "PICTURE"
    ]


async def differences(messaging: MessagingContext) -> list[str]:
    return [found.what async for found in verify_inboxes(messaging)]


class Talks:
    """A conversation of the two, a group of theirs, and what they show of Andrew."""

    def __init__(self, messaging: MessagingContext, andrew: User, bayko: User) -> None:
        self.messaging = messaging
        self.andrew, self.bayko = andrew, bayko
        self.groups: list[str] = []

    async def begin(self) -> "Talks":
        first = await start_direct_group(self.messaging, self.andrew, self.bayko, "Hello")
        many = await start_group(self.messaging, self.bayko, [self.andrew], "Lunch")
        self.groups = [first.message_group_uuid, many.message_group_uuid]
        return self

    async def shown(self) -> set[str | None]:
        """The pictures of Andrew in Bayko's inbox and among the members."""
        rows = (await list_inbox(beside(self.messaging), self.bayko.user_uuid)).rows
        groups = [await self._group(uuid) for uuid in self.groups]
        of_rows = {row.user_picture for row in rows if row.kind == "direct"}
        return of_rows | {one.members[self.andrew.user_uuid].picture for one in groups}

    async def _group(self, uuid: str) -> MessageGroup:
        found = await find_group(beside(self.messaging), uuid)
        assert found is not None
        return found


@pytest.fixture
async def talks(messaging: MessagingContext, andrew: User, bayko: User) -> Talks:
    return await Talks(messaging, andrew, bayko).begin()


async def test_a_picture_is_shown_everywhere_and_gone_everywhere(
    identity: IdentityContext, table: Table, talks: Talks, stream: Stream
) -> None:
    andrew, messaging = talks.andrew, talks.messaging
    user = await set_picture(identity, andrew.user_uuid, RED, WEBP)
    assert (user.picture, user.name_version) == (NAME_OF_RED, 1)
    await stream.project(messaging)
    assert await talks.shown() == {NAME_OF_RED}
    for found in (
        await find_user(elsewhere(table), andrew.user_uuid),
        await find_user_by_handle(elsewhere(table), "andrew"),
        (await search_people(identity, "brown"))[0],
    ):
        assert found.picture == NAME_OF_RED
    picture = await find_picture(identity, andrew.user_uuid, NAME_OF_RED)
    assert (picture.data, picture.media_type) == (checked_picture(RED, WEBP), WEBP)
    assert await differences(messaging) == []
    assert (await remove_picture(identity, andrew.user_uuid)).picture is None
    await stream.project(messaging)
    assert await talks.shown() == {None}
    assert (await search_people(identity, "brown"))[0].picture is None
    with pytest.raises(NotFound):
        await find_picture(identity, andrew.user_uuid, NAME_OF_RED)
    assert await stored(table) == []
    assert await differences(messaging) == []


async def test_a_new_conversation_has_the_picture_and_a_new_name_keeps_it(
    identity: IdentityContext,
    messaging: MessagingContext,
    andrew: User,
    bayko: User,
    stream: Stream,
) -> None:
    andrew = await set_picture(identity, andrew.user_uuid, RED, WEBP)
    talks = await Talks(messaging, andrew, bayko).begin()
    assert await talks.shown() == {NAME_OF_RED}
    await rename_user(identity, andrew.user_uuid, "Ines")
    await stream.project(messaging)
    assert await talks.shown() == {NAME_OF_RED}
    assert await differences(messaging) == []


async def test_of_two_devices_at_once_one_wins_whole(
    identity: IdentityContext, table: Table, talks: Talks, stream: Stream
) -> None:
    uuid = talks.andrew.user_uuid

    async def overtake() -> None:
        await set_picture(elsewhere(table), uuid, RED, WEBP)

    slow = IdentityContext(Interrupted(table, "transact", overtake), bytes(32))
    assert (await set_picture(slow, uuid, BLUE, WEBP)).picture == NAME_OF_BLUE
    assert await stored(table) == [(uuid, NAME_OF_BLUE)]
    with pytest.raises(NotFound):
        await find_picture(identity, uuid, NAME_OF_RED)
    await stream.project(talks.messaging)
    assert await talks.shown() == {NAME_OF_BLUE}
    assert await differences(talks.messaging) == []


async def test_the_same_picture_of_two_people_is_each_ones_own(
    identity: IdentityContext, table: Table, andrew: User, bayko: User
) -> None:
    for user in (andrew, bayko):
        await set_picture(identity, user.user_uuid, RED, WEBP)
    await remove_picture(identity, andrew.user_uuid)
    assert await stored(table) == [(bayko.user_uuid, NAME_OF_RED)]
    assert (await find_picture(identity, bayko.user_uuid, NAME_OF_RED)).name == NAME_OF_RED
    with pytest.raises(NotFound):
        await find_picture(identity, andrew.user_uuid, NAME_OF_RED)


async def test_the_same_picture_again_and_none_again_write_nothing(
    table: Table, andrew: User
) -> None:
    await set_picture(elsewhere(table), andrew.user_uuid, RED, WEBP)
    counted = Counted(table)
    again = IdentityContext(counted, bytes(32))
    assert (await set_picture(again, andrew.user_uuid, RED, WEBP)).name_version == 1
    assert counted.calls == ["get"]
    await remove_picture(elsewhere(table), andrew.user_uuid)
    counted.calls.clear()
    assert (await remove_picture(again, andrew.user_uuid)).name_version == 2
    assert counted.calls == ["get"]


async def test_nobody_gets_a_picture_who_is_being_erased(table: Table, andrew: User) -> None:
    async def erase() -> None:
        await begin_erasure(elsewhere(table), andrew.user_uuid, "blank")

    late = IdentityContext(Interrupted(table, "transact", erase), bytes(32))
    with pytest.raises(Unauthenticated):
        await set_picture(late, andrew.user_uuid, RED, WEBP)
    assert await stored(table) == []


def test_the_feed_shows_no_picture_of_somebody_who_is_erased(andrew: User, bayko: User) -> None:
    uuid, group = andrew.user_uuid, "0f0e1d2c-0000-4000-8000-000000000001"
    told = {"handle": "andrew", "display_name": "Andrew", "picture": NAME_OF_RED}
    names = {"user_uuid": uuid, "user_handle": "andrew", "user_picture": NAME_OF_RED}
    found: list[dict[str, Any]] = [
        {"pk": keys.inbox_pk(bayko.user_uuid), "sk": group, **names},
        {"pk": keys.messages_pk(group), "sk": "GROUP", "members": {uuid: told}},
        {"pk": keys.user_key(uuid).pk, "sk": "PICTURE", "name": NAME_OF_RED, "data": RED},
    ]
    erasure = Erasure(user_uuid=uuid, began_at=andrew.created_at, messages="keep", name_version=2)
    for item in found:
        assert NAME_OF_RED not in str(without_erased(item, {uuid: erasure}))


async def _lose_file(table: Table, uuid: str) -> None:
    await table.delete(Delete(picture_key(uuid)))


async def _lose_bytes(table: Table, uuid: str) -> None:
    await table.update(Update(picture_key(uuid), {"data": b"others"}))


async def _forget_in_profile(table: Table, uuid: str) -> None:
    for key in (keys.user_key(uuid), keys.handle_key("andrew")):
        await table.update(Update(key, {}, ["picture"]))


@pytest.mark.parametrize(
    ("garble", "said"),
    [
        (_lose_file, "the picture of @andrew is not there"),
        (_lose_bytes, "its picture is another one than its name says"),
        (_forget_in_profile, "the profile of @andrew does not name their picture"),
    ],
)
async def test_verify_tells_where_file_and_profile_part(
    identity: IdentityContext,
    messaging: MessagingContext,
    andrew: User,
    stream: Stream,
    *,
    garble: Callable[[Table, str], Any],
    said: str,
) -> None:
    await set_picture(identity, andrew.user_uuid, RED, WEBP)
    await stream.project(messaging)
    await garble(identity.table, andrew.user_uuid)
    assert said in "; ".join(await differences(messaging))


async def test_what_an_older_version_drops_beside_this_one_is_found_and_mended(
    identity: IdentityContext, table: Table, talks: Talks, stream: Stream
) -> None:
    uuid, group = talks.andrew.user_uuid, keys.group_key(talks.groups[0])
    await set_picture(identity, uuid, RED, WEBP)
    await stream.project(talks.messaging)
    members = dict((await table.get(group) or {})["members"])
    members[uuid] = {name: v for name, v in members[uuid].items() if name != "picture"}
    await table.update(Update(group, {"members": members}))
    assert "@andrew has another picture here" in await differences(beside(talks.messaging))
    for _ in range(2):  # the row was compared with the group before that was mended
        assert all([one.is_mended async for one in rebuild_inboxes(beside(talks.messaging))])
    assert await talks.shown() == {NAME_OF_RED}
    assert await differences(beside(talks.messaging)) == []
