"""`/api/users/{external_id}/picture`: a host's back end gives its people their pictures."""

from litestar import delete, put

from cruddur.domain.model import User
from cruddur.identity.find_external_user import find_external_user
from cruddur.identity.remove_picture import remove_picture
from cruddur.identity.set_picture import set_picture
from cruddur.web.api.host_users import ExternalId
from cruddur.web.api.openapi_responses import BY_KEY, SIGNED_IN, problems
from cruddur.web.api.picture_bodies import PictureInBody, picture_type_of
from cruddur.web.api.schemas import UserOut, user_out
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts
from cruddur.web.http.path_segments import decoded
from cruddur.web.http.people_told import tell_of_person
from cruddur.web.http.security_log import record

_PATH = "/api/users/{external_id:str}/picture"


@put(
    _PATH,
    opt=for_hosts("users"),
    security=BY_KEY,
    tags=["for back ends"],
    operation_class=PictureInBody,
    responses=problems(*SIGNED_IN, 404, 413, 415, 422, 429),
)
async def put_user_picture(request: HostCaller, external_id: ExternalId) -> UserOut:
    """Give a person a picture, as they do themselves; what is the same writes nothing.

    No address is ever fetched here: the back end sends the file, small as it is to be.
    """
    kind = picture_type_of(request)
    identity = context_of(request).identity
    before = (await find_external_user(identity, decoded(request, external_id))).user
    after = await set_picture(identity, before.user_uuid, await request.body(), kind)
    return await _told(request, before, after, "picture_set")


@delete(
    _PATH,
    opt=for_hosts("users"),
    status_code=200,
    security=BY_KEY,
    tags=["for back ends"],
    responses=problems(*SIGNED_IN, 404, 429),
)
async def delete_user_picture(request: HostCaller, external_id: ExternalId) -> UserOut:
    """Take a person's picture away, whoever has given it. It may be repeated."""
    identity = context_of(request).identity
    before = (await find_external_user(identity, decoded(request, external_id))).user
    after = await remove_picture(identity, before.user_uuid)
    return await _told(request, before, after, "picture_removed")


async def _told(request: HostCaller, before: User, after: User, act: str) -> UserOut:
    if before.picture != after.picture:
        record(request, act, people=[after.user_uuid], key=request.auth.name)
        await tell_of_person(context_of(request), after)
    return user_out(after)
