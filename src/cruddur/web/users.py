"""`/api/users`: find people."""

from typing import Annotated

from litestar import get
from litestar.params import PathParameter, QueryParameter

from cruddur.identity.find_user import find_user_by_handle, user_not_found
from cruddur.identity.search_handles import search_handles
from cruddur.shapes import UserShape, user_shape
from cruddur.web.context import Caller, context_of
from cruddur.web.openapi_words import SIGNED_IN, problems

Prefix = Annotated[str, QueryParameter(description="The first letters of a handle, two or more.")]


@get("/users/{at_handle:str}/short", tags=["users"], responses=problems(*SIGNED_IN, 404))
async def short_user(
    request: Caller, at_handle: Annotated[str, PathParameter(description="`@` and a handle.")]
) -> UserShape:
    """One person by handle, as in `/api/users/@andrew/short`."""
    if not at_handle.startswith("@"):
        raise user_not_found()
    context = context_of(request)
    return user_shape(await find_user_by_handle(context.identity, at_handle))


@get("/users", tags=["users"], responses=problems(*SIGNED_IN, 422, 429))
async def search_users(request: Caller, prefix: Prefix) -> list[UserShape]:
    """Ten people at most whose handles begin so."""
    context = context_of(request)
    context.limits.take(context.limits.asking, request.user.user_uuid)
    found = await search_handles(context.identity, prefix)
    return [user_shape(user) for user in found]
