"""`/api/message_groups`: the inbox and groups."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from litestar import Response, get, patch, post
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.model import User, Who
from cruddur.domain.receipts import shares_receipts
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.access import access_group
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.expire_messages import expire_messages
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.list_inbox import InboxPage, list_inbox, list_unread_rows
from cruddur.messaging.inbox.list_requests import list_requests
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.search_inbox import search_inbox
from cruddur.messaging.publishing import publish_typing
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import GroupUuidGiven, Handles, Title
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.api.pagination import LIMIT_DEFAULT, SEQ_MAX, Limit, listed
from cruddur.web.api.schemas import (
    ConversationOut,
    InboxRowOut,
    conversation_out,
    inbox_row_out,
)
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, Context, context_of
from cruddur.web.http.mass_creation import count_additions, count_group
from cruddur.web.http.path_params import GroupUuid
from cruddur.web.http.security_log import record

_PATH = "/api/message_groups/{message_group_uuid:str}"
_FILTERS_AMBIGUOUS = declare_code(
    "filters_ambiguous", "One list has what is unread, what is archived, or requests."
)
_PINNED_FIRST = (
    "Begin the first page with all that is pinned, in its own order. It may come once more on a later "
    "page."
)
_UNREAD = (
    "Only what is unread or marked so, archived ones excepted. Of more than 2,000 conversations not all "
    "are looked at."
)
_SEARCH = "The first letters of words of a title or of a person's name; there is one page of them."


_REQUESTS = "Only what strangers began and I have not accepted yet."


class NewGroup(Body, kw_only=True):
    """A group. Its creator becomes a member."""

    handles: Handles
    title: Title


class NewMembers(Body, kw_only=True):
    """Users to add to a group."""

    handles: Handles


class EditedGroup(Body, kw_only=True):
    """What is to change in a group. What is left out stays as it is."""

    title: Title | UnsetType = UNSET
    emoji: Annotated[
        str | UnsetType | None, Meta(description="The one emoji of its picture; null for letters.")
    ] = UNSET
    colour: Annotated[
        int | UnsetType | None,
        Meta(description="The colour of its picture, one of 16 from 0; null for one of its own."),
    ] = UNSET
    who_may_add: Annotated[Who | UnsetType, Meta(description="Who may add people.")] = UNSET
    who_may_rename: Annotated[
        Who | UnsetType, Meta(description="Who may change its name and picture.")
    ] = UNSET
    who_may_write: Annotated[Who | UnsetType, Meta(description="Who may write messages.")] = UNSET
    retention_days: Annotated[
        int | UnsetType | None,
        Meta(description="After how many days messages go; null follows the service."),
    ] = UNSET


class ReadUpTo(Body, kw_only=True):
    """The number of the last message that was read."""

    seq: Annotated[
        int, Meta(ge=0, le=SEQ_MAX, description="The number up to which the caller has read.")
    ]


class StartedGroupOut(InboxRowOut, frozen=True, kw_only=True):
    """A group just created, as it is in its creator's inbox."""

    message_group_uuid: GroupUuidGiven


@get(
    "/api/message_groups",
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 422),
    operation_id="listInbox",
)
async def inbox(
    request: Caller,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Annotated[str | None, QueryParameter(description="From a `Link` header.")] = None,
    search: Annotated[str | None, QueryParameter(description=_SEARCH, max_length=80)] = None,
    *,
    archived: Annotated[bool, QueryParameter(description="Only what is archived.")] = False,
    unread: Annotated[bool, QueryParameter(description=_UNREAD)] = False,
    pinned_first: Annotated[bool, QueryParameter(description=_PINNED_FIRST)] = False,
    requests: Annotated[bool, QueryParameter(description=_REQUESTS)] = False,
) -> Response[list[InboxRowOut]]:
    """My conversations that are not archived, newest first; with `search`, all with matching names."""
    context = context_of(request)
    messaging = context.messaging
    if search is not None:
        context.limits.take(context.limits.asking, request.user.user_uuid)
        matches = await search_inbox(messaging, request.user.user_uuid, search, limit=limit)
        return listed(request, [inbox_row_out(row) for row in matches], None)
    asked = {"archived": archived, "unread": unread, "requests": requests}
    if sum(asked.values()) > 1:
        raise Invalid(
            _FILTERS_AMBIGUOUS, "Say unread, archived or requests, not two.", field="unread"
        )
    page = await _page(request, limit, cursor, asked)
    rows = page.pinned_first() if pinned_first else page.rows
    more: dict[str, object] | None = None
    if page.cursor:
        filters = {name: "true" for name, is_asked in asked.items() if is_asked}
        more = {"cursor": page.cursor, "limit": limit, **filters}
    is_first = cursor is None and not any(asked.values())
    return listed(request, context.lists.of(rows, inbox_row_out, is_first=is_first), more)


