"""Tells at once of a new name or picture, which the projector brings to conversations in any case."""

from contextlib import suppress

from cruddur.domain.errors import TableError
from cruddur.domain.model import User
from cruddur.messaging.inbox.correct_names import renaming_of
from cruddur.messaging.inbox.tell_of_name import tell_of_name
from cruddur.web.http.context import Context


async def tell_of_person(context: Context, user: User) -> None:
    """Tells those who show the person. The change is stored, so a table that fails now is no failure."""
    with suppress(TableError):
        await tell_of_name(context.messaging, renaming_of(user))
