"""`/api/messages/{group}/receipts`: up to which message the others have read."""

from typing import Annotated

from litestar import get
from msgspec import Meta, Struct

from cruddur.domain.receipts import ReadMark, shares_receipts
from cruddur.messaging.inbox.list_receipts import list_receipts
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid


class ReadMarkOut(Struct, frozen=True, kw_only=True):
    """Up to where another member has read."""

    user_uuid: Annotated[str, Meta(description="The person who has read.")]
    read_seq: Annotated[
        int, Meta(description="The number of the last message that they have read.")
    ]
    read_at: Annotated[str, Meta(description="When they said so, in UTC.")]


def read_mark_out(mark: ReadMark) -> ReadMarkOut:
    """Returns the mark as the API answers it."""
    return ReadMarkOut(user_uuid=mark.user_uuid, read_seq=mark.read_seq, read_at=mark.read_at)


@get(
    "/api/messages/{message_group_uuid:str}/receipts",
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404),
    operation_id="listReceipts",
)
async def receipts(request: Caller, message_group_uuid: GroupUuid) -> list[ReadMarkOut]:
    """How far the other members have read who share it, the furthest first.

    Somebody who shares no receipts gets none.
    """
    messaging, user = context_of(request).messaging, request.user
    shares = shares_receipts(user.receipts_from)
    found = await list_receipts(messaging, user.user_uuid, message_group_uuid, shares=shares)
    return [read_mark_out(mark) for mark in found]
