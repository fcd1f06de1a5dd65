"""Compare what others have of a person's display name with the person's profile.

A running service changes names meanwhile, and items are not read at one moment. So each difference is
looked at twice, and what a new name is still on its way to is none.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

from cruddur.domain.folding import WORDS_MAX, words_of
from cruddur.domain.item import Item, Key
from cruddur.domain.model import MessageGroup, User
from cruddur.domain.renaming import Renaming
from cruddur.messaging.access import UnreadableGroup, find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.carry_name import find_renaming
from cruddur.messaging.inbox.correct_names import renamed_people
from cruddur.messaging.inbox.difference import Difference
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

SECOND_LOOK_SECONDS = 0.5


async def compare_person(messaging: MessagingContext, user: User) -> Difference | None:
    """Returns a difference if a search would not find the user, or under an older name.

    Accounts of older versions lack the items of their words.
    """

    async def look() -> Difference | None:
        return await _compare_items(messaging, await _profile(messaging, user.user_uuid))

    first = await _compare_items(messaging, user)
    return await confirmed(look) if first else None


async def compare_word(messaging: MessagingContext, item: Item) -> Difference | None:
    """Returns a difference if the word is none of the user's name any more."""
    key, user_uuid = keys.key_of(item), str(item.get("user_uuid"))

    async def look() -> Difference | None:
        user = await _profile(messaging, user_uuid)
        if user is None or _word_of(key) in words_of(user.display_name)[:WORDS_MAX]:
            return None
        if await messaging.table.get(key, consistent=True) is None:
            return None
        what = f"@{user.handle} is still found by {_word_of(key)}"
        return Difference(user.user_uuid, what, person=user, unwanted=[key])

    return await confirmed(look) if await look() else None


async def compare_members(messaging: MessagingContext, group: MessageGroup) -> list[Difference]:
    """Returns a difference for each member who has a newer name than the group."""
    if not await renamed_people(messaging, group.members):
        return []
    await asyncio.sleep(SECOND_LOOK_SECONDS)
    messaging.direct_groups.forget(group.message_group_uuid)
    try:
        current = await find_group(messaging, group.message_group_uuid)
    except UnreadableGroup:
        return []
    if current is None:
        return []
    # Somebody who has not accepted it yet brings their name with them when they do.
    accepted = {uuid: one for uuid, one in current.members.items() if not one.is_request}
    late = await renamed_people(messaging, accepted)
    stuck = [one for one in late if await find_renaming(messaging, one.user_uuid) is None]
    return [_of_member(current, one) for one in stuck]


async def compare_renaming(messaging: MessagingContext, renaming: Renaming) -> Difference | None:
    """Returns a difference if a new name does not get on."""
    await asyncio.sleep(SECOND_LOOK_SECONDS)
    if await find_renaming(messaging, renaming.user_uuid) != renaming:
        return None
    what = f"the new name of @{renaming.handle} has not come to all conversations"
    return Difference(renaming.user_uuid, what, renaming=renaming)


async def _compare_items(messaging: MessagingContext, user: User | None) -> Difference | None:
    if user is None:
        return None
    wanted = {
        keys.key_of(item): item for item in (items.handle_item(user), *items.name_items(user))
    }
    found = await messaging.table.get_many(list(wanted), consistent=True)
    lacking = [k for k in wanted if k not in found and k != keys.handle_key(user.handle)]
    old = [key for key, item in found.items() if _is_of_older_name(item, user)]
    if not lacking and not old:
        return None
    what = " and ".join(_words(user, lacking, old))
    return Difference(
        user.user_uuid, what, person=user, missing=[wanted[key] for key in (*lacking, *old)]
    )


def _words(user: User, lacking: Collection[Key], old: Collection[Key]) -> Iterable[str]:
    if lacking:
        yield f"@{user.handle} cannot be found by {', '.join(map(_word_of, lacking))}"
    if old:
        yield f"@{user.handle} is found under another name or picture by {', '.join(map(_word_of, old))}"


def _is_of_older_name(item: Mapping[str, object], user: User) -> bool:
    is_theirs = item.get("user_uuid") == user.user_uuid
    shown = (item.get("display_name"), item.get("picture"))
    return is_theirs and shown != (user.display_name, user.picture)


def _of_member(group: MessageGroup, renamed: Renaming) -> Difference:
    has = group.members[renamed.user_uuid].display_name
    is_called = f"@{renamed.handle} is called {has!r} instead of {renamed.display_name!r}"
    has_another = f"@{renamed.handle} has another picture here"
    what = is_called if has != renamed.display_name else has_another
    return Difference(group.message_group_uuid, what, renaming=renamed)


async def confirmed(look: Callable[[], Awaitable[Difference | None]]) -> Difference | None:
    """Returns what a second look finds, a moment later: a running service changes things meanwhile."""
    await asyncio.sleep(SECOND_LOOK_SECONDS)
    return await look()


async def _profile(messaging: MessagingContext, user_uuid: str) -> User | None:
    item = await messaging.table.get(keys.user_key(user_uuid), consistent=True)
    return one_from(items.user_from, item)


def _word_of(key: Key) -> str:
    return key.sk.partition("#")[0]
