"""`/api/me/export`: all that the caller has written and received, as JSON lines."""

from collections.abc import AsyncIterator

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cruddur.domain.model import InboxRow, Message
from cruddur.identity.tokens import verify_session
from cruddur.messaging.inbox.export_inbox import InboxExport
from cruddur.web.api.export_account import account_fields
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import inbox_row_out, message_out
from cruddur.web.http.context import Caller, context_of

_JSON_LINES = "application/x-ndjson"
_ANSWER = ResponseSpec(
    data_container=str,
    media_type=_JSON_LINES,
    description=(
        "One JSON object a line; `type` says what it is: `account`, then each `conversation` with its "
        "`message` lines, by number, and at the end `end` with the number of messages. A file without "
        "that last line is not whole."
    ),
    generate_examples=False,
)
_HEADERS = {
    "Content-Disposition": 'attachment; filename="cruddur-export.jsonl"',
    "Cache-Control": "no-store",
}

_encode = msgspec.json.Encoder().encode


@get(
    "/api/me/export",
    opt={"limit": "exporting"},
    tags=["accounts"],
    responses={200: _ANSWER, **problems(*SIGNED_IN, 429)},
)
async def export_me(request: Caller) -> Stream:
    """All that I have written and received, and may see, as JSON lines."""
    return Stream(_lines(request), media_type=_JSON_LINES, headers=_HEADERS)


async def _lines(request: Caller) -> AsyncIterator[bytes]:
    context, user = context_of(request), request.user
    yield _line("account", await account_fields(request))
    walk, count = InboxExport(context.messaging, user.user_uuid), 0
    while (part := await walk.next_part()) is not None:
        # An export may last for minutes. What follows is not for a session that has ended meanwhile.
        await verify_session(context.identity, request.auth, anew=True)
        yield b"".join(map(_line_of, part))
        count += sum(isinstance(one, Message) for one in part)
    yield _line("end", {"messages": count})


def _line_of(one: InboxRow | Message) -> bytes:
    if isinstance(one, Message):
        return _line("message", msgspec.to_builtins(message_out(one)))
    return _line("conversation", msgspec.to_builtins(inbox_row_out(one)))


def _line(kind: str, fields: dict[str, object]) -> bytes:
    return _encode({"type": kind, **fields}) + b"\n"
