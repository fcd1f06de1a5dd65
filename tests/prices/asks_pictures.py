"""What the picture of a person costs: to take, to remove, and to show it."""

from tests.pictures import of_bytes
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.domain.person_picture import PICTURE_MAX_BYTES, WEBP
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.find_picture import find_picture
from cruddur.identity.remove_picture import remove_picture
from cruddur.identity.set_picture import set_picture
from cruddur.ports.metering import Units

LARGEST = of_bytes(PICTURE_MAX_BYTES)


def elsewhere(stage: Stage) -> IdentityContext:
    return IdentityContext(stage.table, stage.identity.secret, stage.clock)


async def make(stage: Stage, handle: str) -> str:
    user = await create_account(stage.identity, handle, "Ines Lindqvist", "correct horse")
    return user.user_uuid


@asks("take a picture of 32,000 bytes, with a name of two words")
async def take(stage: Stage, pattern: str) -> Units:
    uuid = await make(stage, "pictured")
    return await cost_of(pattern, set_picture(elsewhere(stage), uuid, LARGEST, WEBP))


@asks("remove a picture of 32,000 bytes, with a name of two words")
async def remove(stage: Stage, pattern: str) -> Units:
    uuid = await make(stage, "faceless")
    await set_picture(stage.identity, uuid, LARGEST, WEBP)
    return await cost_of(pattern, remove_picture(elsewhere(stage), uuid))


@asks("show a picture of 32,000 bytes")
async def show(stage: Stage, pattern: str) -> Units:
    uuid = await make(stage, "shown")
    name = (await set_picture(stage.identity, uuid, LARGEST, WEBP)).picture or ""
    return await cost_of(pattern, find_picture(elsewhere(stage), uuid, name))
