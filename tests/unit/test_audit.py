"""The audit in the table: what is noted, in order, and for how long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from tests.stage import Clock

from cruddur.domain.audit import AuditEntry
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity import audit_trail
from cruddur.identity.audit_trail import AuditTrail, new_entry
from cruddur.identity.context import IdentityContext
from cruddur.identity.list_audit import list_audit
from cruddur.ports.beside import running
from cruddur.schema import keys


@pytest.fixture
def identity(table: SqliteTable, clock: Clock) -> IdentityContext:
    return IdentityContext(table, bytes(32), clock)


@asynccontextmanager
async def _writing(trail: AuditTrail) -> AsyncIterator[None]:
    try:
        async with running(trail.write_always()):
            yield
    finally:
        await trail.close()


async def _listed(identity: IdentityContext, days: int = 1) -> list[AuditEntry]:
    now = identity.clock()
    found = list_audit(identity, now - timedelta(days=days), now + timedelta(seconds=1))
    return [entry async for entry in found]


def _entries(identity: IdentityContext, clock: Clock, count: int) -> list[AuditEntry]:
    entries = []
    for number in range(count):
        clock.turn(seconds=0.01)
        entries.append(
            new_entry(identity, "signed_in", "u", {"number": number}, address="192.0.2.7")
        )
    return entries


async def test_entries_are_stored_as_they_were_and_in_order(
    identity: IdentityContext, clock: Clock
) -> None:
    entries = _entries(identity, clock, 3)
    trail = AuditTrail(identity, 7)
    async with _writing(trail):
        for entry in entries:
            trail.add(entry)
    assert await _listed(identity) == entries


async def test_what_waits_is_bounded_and_the_oldest_is_dropped(
    identity: IdentityContext, clock: Clock
) -> None:
    trail = AuditTrail(identity, 7)
    entries = _entries(identity, clock, audit_trail.WAITING_MAX + 2)
    for entry in entries:
        trail.add(entry)
    async with _writing(trail):
        pass
    assert (await _listed(identity))[0] == entries[2]


async def test_without_a_number_of_days_nothing_is_stored(
    identity: IdentityContext, clock: Clock
) -> None:
    trail = AuditTrail(identity, 0)
    async with _writing(trail):
        trail.add(_entries(identity, clock, 1)[0])
    assert await _listed(identity) == []


async def test_entries_of_several_days_are_listed_and_each_expires(
    table: SqliteTable, identity: IdentityContext, clock: Clock
) -> None:
    first = _entries(identity, clock, 1)[0]
    await audit_trail.write_entry(identity, first, 2)
    clock.turn(hours=25)
    second = _entries(identity, clock, 1)[0]
    await audit_trail.write_entry(identity, second, 2)
    assert await _listed(identity, days=2) == [first, second]
    assert await _listed(identity, days=1) == [second]
    item = await table.get(keys.audit_key(first.at, first.entry_id))
    assert item is not None
    assert item["expires_at"] == int(
        (clock() - timedelta(hours=25) + timedelta(days=2)).timestamp()
    )


def test_a_handle_is_not_kept(identity: IdentityContext) -> None:
    assert new_entry(identity, "signed_up", "u", {"handle": "maya"}).details == {}
