"""The JSON schema of the event about a person's name and picture."""

from typing import Annotated

from msgspec import Meta, Struct

from cruddur.messaging.events import PersonRenamed
from cruddur.web.api.row_fields import Picture


class PersonRenamedOut(Struct, frozen=True, kw_only=True):
    """A person with their new name or picture."""

    user_uuid: Annotated[str, Meta(description="The person.")]
    handle: Annotated[
        str,
        Meta(
            description="Their handle, which stays; `-` and the uuid if their account was deleted."
        ),
    ]
    display_name: Annotated[str, Meta(description="Their new name.")]
    name_version: Annotated[
        int,
        Meta(
            description="How often name or picture were changed. Those of the greatest number are right."
        ),
    ]
    picture: Picture = None


def person_renamed_out(event: PersonRenamed) -> PersonRenamedOut:
    """The JSON form of a person's new name or picture."""
    return PersonRenamedOut(
        user_uuid=event.user_uuid,
        handle=event.person.handle,
        display_name=event.person.display_name,
        name_version=event.person.name_version,
        picture=event.person.picture,
    )
