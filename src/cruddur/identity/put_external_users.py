"""Make many people of a host product here, or bring them up to date."""

from collections.abc import Sequence

from cruddur.domain.errors import ApiError, Busy, Invalid, TableUnavailable, declare_code
from cruddur.identity.context import IdentityContext
from cruddur.identity.put_external_user import PutUser, WantedUser, put_external_user
from cruddur.ports.beside import each
from cruddur.ports.metering import access_pattern

_TWICE = declare_code("external_id_twice", "The same person is in the batch before.")

BATCH_MAX = 500

_AT_ONCE = 32
"""SQLite stores what comes together in one commit; a small engine of DynamoDB's API must keep up."""


@access_pattern("put_external_user")
async def put_external_users(
    identity: IdentityContext, wanted: Sequence[WantedUser]
) -> Sequence[PutUser | ApiError]:
    """Returns what became of each, in their order. One that fails holds up no other."""
    first = {one.external_id: number for number, one in reversed(list(enumerate(wanted)))}

    async def put(numbered: tuple[int, WantedUser]) -> PutUser | ApiError:
        number, one = numbered
        if first[one.external_id] != number:
            return Invalid(_TWICE, "This person is in the list before.", field="external_id")
        try:
            return await put_external_user(identity, one)
        except ApiError as error:
            return error
        except TableUnavailable:
            return Busy("The store does not answer. Please try again.")

    return await each(put, enumerate(wanted), at_once=_AT_ONCE)
