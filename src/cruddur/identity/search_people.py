"""Search users by the beginning of their handle, or of words of their display name."""

import asyncio
import re
from collections.abc import Sequence

from cruddur.domain.errors import Invalid, NotFound, declare_code
from cruddur.domain.external_user import external_id_in
from cruddur.domain.folding import has_words, words_of
from cruddur.domain.model import User, fold
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user_by_handle
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Query, Range
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

_TOO_SHORT = declare_code("prefix_too_short", "A search needs at least 2 characters.")

FOUND_MAX = 10
_LOOKED_AT_MAX = 50
"""The most users that a search reads by one of its words and compares with its other words."""

_TEXT_MAX_CHARS = 80
_HANDLE_CHARS = re.compile(r"[a-z0-9._-]*")


@access_pattern(
    "search_people", Ceiling("G", "people whose handle or name begins so", write=0, read=1)
)
async def search_people(identity: IdentityContext, text: str) -> Sequence[User]:
    """Returns at most FOUND_MAX users, those found by handle first; of `ext:42` the one with this id.

    Raises Invalid for less than two characters.
    """
    text = text.strip()
    if external_id_in(text) is not None:
        return await _by_external_id(identity, text)
    handle, words = fold(text.removeprefix("@")), words_of(text[:_TEXT_MAX_CHARS])
    if len(handle) < keys.HANDLE_PREFIX_CHARS:
        raise Invalid(
            _TOO_SHORT,
            f"A search needs at least {keys.HANDLE_PREFIX_CHARS} characters.",
            field="prefix",
        )
    by_handle, by_name = await asyncio.gather(
        _by_handle(identity, handle), _by_name(identity, [] if text.startswith("@") else words)
    )
    found = {user.user_uuid: user for user in (*by_handle, *by_name)}
    return list(found.values())[:FOUND_MAX]


async def _by_external_id(identity: IdentityContext, name: str) -> Sequence[User]:
    try:
        return [await find_user_by_handle(identity, name)]
    except NotFound:
        return []


async def _by_handle(identity: IdentityContext, handle: str) -> Sequence[User]:
    if len(handle) > _TEXT_MAX_CHARS or not _HANDLE_CHARS.fullmatch(handle):
        return []
    return await _found(
        identity, Query(keys.handle_pk(handle), Range(prefix=handle), limit=FOUND_MAX)
    )


async def _by_name(identity: IdentityContext, words: Sequence[str]) -> Sequence[User]:
    if not words:
        return []
    rarest = max(words, key=len)
    most = FOUND_MAX if len(words) == 1 else _LOOKED_AT_MAX
    query = Query(keys.name_pk(rarest), Range(prefix=rarest), limit=most)
    people = await _found(identity, query)
    return [user for user in people if has_words(user.display_name, words)]


async def _found(identity: IdentityContext, query: Query) -> Sequence[User]:
    page = await identity.table.query(query)
    found = (one_from(items.user_from_handle, item) for item in page.items)
    return [user for user in found if user is not None]
