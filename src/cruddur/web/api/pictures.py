"""`/api/me/picture` and `/api/pictures`: the pictures of people."""

from typing import Annotated

from litestar import Response, delete, get, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter

from cruddur.domain.model import User, canonical_uuid
from cruddur.domain.person_picture import PICTURE_TYPES
from cruddur.identity.find_picture import find_picture
from cruddur.identity.remove_picture import remove_picture
from cruddur.identity.set_picture import set_picture
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.pagination import is_known
from cruddur.web.api.picture_bodies import PictureInBody, picture_type_of
from cruddur.web.api.schemas import UserOut, user_out
from cruddur.web.http.context import Caller, context_of
from cruddur.web.http.path_params import UserUuid
from cruddur.web.http.people_told import tell_of_person
from cruddur.web.http.rate_limits import Take
from cruddur.web.http.security_log import record

_FOR_A_YEAR = "private, max-age=31536000, immutable"
"""The name says which picture it is, so it never changes. Proxies must not keep it,
since it asks for a session."""

_SANDBOX = "default-src 'none'; sandbox"
"""Opened in a tab of its own, whatever a browser takes the bytes for can do nothing."""

PictureName = Annotated[str, PathParameter(description="The hash that `picture` says.")]


@put(
    "/api/me/picture",
    tags=["accounts"],
    operation_class=PictureInBody,
    responses=problems(*SIGNED_IN, 413, 415, 422, 429),
)
async def put_my_picture(request: Caller) -> UserOut:
    """Take a picture, in place of the one that I have.

    Nothing of the file is stored but its pixels: no place, no camera, no colour profile. It reaches all
    conversations a moment later.
    """
    kind = picture_type_of(request)
    context, uuid = context_of(request), request.user.user_uuid
    await context.limits.take_together([Take(context.limits.picturing, uuid)])
    user = await set_picture(context.identity, uuid, await request.body(), kind)
    record(request, "picture_set")
    return await _told(request, user)


@delete("/api/me/picture", status_code=200, tags=["accounts"], responses=problems(*SIGNED_IN, 429))
async def delete_my_picture(request: Caller) -> UserOut:
    """Have no picture any more. It may be repeated."""
    user = await remove_picture(context_of(request).identity, request.user.user_uuid)
    record(request, "picture_removed")
    return await _told(request, user)


@get(
    "/api/pictures/{user_uuid:str}/{picture:str}",
    opt={"limit": "looking"},
    tags=["users"],
    responses={
        200: ResponseSpec(
            data_container=bytes,
            media_type=PICTURE_TYPES[0],
            description="The picture, as WebP or JPEG. It may be kept for ever.",
            generate_examples=False,
        ),
        **problems(*SIGNED_IN, 404, 429),
    },
)
async def show_picture(
    request: Caller, user_uuid: UserUuid, picture: PictureName
) -> Response[bytes]:
    """The picture of a person, by the hash that `picture` says of them. Anybody may ask who is signed
    in.
    """
    identity = context_of(request).identity
    found = await find_picture(identity, canonical_uuid(user_uuid) or "-", picture)
    headers = {
        "Cache-Control": _FOR_A_YEAR,
        "ETag": f'"{found.name}"',
        "Content-Security-Policy": _SANDBOX,
    }
    if is_known(request, headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    return Response(found.data, media_type=found.media_type, headers=headers)


async def _told(request: Caller, user: User) -> UserOut:
    await tell_of_person(context_of(request), user)
    return user_out(user)
