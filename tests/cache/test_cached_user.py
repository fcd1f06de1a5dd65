"""A user who is found to be gone is gone in every process, whatever the cache held."""

import uuid
from typing import Any

import pytest
from tests.cache.stores import Breakable
from tests.stage import CHEAP_PASSWORDS, SEAL, Counted

from cruddur.domain.errors import NotFound, Unauthenticated
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.cache.store import Store
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity.cached_user import with_cached_user
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import check_user_is_there, find_user
from cruddur.ports.table import Delete
from cruddur.schema import keys


def process(table: SqliteTable, store: Store) -> IdentityContext:
    cache = GenerationCache(store, seal=SEAL, repairs_itself=False)
    return with_cached_user(IdentityContext(table, bytes(32), password_cost=CHEAP_PASSWORDS), cache)


async def test_who_is_gone_leaves_the_cache(table: SqliteTable) -> None:
    store = MemoryStore()
    one, another = process(table, store), process(table, store)
    handle = f"a{uuid.uuid4().hex[:8]}"
    andrew = (await create_account(one, handle, "Andrew", "correct horse")).user_uuid
    await find_user(one, andrew)
    await find_user(process(table, store), andrew)  # the cache has it now
    await table.delete(Delete(keys.user_key(andrew)))
    await find_user(process(table, store), andrew)
    with pytest.raises(Unauthenticated):
        await check_user_is_there(one, andrew)
    with pytest.raises(NotFound):
        await find_user(another, andrew)


async def test_a_user_is_read_from_the_table_once_by_all_processes(table: SqliteTable) -> None:
    store = MemoryStore()
    handle = f"a{uuid.uuid4().hex[:8]}"
    andrew = await create_account(process(table, store), handle, "Andrew", "correct horse")
    await find_user(process(table, store), andrew.user_uuid)
    counted: Any = Counted(table)
    assert await find_user(process(counted, store), andrew.user_uuid) == andrew
    assert counted.calls == []


async def test_while_the_cache_is_away_users_come_from_the_table(table: SqliteTable) -> None:
    store: Any = Breakable(MemoryStore())
    andrew = await create_account(process(table, store), "andrew", "Andrew", "correct horse")
    store.mode = "refuses"
    assert await find_user(process(table, store), andrew.user_uuid) == andrew
