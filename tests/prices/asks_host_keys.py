"""What keys of host products cost: nothing while a process remembers one."""

from tests.prices.asks_sessions import elsewhere
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.identity.add_host_key import add_host_key
from cruddur.identity.check_host_key import check_host_key
from cruddur.identity.remove_host_key import remove_host_key
from cruddur.identity.roll_host_key import roll_host_key
from cruddur.ports.metering import Units, measured


@asks("make a key for a host")
async def add(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, add_host_key(stage.identity, "made"))


@asks("roll a host's key")
async def roll(stage: Stage, pattern: str) -> Units:
    await add_host_key(stage.identity, "rolled")
    return await cost_of(pattern, roll_host_key(stage.identity, "rolled"))


@asks("remove a host's key")
async def remove(stage: Stage, pattern: str) -> Units:
    await add_host_key(stage.identity, "removed")
    return await cost_of(pattern, remove_host_key(stage.identity, "removed"))


@asks("check a host's key, once a minute")
async def check(stage: Stage, pattern: str) -> Units:
    token = (await add_host_key(stage.identity, "checked")).token
    await check_host_key(elsewhere(stage), token)
    warm = elsewhere(stage)
    units = await cost_of(pattern, check_host_key(warm, token))
    with measured() as within_the_minute:
        await check_host_key(warm, token)
    assert within_the_minute == Units()
    return units


@asks("note that a host's key is used, once an hour")
async def note(stage: Stage, pattern: str) -> Units:
    token = (await add_host_key(stage.identity, "noted")).token
    with measured() as both:
        await check_host_key(elsewhere(stage), token)
    checked = await cost_of("check_host_key", check_host_key(elsewhere(stage), token))
    return Units(both.table_read - checked.table_read, 0, both.table_write, 0)
