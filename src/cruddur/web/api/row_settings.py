"""`/api/message_groups/{group}/settings`: what a person has set on a conversation of their inbox."""

from typing import Annotated

import msgspec
from litestar import patch
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType

from cruddur.domain.row_settings import PINNED_MAX, RowSettings
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.pagination import SEQ_MAX
from cruddur.web.api.schemas import InboxRowOut, inbox_row_out
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import GroupUuid


class NewRowSettings(Body, kw_only=True):
    """The settings to change; those that are left out stay as they are."""

    muted_until: Annotated[
        str | UnsetType | None,
        Meta(
            description="Until when the conversation is muted: a time with its zone, or `always`; null "
            "ends the mute."
        ),
    ] = UNSET
    archived: Annotated[
        bool | UnsetType,
        Meta(description="Whether it is in the archive, until a new message brings it back."),
    ] = UNSET
    marked_unread: Annotated[
        bool | UnsetType,
        Meta(
            description="Whether it is marked as unread, until its owner reads on. `read_seq` stays."
        ),
    ] = UNSET
    pinned: Annotated[
        bool | UnsetType,
        Meta(description="Whether it is pinned, below what is pinned already. Five can be."),
    ] = UNSET
    pin_place: Annotated[
        Annotated[int, Meta(ge=0, lt=PINNED_MAX)] | UnsetType,
        Meta(
            description="Its place among what is pinned: 0 is at the top. It is pinned by this.",
        ),
    ] = UNSET
    cleared_seq: Annotated[
        Annotated[int, Meta(ge=0, le=SEQ_MAX)] | UnsetType,
        Meta(
            description="The number of the last message that is to be hidden from me, for good. Others "
            "keep all.",
        ),
    ] = UNSET


@patch(
    "/api/message_groups/{message_group_uuid:str}/settings",
    opt=ASKING,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
)
async def change_settings(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[NewRowSettings]
) -> InboxRowOut:
    """Change how a conversation stands in my own inbox. Nobody else learns of it."""
    wanted = RowSettings(**msgspec.structs.asdict(data))
    messaging, user_uuid = context_of(request).messaging, request.user.user_uuid
    return inbox_row_out(
        await change_row_settings(messaging, user_uuid, message_group_uuid, wanted)
    )
