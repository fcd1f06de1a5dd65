"""`/api/users`: find users."""

from http import HTTPStatus
from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter, QueryParameter

from cruddur.domain.errors import NotFound
from cruddur.domain.external_user import EXTERNAL_PREFIX
from cruddur.domain.model import User, direct_group_uuid
from cruddur.identity.find_user import find_user_by_handle, user_not_found
from cruddur.identity.search_people import search_people
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import ConversationOut, UserOut, conversation_out, user_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_segments import decoded

Prefix = Annotated[
    str,
    QueryParameter(
        description="The first letters of a handle, or of words of a name; two or more."
    ),
]
AtHandle = Annotated[
    str,
    PathParameter(description="`@` and a handle, or `ext:` and a host's own id, percent-encoded."),
]


@get(
    "/api/users/{at_handle:str}/short",
    opt={**ASKING, "public_if": "public_profiles"},
    tags=["users"],
    responses=problems(*SIGNED_IN, 404, 422),
)
async def short_user(request: Caller, at_handle: AtHandle) -> UserOut:
    """One user by handle, as in `/api/users/@andrew/short`, or by a host's id: `ext:42`."""
    return user_out(await _named(request, at_handle))


@get(
    "/api/users/{at_handle:str}/conversation",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 429),
    operation_id="findConversationWith",
)
async def conversation_with(
    request: Caller, at_handle: AtHandle
) -> Response[ConversationOut | None]:
    """My conversation with one person; 204 while nobody has begun it."""
    person = await _named(request, at_handle)
    me, messaging = request.user.user_uuid, context_of(request).messaging
    try:
        row, group = await find_inbox_row(messaging, me, direct_group_uuid(me, person.user_uuid))
    except NotFound:
        return Response(None, status_code=HTTPStatus.NO_CONTENT)
    return Response(conversation_out(row, group))


async def _named(request: Caller, at_handle: str) -> User:
    name = decoded(request, at_handle)
    if not name.startswith(("@", EXTERNAL_PREFIX)):
        raise user_not_found()
    return await find_user_by_handle(context_of(request).identity, name)


@get("/api/users", opt=ASKING, tags=["users"], responses=problems(*SIGNED_IN, 422, 429))
async def search_users(request: Caller, prefix: Prefix) -> list[UserOut]:
    """At most ten users whose handle, or a word of whose name, begins with this text.

    Accents do not count.
    """
    context = context_of(request)
    found = await search_people(context.identity, prefix)
    return [user_out(user) for user in found]
