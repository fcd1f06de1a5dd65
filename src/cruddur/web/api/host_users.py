"""`/api/users/{external_id}`: a host's back end makes its people here, and looks them up."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from cruddur.domain.erasure import ErasedMessages
from cruddur.domain.errors import ApiError
from cruddur.domain.external_user import EXTERNAL_ID_MAX_CHARS
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import SessionsEnded
from cruddur.identity.disable_account import disable_account
from cruddur.identity.enable_account import enable_account
from cruddur.identity.find_external_user import KnownUser, find_external_user
from cruddur.identity.put_external_user import PutUser, WantedUser, put_external_user
from cruddur.identity.put_external_users import BATCH_MAX, put_external_users
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, BY_KEY, SIGNED_IN, problems
from cruddur.web.api.row_fields import Picture
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts
from cruddur.web.http.path_segments import decoded
from cruddur.web.http.people_told import tell_of_person
from cruddur.web.http.problems import Problem, problem_of
from cruddur.web.http.security_log import record

ExternalId = Annotated[
    str,
    PathParameter(
        description="Your own id of the person, percent-encoded: 1 to 200 characters, slashes too."
    ),
]
Messages = Annotated[
    ErasedMessages | None,
    QueryParameter(
        description="Whether their messages are blanked, or kept under another name; as the service is "
        "set if not given."
    ),
]
_PATH = "/api/users/{external_id:str}"
_TAGS = ["for back ends"]
_CREATED, _OK = 201, 200


class NewHostUser(Body, kw_only=True):
    """What a host says of a person. A field that is left out stays as it is; null removes it."""

    display_name: Annotated[
        str, Meta(description="The name that others read, of at most 50 characters.")
    ]
    handle: Annotated[
        str | None,
        Meta(description="The name by which people find them. One is made if none is given."),
    ] = None
    avatar_url: Annotated[
        str | UnsetType | None, Meta(description="The https:// address of a picture.")
    ] = UNSET
    metadata: Annotated[
        dict[str, str] | UnsetType | None,
        Meta(
            description="Texts of your own, at most 1,024 bytes as JSON. Only keys get to see them."
        ),
    ] = UNSET


class NewHostUserOfBatch(NewHostUser, kw_only=True):
    """What a host says of one person of many."""

    external_id: Annotated[
        str, Meta(description="Your own id of the person.", max_length=EXTERNAL_ID_MAX_CHARS)
    ]


class NewHostUsers(Body, kw_only=True):
    """Many people."""

    users: Annotated[
        list[NewHostUserOfBatch],
        Meta(min_length=1, max_length=BATCH_MAX, description="The people."),
    ]


class HostUserOut(Struct, frozen=True, kw_only=True):
    """A person of a host, as its back end sees them."""

    uuid: Annotated[str, Meta(description="Names the person here: `user_uuid` in messages.")]
    external_id: Annotated[str, Meta(description="Your own id of the person.")]
    handle: Annotated[str, Meta(description="The name by which people find them, without the @.")]
    display_name: Annotated[str, Meta(description="The name that people read.")]
    picture: Picture
    avatar_url: Annotated[
        str | None,
        Meta(description="The address of a picture, if you gave one. Nothing shows it."),
    ]
    metadata: Annotated[Mapping[str, str], Meta(description="Your own texts.")]
    created_at: Annotated[str, Meta(description="When the person was made, in UTC.")]
    disabled_at: Annotated[
        str | None, Meta(description="When the person was disabled; null if they are not.")
    ]


class HostUserResult(Struct, frozen=True, kw_only=True):
    """What became of one person of a batch."""

    external_id: Annotated[str, Meta(description="Your own id of the person.")]
    status: Annotated[
        int, Meta(description="What a request of its own would have got: 201, 200, or an error's.")
    ]
    user: Annotated[HostUserOut | None, Meta(description="The person; null after an error.")] = None
    problem: Annotated[Problem | None, Meta(description="The error; null if there was none.")] = (
        None
    )


class HostUsersOut(Struct, frozen=True, kw_only=True):
    """What became of each person of a batch, in its order."""

    results: Annotated[Sequence[HostUserResult], Meta(description="One for each person.")]


@put(
    _PATH,
    opt=for_hosts("users"),
    status_code=_OK,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*BODY, *SIGNED_IN, 409),
)
async def put_user(
    request: HostCaller, external_id: ExternalId, data: JSONBody[NewHostUser]
) -> Response[HostUserOut]:
    """Make a person, or bring them up to date. It may be repeated: what is the same writes nothing.

    201 says that the person is new. They have no password, and sign in by tokens that you make.
    """
    wanted = _wanted(decoded(request, external_id), data)
    done = await put_external_user(context_of(request).identity, wanted)
    await tell_of_people(request, [done])
    return Response(_out(done.known), status_code=_CREATED if done.is_new else _OK)


@post(
    "/api/users:batch",
    opt=for_hosts("users"),
    status_code=_OK,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*BODY, *SIGNED_IN),
)
async def put_users(request: HostCaller, data: JSONBody[NewHostUsers]) -> HostUsersOut:
    """Make up to 500 people, or bring them up to date. Each has a result of its own."""
    context = context_of(request)
    # The call itself is counted already.
    context.limits.take(context.limits.hosting, request.auth.name, len(data.users) - 1)
    wanted = [_wanted(one.external_id, one) for one in data.users]
    done = await put_external_users(context.identity, wanted)
    await tell_of_people(request, [one for one in done if isinstance(one, PutUser)])
    results = [_result(one.external_id, what) for one, what in zip(wanted, done, strict=True)]
    return HostUsersOut(results=results)


@get(
    _PATH,
    opt=for_hosts("users"),
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 422),
)
async def host_user(request: HostCaller, external_id: ExternalId) -> HostUserOut:
    """One of your people, by your own id."""
    identity = context_of(request).identity
    return _out(await find_external_user(identity, decoded(request, external_id)))


@post(
    _PATH + "/disable",
    opt=for_hosts("moderation"),
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 422),
)
async def disable_user(request: HostCaller, external_id: ExternalId) -> None:
    """Sign a person out everywhere, and let nobody sign in as them. What they wrote stays."""
    identity = context_of(request).identity
    known = await find_external_user(identity, decoded(request, external_id))
    user = await disable_account(identity, known.user.handle)
    record(request, "user_disabled", people=[user.user_uuid], key=request.auth.name)


@post(
    _PATH + "/enable",
    opt=for_hosts("moderation"),
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 422),
)
async def enable_user(request: HostCaller, external_id: ExternalId) -> None:
    """Let a person sign in again who was disabled."""
    identity = context_of(request).identity
    known = await find_external_user(identity, decoded(request, external_id))
    user = await enable_account(identity, known.user.handle)
    record(request, "user_enabled", people=[user.user_uuid], key=request.auth.name)


@delete(
    _PATH,
    opt=for_hosts("users"),
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 422, 429),
)
async def erase_user(
    request: HostCaller, external_id: ExternalId, messages: Messages = None
) -> None:
    """Erase a person, for good. The account is gone at once; conversations follow within minutes."""
    context = context_of(request)
    known = await find_external_user(context.identity, decoded(request, external_id))
    user_uuid = known.user.user_uuid
    wanted = messages or context.settings.erased_messages
    reports = context.settings.erased_reports
    await begin_erasure(context.identity, user_uuid, wanted, reports)
    context.identity.memory.external.forget(known.external.external_id)
    context.streams.end_sessions(SessionsEnded(user_uuid))
    context.erasure_begun.set()
    record(request, "account_erased", people=[user_uuid], key=request.auth.name)


def _wanted(external_id: str, data: NewHostUser) -> WantedUser:
    return WantedUser(
        external_id=external_id,
        display_name=data.display_name,
        handle=data.handle,
        avatar_url=data.avatar_url,
        metadata=data.metadata,
    )


async def tell_of_people(request: HostCaller, done: Sequence[PutUser]) -> None:
    """Records who is new or has another name, and tells those who know them."""
    key = request.auth.name
    if new := [one.known.user.user_uuid for one in done if one.is_new]:
        record(request, "people_made", people=new, key=key)
    for user in (one.known.user for one in done if one.is_renamed):
        record(request, "renamed", people=[user.user_uuid], key=key)
        await tell_of_person(context_of(request), user)


def _result(external_id: str, done: PutUser | ApiError) -> HostUserResult:
    if isinstance(done, ApiError):
        problem = problem_of(done.status, done.code, done.detail, field=done.field)
        return HostUserResult(external_id=external_id, status=done.status, problem=problem)
    status = _CREATED if done.is_new else _OK
    return HostUserResult(external_id=external_id, status=status, user=_out(done.known))


def _out(known: KnownUser) -> HostUserOut:
    user, external = known
    return HostUserOut(
        uuid=user.user_uuid,
        external_id=external.external_id,
        handle=user.handle,
        display_name=user.display_name,
        picture=user.picture,
        avatar_url=external.avatar_url,
        metadata=external.metadata,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
    )
