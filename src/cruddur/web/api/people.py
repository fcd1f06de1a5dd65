"""`/api/people/{user_uuid}`: what the caller may know of a person."""

from typing import Annotated

from litestar import get
from litestar.params import PathParameter
from msgspec import Meta, Struct

from cruddur.domain.model import MessageGroup, canonical_uuid
from cruddur.identity.find_user import find_user, user_not_found
from cruddur.messaging.people.find_block import find_block
from cruddur.messaging.people.find_shared_groups import find_shared_groups
from cruddur.web.api.openapi_responses import SIGNED_IN, problems
from cruddur.web.api.schemas import UserOut
from cruddur.web.http.auth import ASKING
from cruddur.web.http.context import Caller, context_of


class SharedGroupOut(Struct, frozen=True, kw_only=True):
    """A group in which both the caller and the person are."""

    uuid: Annotated[str, Meta(description="The conversation.")]
    title: Annotated[str | None, Meta(description="Its name.")]
    emoji: Annotated[str | None, Meta(description="The emoji of its picture.")] = None
    colour: Annotated[
        int | None, Meta(description="The colour of its picture, one of 16, from 0.")
    ] = None


class ProfileOut(UserOut, frozen=True, kw_only=True):
    """A person, as the caller may see them. It does not tell whether they have blocked the caller."""

    created_at: Annotated[str, Meta(description="When their account was made, in UTC.")]
    blocked_at: Annotated[
        str | None,
        Meta(description="When the caller blocked them, in UTC; null if they are not blocked."),
    ] = None
    shared_groups: Annotated[
        list[SharedGroupOut],
        Meta(
            description="The groups that both are in, the last active first. The caller's 100 groups "
            "with the newest messages are looked at."
        ),
    ]


@get(
    "/api/people/{user_uuid:str}",
    opt=ASKING,
    tags=["people"],
    responses=problems(*SIGNED_IN, 404, 429),
    operation_id="getPerson",
)
async def person(
    request: Caller,
    user_uuid: Annotated[str, PathParameter(description="The person's uuid.", max_length=64)],
) -> ProfileOut:
    """A person, since when they are here, and the groups that I share with them.

    The person does not learn of it.
    """
    context, known_form = context_of(request), canonical_uuid(user_uuid)
    if known_form is None:
        raise user_not_found()
    other = await find_user(context.identity, known_form)
    messaging, me = context.messaging, request.user.user_uuid
    groups = await find_shared_groups(messaging, me, known_form) if known_form != me else []
    return ProfileOut(
        uuid=other.user_uuid,
        handle=other.handle,
        display_name=other.display_name,
        picture=other.picture,
        created_at=other.created_at,
        blocked_at=await find_block(messaging, me, known_form),
        shared_groups=[_shared_out(group) for group in groups],
    )


def _shared_out(group: MessageGroup) -> SharedGroupOut:
    return SharedGroupOut(
        uuid=group.message_group_uuid, title=group.title, emoji=group.emoji, colour=group.colour
    )