async def _page(
    request: Caller, limit: int, cursor: str | None, asked: Mapping[str, bool]
) -> InboxPage:
    context, user_uuid = context_of(request), request.user.user_uuid
    if asked["requests"]:
        return await list_requests(context.messaging, user_uuid, limit=limit, cursor=cursor)
    if asked["unread"]:
        context.limits.take(context.limits.asking, user_uuid)
        return await list_unread_rows(context.messaging, user_uuid, limit=limit, cursor=cursor)
    return await list_inbox(
        context.messaging, user_uuid, limit=limit, cursor=cursor, archived=asked["archived"]
    )


@post(
    "/api/message_groups",
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 404),
    operation_id="startGroup",
)
async def start(request: Caller, data: JSONBody[NewGroup]) -> StartedGroupOut:
    """Create a group."""
    context = context_of(request)
    people = await _people(context, request.user, data.handles)
    await count_group(context, request.user, people)
    row = await start_group(context.messaging, request.user, people, data.title)
    whom = [one.user_uuid for one in people]
    record(request, "group_started", message_group_uuid=row.message_group_uuid, people=whom)
    fields = msgspec.structs.asdict(inbox_row_out(row))
    return StartedGroupOut(**fields, message_group_uuid=row.message_group_uuid)


@get(
    _PATH,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404),
    operation_id="findConversation",
)
async def conversation(request: Caller, message_group_uuid: GroupUuid) -> ConversationOut:
    """One conversation with its members."""
    return await _conversation(request, message_group_uuid)


@patch(
    _PATH,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 403, 404, 409),
    operation_id="editGroup",
)
async def edit(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[EditedGroup]
) -> ConversationOut:
    """Rename a group, give it another picture, or change who may do what in it."""
    context = context_of(request)
    wanted = GroupEdit(**msgspec.structs.asdict(data))
    me = request.user.user_uuid
    group = await edit_group(context.messaging, me, message_group_uuid, wanted)
    if data.retention_days is not UNSET:
        # What is too old by the new rule is hidden with the answer, and removed after it.
        await expire_messages(context.messaging, group.message_group_uuid)
        context.sweeps.want(group.message_group_uuid)
    what = "group_renamed" if data.title is not UNSET else "group_edited"
    record(request, what, message_group_uuid=message_group_uuid)
    return await _conversation(request, message_group_uuid)


@post(
    _PATH + "/members",
    status_code=200,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
    operation_id="addMembers",
)
async def add(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[NewMembers]
) -> ConversationOut:
    """Add members to a group. They see the messages from now on."""
    context = context_of(request)
    # This is checked before the handles, so that a stranger learns nothing about either.
    await access_group(context.messaging, request.user.user_uuid, message_group_uuid)
    people = await _people(context, request.user, data.handles)
    await count_additions(context, request.user, people)
    await add_members(context.messaging, request.user.user_uuid, message_group_uuid, people)
    whom = [one.user_uuid for one in people]
    record(request, "members_added", message_group_uuid=message_group_uuid, people=whom)
    return await _conversation(request, message_group_uuid)


@post(
    _PATH + "/leave",
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 409),
    operation_id="leaveGroup",
)
async def leave(request: Caller, message_group_uuid: GroupUuid) -> None:
    """Leave a group. The member loses access at once; their messages stay."""
    messaging = context_of(request).messaging
    await leave_group(messaging, request.user.user_uuid, message_group_uuid)
    record(request, "member_left", message_group_uuid=message_group_uuid)


@post(
    _PATH + "/read",
    opt=ASKING,
    status_code=204,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 404),
    operation_id="markRead",
)
async def read(request: Caller, message_group_uuid: GroupUuid, data: JSONBody[ReadUpTo]) -> None:
    """Mark a conversation as read up to a message number."""
    context = context_of(request)
    user = request.user
    shares = shares_receipts(user.receipts_from)
    await mark_read(context.messaging, user.user_uuid, message_group_uuid, data.seq, shares=shares)


@post(
    _PATH + "/typing",
    opt=ASKING,
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 429),
    operation_id="tellTyping",
)
async def typing(request: Caller, message_group_uuid: GroupUuid) -> None:
    """Tell the others that I am typing. Send it at most every three seconds."""
    context = context_of(request)
    user = request.user
    group = await access_group(context.messaging, user.user_uuid, message_group_uuid)
    await publish_typing(context.messaging, group, user)


async def _conversation(request: Caller, message_group_uuid: str) -> ConversationOut:
    messaging = context_of(request).messaging
    row, group = await find_inbox_row(messaging, request.user.user_uuid, message_group_uuid)
    return conversation_out(row, group)


async def _people(context: Context, user: User, handles: Sequence[str]) -> list[User]:
    # Each handle counts as a search, so that fifty at a time do not find accounts faster.
    context.limits.take(context.limits.asking, user.user_uuid, len(handles))
    found = (find_user_by_handle(context.identity, one, field="handles") for one in handles)
    return await asyncio.gather(*found)
