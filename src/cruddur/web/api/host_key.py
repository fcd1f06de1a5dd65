"""`/api/key`: what a host's key is for."""

from collections.abc import Sequence
from typing import Annotated

from litestar import get
from msgspec import Meta, Struct

from cruddur.web.api.openapi_responses import BY_KEY, SIGNED_IN, problems
from cruddur.web.http.context import HostCaller
from cruddur.web.http.host_auth import for_hosts


class HostKeyOut(Struct, frozen=True, kw_only=True):
    """A host's key, without its secret."""

    name: Annotated[str, Meta(description="The name that the operator gave it.")]
    number: Annotated[
        int,
        Meta(description="Which of its secrets it is. Each roll makes one with the next number."),
    ]
    scopes: Annotated[Sequence[str], Meta(description="What it may be used for.")]
    created_at: Annotated[str, Meta(description="When this secret was made, in UTC.")]


@get(
    "/api/key",
    opt=for_hosts(),
    security=BY_KEY,
    tags=["for back ends"],
    responses=problems(*SIGNED_IN, 429),
)
async def host_key(request: HostCaller) -> HostKeyOut:
    """The key of this request: whether it works, and for what."""
    key = request.auth
    return HostKeyOut(
        name=key.name, number=key.number, scopes=key.scopes, created_at=key.created_at
    )
