"""`/api/presence`: which people a page shows, so that it hears who of them is online."""

from typing import Annotated

from litestar import put
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from cruddur.messaging.events import channel
from cruddur.messaging.inbox.find_acquaintances import find_acquaintances
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.presence import WATCHED_MAX
from cruddur.web.http.watching import people_shown

Shown = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=WATCHED_MAX)]


class PeopleShownIn(Body, kw_only=True):
    """The people whom a page shows."""

    user_uuids: Annotated[Shown, Meta(description="Their uuids, in place of those before.")]


@put(
    "/api/presence/{stream_id:str}",
    opt=ASKING,
    status_code=204,
    tags=["events"],
    responses=problems(*BODY, *SIGNED_IN, 429),
)
async def show_people(
    request: Caller,
    stream_id: Annotated[
        str, PathParameter(description="From the stream's event `ready`.", max_length=64)
    ],
    data: JSONBody[PeopleShownIn],
) -> None:
    """Say which people the page of an event stream shows, instead of those that it showed before.

    The stream gets an event `presence` for each of them at once, and when it changes. People with whom
    the caller has no direct conversation are left out without a word.
    """
    context, me = context_of(request), request.user.user_uuid
    people = await find_acquaintances(context.messaging, me, data.user_uuids)
    await context.messaging.bus.publish([channel(me)], people_shown(stream_id, list(people)))
