"""`/api/message_groups`: the inbox, and conversations of many."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import Response, get, patch, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.access import access_group
from cruddur.messaging.add_members import add_members
from cruddur.messaging.events import publish_typing
from cruddur.messaging.find_inbox_row import find_inbox_row
from cruddur.messaging.leave_group import leave_group
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.mark_read import mark_read
from cruddur.messaging.rename_group import rename_group
from cruddur.messaging.start_group import start_group
from cruddur.model import GROUP_MAX_MEMBERS, User
from cruddur.shapes import (
    ConversationShape,
    InboxRowShape,
    conversation_shape,
    inbox_row_shape,
)
from cruddur.web.context import Caller, Context, context_of
from cruddur.web.lists import LIMIT_DEFAULT, SEQ_MAX, Limit, listed
from cruddur.web.openapi_words import BODY, SIGNED_IN, problems
from cruddur.web.paths import GroupUuid

Handles = Annotated[list[str], Meta(min_length=1, max_length=GROUP_MAX_MEMBERS)]
_PATH = "/message_groups/{message_group_uuid:str}"


class NewGroup(Struct, kw_only=True):
    """A conversation of many; who makes it takes part."""

    handles: Handles
    title: str


class NewMembers(Struct, kw_only=True):
    """People to add to a conversation."""

    handles: Handles


class Title(Struct, kw_only=True):
    """What a conversation is called."""

    title: str


class ReadUpTo(Struct, kw_only=True):
    """The last number that was read."""

    seq: Annotated[int, Meta(ge=0, le=SEQ_MAX)]


class StartedGroupShape(InboxRowShape, frozen=True, kw_only=True):
    """A conversation just made, as it stands in the inbox of who made it."""

    message_group_uuid: str


@get("/message_groups", tags=["message groups"], responses=problems(*SIGNED_IN, 422))
async def inbox(
    request: Caller,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Annotated[str | None, QueryParameter(description="From a `Link` header.")] = None,
) -> Response[list[InboxRowShape]]:
    """My conversations, newest first."""
    messaging = context_of(request).messaging
    page = await list_inbox(messaging, request.user.user_uuid, limit=limit, cursor=cursor)
    shapes = [inbox_row_shape(row) for row in page.rows]
    more: dict[str, object] | None = None
    if page.cursor:
        more = {"cursor": page.cursor, "limit": limit}
    return listed(request, shapes, more)


@post("/message_groups", tags=["message groups"], responses=problems(*BODY, *SIGNED_IN, 404))
async def start(request: Caller, data: JSONBody[NewGroup]) -> StartedGroupShape:
    """Start a conversation of many."""
    context = context_of(request)
    context.limits.take(context.limits.sending, request.user.user_uuid)
    people = await _people(context, data.handles)
    row = await start_group(context.messaging, request.user, people, data.title)
    fields = msgspec.structs.asdict(inbox_row_shape(row))
    return StartedGroupShape(**fields, message_group_uuid=row.message_group_uuid)


@get(_PATH, tags=["message groups"], responses=problems(*SIGNED_IN, 404))
async def conversation(request: Caller, message_group_uuid: GroupUuid) -> ConversationShape:
    """One conversation with its people."""
    return await _conversation(request, message_group_uuid)


@patch(_PATH, tags=["message groups"], responses=problems(*BODY, *SIGNED_IN, 404, 409))
async def rename(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[Title]
) -> ConversationShape:
    """Give a conversation of many another title."""
    context = context_of(request)
    context.limits.take(context.limits.sending, request.user.user_uuid)
    user_uuid = request.user.user_uuid
    await rename_group(context.messaging, user_uuid, message_group_uuid, data.title)
    return await _conversation(request, message_group_uuid)


@post(
    _PATH + "/members",
    status_code=200,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
)
async def add(
    request: Caller, message_group_uuid: GroupUuid, data: JSONBody[NewMembers]
) -> ConversationShape:
    """Add people: they see what is written from now on."""
    context = context_of(request)
    context.limits.take(context.limits.sending, request.user.user_uuid)
    # Asked before the handles are looked up: a stranger is told nothing but that there is nothing.
    await access_group(context.messaging, request.user.user_uuid, message_group_uuid)
    people = await _people(context, data.handles)
    await add_members(context.messaging, request.user.user_uuid, message_group_uuid, people)
    return await _conversation(request, message_group_uuid)


@post(
    _PATH + "/leave",
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 409),
)
async def leave(request: Caller, message_group_uuid: GroupUuid) -> None:
    """Leave a conversation of many."""
    messaging = context_of(request).messaging
    await leave_group(messaging, request.user.user_uuid, message_group_uuid)


@post(
    _PATH + "/read",
    status_code=204,
    tags=["message groups"],
    responses=problems(*BODY, *SIGNED_IN, 404),
)
async def read(request: Caller, message_group_uuid: GroupUuid, data: JSONBody[ReadUpTo]) -> None:
    """Mark a conversation read up to a number."""
    context = context_of(request)
    context.limits.take(context.limits.asking, request.user.user_uuid)
    await mark_read(context.messaging, request.user.user_uuid, message_group_uuid, data.seq)


@post(
    _PATH + "/typing",
    status_code=204,
    tags=["message groups"],
    responses=problems(*SIGNED_IN, 404, 429),
)
async def typing(request: Caller, message_group_uuid: GroupUuid) -> None:
    """Tell the others that I am writing; at most once in three seconds, please."""
    context = context_of(request)
    context.limits.take(context.limits.asking, request.user.user_uuid)
    user = request.user
    group = await access_group(context.messaging, user.user_uuid, message_group_uuid)
    await publish_typing(context.messaging, group, user)


async def _conversation(request: Caller, message_group_uuid: str) -> ConversationShape:
    messaging = context_of(request).messaging
    row, group = await find_inbox_row(messaging, request.user.user_uuid, message_group_uuid)
    return conversation_shape(row, group)


async def _people(context: Context, handles: Sequence[str]) -> list[User]:
    found = (find_user_by_handle(context.identity, one, field="handles") for one in handles)
    return await asyncio.gather(*found)
