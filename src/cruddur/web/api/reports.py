"""`/api/reports`: show a message to the people who run the service."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from cruddur.domain.report import NOTE_MAX_CHARS, Reason
from cruddur.messaging.people.report_message import report_message
from cruddur.web.api.bodies import Body
from cruddur.web.api.described import GroupUuidGiven, MessageSeq
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.rate_limits import Take
from cruddur.web.http.security_log import record


class NewReport(Body, kw_only=True):
    """A message to report: its conversation and number, and why."""

    message_group_uuid: GroupUuidGiven
    seq: MessageSeq
    reason: Annotated[Reason, Meta(description="What is wrong with the message.")]
    note: Annotated[
        str, Meta(max_length=NOTE_MAX_CHARS, description="What the caller wants to add.")
    ] = ""


class ReportOut(Struct, frozen=True, kw_only=True):
    """A report that was stored."""

    id: Annotated[str, Meta(description="Names the report for the people who run the service.")]


@post(
    "/api/reports",
    tags=["people"],
    responses=problems(*BODY, *SIGNED_IN, 404, 429),
    operation_id="reportMessage",
)
async def report(request: Caller, data: JSONBody[NewReport]) -> ReportOut:
    """Report a message that I see, with the two before and after it. Nobody else learns of it."""
    context, user_uuid = context_of(request), request.user.user_uuid
    await context.limits.take_together([Take(context.limits.reporting, user_uuid)])
    stored = await report_message(
        context.messaging, user_uuid, data.message_group_uuid, data.seq, data.reason, note=data.note
    )
    record(request, "reported", report=stored.name, person=stored.reported_uuid)
    return ReportOut(id=stored.name)
