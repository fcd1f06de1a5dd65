"""What people of a host cost: to make them, to ask for them, and to say again what is known."""

from datetime import timedelta

from tests.prices.asks_sessions import elsewhere
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.identity.find_external_user import find_external_user
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.make_token import make_token
from cruddur.identity.put_external_user import WantedUser, put_external_user
from cruddur.ports.metering import Units


async def made(stage: Stage, external_id: str) -> WantedUser:
    wanted = WantedUser(external_id=external_id, display_name="Maya Lindqvist")
    await put_external_user(stage.identity, wanted)
    return wanted


@asks("make a person for a host, of a name of two words")
async def make(stage: Stage, pattern: str) -> Units:
    wanted = WantedUser(external_id="made", display_name="Maya Lindqvist")
    return await cost_of(pattern, put_external_user(stage.identity, wanted))


@asks("put them again, nothing changed")
async def put(stage: Stage, pattern: str) -> Units:
    wanted = await made(stage, "again")
    return await cost_of(pattern, put_external_user(elsewhere(stage), wanted))


@asks("look a host's person up")
async def look(stage: Stage, pattern: str) -> Units:
    await made(stage, "looked-up")
    return await cost_of(pattern, find_external_user(elsewhere(stage), "looked-up"))


@asks("find a person by a host's id")
async def find(stage: Stage, pattern: str) -> Units:
    await made(stage, "found")
    return await cost_of(pattern, find_user_by_handle(elsewhere(stage), "ext:found"))


@asks("make a token for a host's person")
async def token(stage: Stage, pattern: str) -> Units:
    await made(stage, "signed-in")
    return await cost_of(pattern, make_token(elsewhere(stage), "signed-in", timedelta(hours=1)))
