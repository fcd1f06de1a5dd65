"""`/api/tokens`: a host's back end signs its people in."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from cruddur.domain.errors import NotFound
from cruddur.domain.external_user import EXTERNAL_ID_MAX_CHARS
from cruddur.domain.model import timestamp
from cruddur.domain.session import LIFETIME
from cruddur.identity.make_token import make_token
from cruddur.identity.put_external_user import WantedUser, put_external_user
from cruddur.web.api.bodies import Body
from cruddur.web.api.host_users import tell_of_people
from cruddur.web.api.openapi_responses import BODY, BY_KEY, SIGNED_IN, problems
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts, require_scope
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
    display_name: Annotated[
        str | None,
        Meta(
            description="The name that others read. With it the person is made, or brought up to date, "
            "as by `PUT /api/users/{external_id}`; the key needs the scope `users` too."
        ),
    ] = None


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
    responses=problems(*BODY, *SIGNED_IN, 404, 409),
    operation_id="makeToken",
)
async def new_token(request: HostCaller, data: JSONBody[NewToken]) -> TokenOut:
    """Make a token for one of your people, and the person too if you say their name.

    Give it to their page, and never your key.
    """
    identity, lasts = context_of(request).identity, timedelta(seconds=data.ttl)
    if data.display_name is not None:
        require_scope(request.auth, "users")
        wanted = WantedUser(external_id=data.external_id, display_name=data.display_name)
        await tell_of_people(request, [await put_external_user(identity, wanted)])
    try:
        made = await make_token(identity, data.external_id, lasts)
    except NotFound as error:
        error.detail += " Send “display_name” as well, and they are made."
        raise
    record(request, "token_made", people=[made.user.user_uuid], key=request.auth.name)
    ends = datetime.fromtimestamp(made.issued.expires_at, UTC)
    return TokenOut(
        token=made.issued.token, expires_at=timestamp(ends), user_uuid=made.user.user_uuid
    )
