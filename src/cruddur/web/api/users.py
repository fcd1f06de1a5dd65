"""`/api/users`: find users."""

from typing import Annotated

from litestar import get
from litestar.params import PathParameter, QueryParameter

from cruddur.domain.external_user import EXTERNAL_PREFIX
from cruddur.identity.find_user import find_user_by_handle, user_not_found
from cruddur.identity.search_people import search_people
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import UserOut, user_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_segments import decoded

Prefix = Annotated[
    str,
    QueryParameter(
        description="The first letters of a handle, or of words of a name; two or more."
    ),
]


@get(
    "/api/users/{at_handle:str}/short",
    opt={**ASKING, "public_if": "public_profiles"},
    tags=["users"],
    responses=problems(*SIGNED_IN, 404, 429),
)
async def short_user(
    request: Caller,
    at_handle: Annotated[
        str,
        PathParameter(
            description="`@` and a handle, or `ext:` and a host's own id, percent-encoded."
        ),
    ],
) -> UserOut:
    """One user by handle, as in `/api/users/@andrew/short`, or by a host's id: `ext:42`."""
    name = decoded(request, at_handle)
    if not name.startswith(("@", EXTERNAL_PREFIX)):
        raise user_not_found()
    context = context_of(request)
    return user_out(await find_user_by_handle(context.identity, name))


@get("/api/users", opt=ASKING, tags=["users"], responses=problems(*SIGNED_IN, 422, 429))
async def search_users(request: Caller, prefix: Prefix) -> list[UserOut]:
    """At most ten users whose handle, or a word of whose name, begins with this text.

    Accents do not count.
    """
    context = context_of(request)
    found = await search_people(context.identity, prefix)
    return [user_out(user) for user in found]
