"""`/api/tokens`: a host's back end signs its people in."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from cruddur.domain.external_user import EXTERNAL_ID_MAX_CHARS
from cruddur.domain.model import timestamp
from cruddur.domain.session import LIFETIME
from cruddur.identity.make_token import make_token
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, BY_KEY, SIGNED_IN, problems
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts
from cruddur.web.http.security_log import record

_TTL_MIN, _TTL_MAX, _TTL = 60, int(LIFETIME.total_seconds()), 3600


class NewToken(Body, kw_only=True):
    """For whom a token is, and for how long."""

    external_id: Annotated[
        str, Meta(description="Your own id of the person.", max_length=EXTERNAL_ID_MAX_CHARS)
    ]
    ttl: Annotated[
        int,
        Meta(ge=_TTL_MIN, le=_TTL_MAX, description="For how many seconds: an hour if not given."),
    ] = _TTL


class TokenOut(Struct, frozen=True, kw_only=True):
    """A token for `Authorization: Bearer`, with which a page or an app acts for the person."""

    token: Annotated[str, Meta(description="The token.")]
    expires_at: Annotated[str, Meta(description="When it expires, in UTC.")]
    user_uuid: Annotated[str, Meta(description="The person.")]

    def __repr__(self) -> str:
        return f"TokenOut({self.user_uuid!r})"


@post(
    "/api/tokens",
    opt=for_hosts("tokens"),
    security=BY_KEY,
    tags=["for back ends"],
    responses=problems(*BODY, *SIGNED_IN, 404),
    operation_id="makeToken",
)
async def new_token(request: HostCaller, data: JSONBody[NewToken]) -> TokenOut:
    """Make a token for one of your people. Give it to their page, and never your key."""
    lasts = timedelta(seconds=data.ttl)
    made = await make_token(context_of(request).identity, data.external_id, lasts)
    record(request, "token_made", people=[made.user.user_uuid], key=request.auth.name)
    ends = datetime.fromtimestamp(made.issued.expires_at, UTC)
    return TokenOut(
        token=made.issued.token, expires_at=timestamp(ends), user_uuid=made.user.user_uuid
    )
