"""`/api/unread`: how much is unread, for a badge."""

from typing import Annotated

from litestar import get
from msgspec import Meta, Struct

from cruddur.messaging.inbox.count_unread import Unread, count_unread
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of


class UnreadOut(Struct, frozen=True, kw_only=True):
    """What the caller has not read."""

    messages: Annotated[
        int,
        Meta(
            description="How many messages, in all conversations that are neither muted nor archived."
        ),
    ]
    conversations: Annotated[
        int, Meta(description="How many conversations have any, or are marked as unread.")
    ]


@get(
    "/api/unread",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 429),
    operation_id="countUnread",
)
async def unread(request: Caller) -> UnreadOut:
    """How much I have not read, for a badge. Of more than 2,000 conversations not all are counted."""
    return unread_out(await count_unread(context_of(request).messaging, request.user.user_uuid))


def unread_out(found: Unread) -> UnreadOut:
    """The JSON form of what is unread."""
    return UnreadOut(messages=found.messages, conversations=found.conversations)
