"""The audit while the table is down: entries wait, and none is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from aiohttp import web
from tests import engines
from tests.dynamodb.faulty import Forward, Proxy, server_error_after
from tests.faults.conftest import DEADLINE

from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.identity.audit_trail import AuditTrail, new_entry
from cruddur.identity.context import IdentityContext
from cruddur.identity.list_audit import list_audit


@asynccontextmanager
async def _writing(trail: AuditTrail) -> AsyncIterator[None]:
    task = asyncio.create_task(trail.write_always())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await trail.close()


async def test_entries_whose_fate_is_unknown_are_stored_once(proxy: Proxy) -> None:
    """The table stores each, and answers with an error until it has done so twice."""
    async with engines.fresh_table(engines.shared("dynoxide").url) as direct:
        table = await DynamoTable.open(
            direct.name, region=engines.REGION, endpoint_url=proxy.url, deadline=DEADLINE
        )
        identity = IdentityContext(table, bytes(32))
        entries = [new_entry(identity, "signed_in", "u", {"number": number}) for number in range(3)]
        failed_twice = asyncio.Event()

        async def fail(forward: Forward) -> web.Response:
            if proxy.calls.count("PutItem") > 1:
                failed_twice.set()
            return await server_error_after(forward)

        proxy.always = fail
        trail = AuditTrail(identity, 7)
        async with _writing(trail):
            for entry in entries:
                trail.add(entry)
            await failed_twice.wait()
            proxy.always = None
        await table.close()
        now = datetime.now(UTC)
        stored = list_audit(IdentityContext(direct, bytes(32)), now - timedelta(days=1), now)
        found = [entry async for entry in stored]
    assert sorted(found, key=lambda entry: entry.details["number"]) == entries
