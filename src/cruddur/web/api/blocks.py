"""`/api/blocks`: the people whom one has blocked."""

from typing import Annotated

from litestar import delete, get, put
from litestar.params import PathParameter
from msgspec import Meta

from cruddur.domain.model import canonical_uuid
from cruddur.identity.find_user import find_user, user_not_found
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.list_blocks import BlockedPerson, list_blocks
from cruddur.messaging.people.unblock_person import unblock_person
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import UserOut
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.rate_limits import Take
from cruddur.web.http.security_log import record

UserUuid = Annotated[str, PathParameter(description="The person's uuid.", max_length=64)]


class BlockedOut(UserOut, frozen=True, kw_only=True):
    """A person whom the caller has blocked."""

    blocked_at: Annotated[str, Meta(description="When the caller blocked them, in UTC.")]


@get(
    "/api/blocks",
    opt=ASKING,
    tags=["people"],
    responses=problems(*SIGNED_IN),
    operation_id="listBlocks",
)
async def my_blocks(request: Caller) -> list[BlockedOut]:
    """The people whom I have blocked, the last one first. Nobody else can see it."""
    found = await list_blocks(context_of(request).messaging, request.user.user_uuid)
    return [blocked_out(one) for one in found]


def blocked_out(one: BlockedPerson) -> BlockedOut:
    """The JSON object of a person who is blocked."""
    return BlockedOut(
        uuid=one.user.user_uuid,
        handle=one.user.handle,
        display_name=one.user.display_name,
        picture=one.user.picture,
        blocked_at=one.blocked_at,
    )


@put(
    "/api/blocks/{user_uuid:str}",
    status_code=204,
    tags=["people"],
    responses=problems(*SIGNED_IN, 404, 422, 429),
    operation_id="blockPerson",
)
async def block(request: Caller, user_uuid: UserUuid) -> None:
    """Block a person. Nothing tells them; what they write to me from now on I never see."""
    context = context_of(request)
    await context.limits.take_together([Take(context.limits.blocking, request.user.user_uuid)])
    other = await find_user(context.identity, _known_form(user_uuid))
    await block_person(context.messaging, request.user, other)
    record(request, "blocked", person=other.user_uuid)


@delete(
    "/api/blocks/{user_uuid:str}",
    status_code=204,
    tags=["people"],
    responses=problems(*SIGNED_IN, 404, 409, 422, 429),
    operation_id="unblockPerson",
)
async def unblock(request: Caller, user_uuid: UserUuid) -> None:
    """End a block. What was written meanwhile stays hidden."""
    context, other_uuid = context_of(request), _known_form(user_uuid)
    await context.limits.take_together([Take(context.limits.blocking, request.user.user_uuid)])
    await unblock_person(context.messaging, request.user, other_uuid)
    record(request, "unblocked", person=other_uuid)


def _known_form(user_uuid: str) -> str:
    canonical = canonical_uuid(user_uuid)
    if canonical is None:
        raise user_not_found()
    return canonical
