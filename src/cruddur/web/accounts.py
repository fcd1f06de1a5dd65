"""`/api/accounts` and `/api/me`."""

from litestar import get, post
from litestar.params import JSONBody
from msgspec import Struct

from cruddur.errors import Forbidden
from cruddur.identity.create_account import create_account
from cruddur.shapes import UserShape, user_shape
from cruddur.web.address import client_address
from cruddur.web.auth import PUBLIC
from cruddur.web.context import Caller, context_of
from cruddur.web.openapi_words import ANYBODY, BODY, SIGNED_IN, problems


class NewAccount(Struct, kw_only=True):
    """A person who wants to take part."""

    handle: str
    display_name: str
    password: str


@post(
    "/accounts",
    opt=PUBLIC,
    security=ANYBODY,
    tags=["accounts"],
    responses=problems(*BODY, 403, 409),
)
async def sign_up(request: Caller, data: JSONBody[NewAccount]) -> UserShape:
    """Make an account. It does not sign in."""
    context = context_of(request)
    if context.settings.sign_up == "closed":
        raise Forbidden("sign_up_closed", "Accounts are made by the people who run this.")
    context.limits.take(context.limits.sign_up_address, client_address(request))
    user = await create_account(context.identity, data.handle, data.display_name, data.password)
    return user_shape(user)


@get("/me", tags=["accounts"], responses=problems(*SIGNED_IN))
async def me(request: Caller) -> UserShape:
    """Who I am."""
    return user_shape(request.user)
