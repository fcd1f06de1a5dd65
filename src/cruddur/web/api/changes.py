"""`/api/messages/{group}/changes`: what was edited or deleted; `…/{seq}/edits`: a message's texts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from cruddur.domain.receipts import ReadMark, shares_receipts
from cruddur.messaging.inbox.list_changes_and_receipts import list_changes_and_receipts
from cruddur.messaging.messages.list_changes import ChangedMessages, list_changes
from cruddur.messaging.messages.list_edits import list_edits
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.pagination import LIMIT_DEFAULT, SEQ_MAX, Limit, link_to, listed
from cruddur.web.api.receipts import ReadMarkOut, read_mark_out
from cruddur.web.api.schemas import MessageOut, message_out
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid, Seq


class ChangesOut(Struct, frozen=True, kw_only=True):
    """Changed messages, and the number up to which a device that held all before holds all changes."""

    messages: Annotated[
        list[MessageOut], Meta(description="The messages as they are now, each once, by number.")
    ]
    last_change_seq: Annotated[
        int,
        Meta(description="The number of the last change that is told here, or of the last at all."),
    ]
    hidden_seq: Annotated[
        int,
        Meta(
            description="The number of the last message from before the reader came or came back, or of "
            "the last that they have cleared. A device drops what it holds up to it."
        ),
    ] = 0
    receipts: Annotated[
        list[ReadMarkOut] | UnsetType,
        Meta(
            description="How far the other one has read who shares it. Only where it was asked for, and "
            "only in a conversation of two."
        ),
    ] = UNSET


class MessageTextOut(Struct, frozen=True, kw_only=True):
    """A text that a message has had."""

    change_seq: Annotated[
        int, Meta(description="The number of the edit; 0 for the text before the first one.")
    ]
    message: Annotated[str, Meta(description="The text.")]
    at: Annotated[str, Meta(description="Since when the message had it, in UTC.")]


_After = Annotated[
    int | None,
    QueryParameter(
        ge=0,
        le=SEQ_MAX,
        description="The last change that you have. Without it, the answer tells the number of the "
        "last one, with the messages that were changed within a minute.",
    ),
]
_Within = Annotated[
    int,
    QueryParameter(
        ge=60, le=600, description="Without `after`: another number of seconds than a minute."
    ),
]
_Applied = Annotated[
    int,
    QueryParameter(
        ge=0,
        le=SEQ_MAX,
        description="Without `after`: the greatest `change_seq` of the messages that you have. If "
        "that is the last change, its message is left out.",
    ),
]
_WithReceipts = Annotated[
    bool,
    QueryParameter(
        description="Without `after`: tell in a conversation of two how far the other has read."
    ),
]


@get(
    "/api/messages/{message_group_uuid:str}/changes",
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 422),
    operation_id="listChanges",
)
async def changes(
    request: Caller,
    message_group_uuid: GroupUuid,
    *,
    limit: Limit = LIMIT_DEFAULT,
    after: _After = None,
    within: _Within = 60,
    applied: _Applied = 0,
    receipts: _WithReceipts = False,
) -> Response[ChangesOut]:
    """The messages that were edited or deleted after a change, as they are now."""
    messaging, user = context_of(request).messaging, request.user
    asked = (messaging, user.user_uuid, message_group_uuid)
    since = timedelta(seconds=within)
    if after is not None:
        return _answer(request, await list_changes(*asked, after=after, limit=limit), limit=limit)
    if not receipts:
        return _answer(request, await list_changes(*asked, within=since, applied=applied))
    shares = shares_receipts(user.receipts_from)
    found, marks = await list_changes_and_receipts(
        *asked, shares=shares, within=since, applied=applied
    )
    return _answer(request, found, marks)


def _answer(
    request: Caller,
    found: ChangedMessages,
    marks: Sequence[ReadMark] | None = None,
    *,
    limit: int = LIMIT_DEFAULT,
) -> Response[ChangesOut]:
    out = ChangesOut(
        messages=[message_out(message) for message in found.messages],
        last_change_seq=found.last_change_seq,
        hidden_seq=found.hidden_seq,
        receipts=UNSET if marks is None else [read_mark_out(mark) for mark in marks],
    )
    following: dict[str, object] | None = None
    if found.has_more:
        following = {"after": found.last_change_seq, "limit": limit}
    return Response(out, headers=link_to(request, following))


@get(
    "/api/messages/{message_group_uuid:str}/{seq:int}/edits",
    tags=["messages"],
    responses=problems(*SIGNED_IN, 404, 422),
    operation_id="listEdits",
)
async def edits(
    request: Caller,
    message_group_uuid: GroupUuid,
    seq: Seq,
    limit: Limit = LIMIT_DEFAULT,
    before: Annotated[
        int | None,
        QueryParameter(ge=1, le=SEQ_MAX, description="Those before the edit of this number."),
    ] = None,
) -> Response[list[MessageTextOut]]:
    """The texts that a message has had, oldest first. A deleted message has none."""
    page = await list_edits(
        context_of(request).messaging,
        request.user.user_uuid,
        message_group_uuid,
        seq,
        before=before,
        limit=limit,
    )
    found = [
        MessageTextOut(change_seq=text.change_seq, message=text.message, at=text.at)
        for text in page.texts
    ]
    if not page.has_more:
        return listed(request, found, None)
    return listed(request, found, {"before": found[0].change_seq, "limit": limit})
