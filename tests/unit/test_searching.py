"""People and conversations are found by words of their names, however these are written."""

import pytest
from tests.stage import Clock, person

from cruddur.domain.errors import Invalid
from cruddur.domain.folding import folded, words_of
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.search_people import FOUND_MAX, search_people
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.search_inbox import search_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine

NAMES = {
    "p1": "Inês Moreau",
    "p2": "Søren Łukasz Ægir",
    "p3": "ΜΑΡΊΑ Παπαδοπούλου",
    "p4": "Jean-Luc d'Ines",
    "p5": "田中 太郎",
}


async def have_accounts(messaging: MessagingContext, names: dict[str, str]) -> list[User]:
    users = [person(handle, name) for handle, name in names.items()]
    for user in users:
        await messaging.table.transact([Put(item) for item in items.person_items(user)])
    return users


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("ines", ["p1", "p4"]),
        ("INÊS", ["p1", "p4"]),
        ("in mor", ["p1"]),
        ("moreau in", ["p1"]),
        ("nes", []),
        ("soren", ["p2"]),
        ("luk aeg", ["p2"]),
        ("μαρια", ["p3"]),
        ("luc jean", ["p4"]),
        ("太郎", ["p5"]),
        ("p3", ["p3"]),
        ("@in", []),
        ("@p", None),
        ("\0\u202e", []),
        ("in#%" + "x" * 5000, []),
        ("  ", None),
    ],
)
async def test_people_are_found_by_words_of_their_names(
    messaging: MessagingContext, text: str, handles: list[str] | None
) -> None:
    await have_accounts(messaging, NAMES)
    identity = IdentityContext(messaging.table, bytes(32))
    if handles is None:
        with pytest.raises(Invalid):
            await search_people(identity, text)
    else:
        found = await search_people(identity, text)
        assert sorted(user.handle for user in found) == handles


async def test_somebody_with_a_name_like_their_handle_is_found_once(
    messaging: MessagingContext,
) -> None:
    names = {f"maya{number:02d}": "Maya Maya" for number in range(20)}
    await have_accounts(messaging, names)
    found = await search_people(IdentityContext(messaging.table, bytes(32)), "maya")
    assert [user.handle for user in found] == sorted(names)[:FOUND_MAX]


async def test_conversations_are_found_among_all(messaging: MessagingContext, clock: Clock) -> None:
    me, *others = await have_accounts(messaging, {"me": "Me Myself", **NAMES})
    for other in others:
        clock.turn(seconds=1)
        await start_direct_group(messaging, me, other, "Hello")
    await start_group(messaging, me, others[:2], "Fête at the lake")
    await start_group(messaging, others[0], others[1:3], "The lake without me")

    async def names(text: str) -> list[str]:
        rows = await search_inbox(messaging, me.user_uuid, text)
        return [row.user_display_name or row.title or "" for row in rows]

    assert await names("ines") == ["Jean-Luc d'Ines", "Inês Moreau"]
    assert await names("fete lake") == ["Fête at the lake"]
    assert await names("p5") == ["田中 太郎"]
    assert await names("without") == []
    with pytest.raises(Invalid):
        await names("\u0301")


async def test_an_account_of_an_older_version_is_found_after_a_rebuild(
    messaging: MessagingContext,
) -> None:
    (ines,) = await have_accounts(messaging, {"p1": "Inês Moreau"})
    for word in ("ines", "moreau"):
        await messaging.table.delete(Delete(keys.name_key(word, ines.user_uuid)))
    identity = IdentityContext(messaging.table, bytes(32))
    assert await search_people(identity, "ines") == []
    assert [one.what async for one in verify_inboxes(messaging)] == [
        "@p1 cannot be found by ines, moreau"
    ]
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True]
    assert await search_people(identity, "ines") == [ines]
    assert [one async for one in verify_inboxes(messaging)] == []


def test_a_long_name_has_five_words_at_most() -> None:
    items_of = items.name_items(person("p1", " ".join(f"w{number}x" for number in range(12))))
    assert [item["sk"].partition("#")[0] for item in items_of] == [f"w{n}x" for n in range(5)]
    assert words_of("A b-c Ä́ i̇stanbul") == ["istanbul"]
    assert folded("ẞ STRASSE") == "ss strasse"
