"""`/api/mentions`: the messages that mention the caller."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from cruddur.domain.errors import Invalid
from cruddur.domain.model import canonical_uuid
from cruddur.messaging.inbox.list_inbox import CURSOR_INVALID
from cruddur.messaging.inbox.list_mentions import Place, list_mentions
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.pagination import LIMIT_DEFAULT, SEQ_MAX, Limit, listed
from cruddur.web.api.schemas import MessageOut, message_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of


@get(
    "/api/mentions",
    opt=ASKING,
    tags=["messages"],
    responses=problems(*SIGNED_IN, 422, 429),
    operation_id="listMentions",
)
async def mentions(
    request: Caller,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Annotated[
        str | None,
        QueryParameter(description="Where to go on, from the `Link` of the page before."),
    ] = None,
) -> Response[list[MessageOut]]:
    """The messages that mention me and that I may see, the newest first."""
    place = None if cursor is None else _place(cursor)
    messaging = context_of(request).messaging
    page = await list_mentions(messaging, request.user.user_uuid, before=place, limit=limit)
    found = [message_out(message) for message in page.messages]
    after = page.next and {"cursor": "/".join(map(str, page.next)), "limit": limit}
    return listed(request, found, after)


def _place(cursor: str) -> Place:
    at, _, rest = cursor.partition("/")
    group_uuid, _, seq = rest.partition("/")
    is_ours = (
        canonical_uuid(group_uuid)
        and seq.isascii()
        and seq.isdigit()
        and len(seq) <= len(str(SEQ_MAX))
    )
    if not at or not is_ours:
        raise Invalid(CURSOR_INVALID, "This cursor is not one that was given.", field="cursor")
    return at, group_uuid, int(seq)
