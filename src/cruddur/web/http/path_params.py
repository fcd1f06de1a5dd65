"""The path parameters that several routes have."""

from typing import Annotated

from litestar.params import PathParameter

from cruddur.domain.errors import Invalid
from cruddur.domain.handles import checked_handle
from cruddur.domain.model import canonical_uuid

GroupUuid = Annotated[str, PathParameter(description="The conversation's uuid.")]
UserUuid = Annotated[str, PathParameter(description="The person's uuid.")]
Seq = Annotated[int, PathParameter(description="The message's number.")]


def is_page(path: str) -> bool:
    """Whether the path is one of our pages: the inbox, a conversation or a user."""
    try:
        match path.split("/"):
            case ["", ""]:
                return True
            case ["", "c", group]:
                return canonical_uuid(group) is not None
            case ["", person]:
                return person == f"@{checked_handle(person)}"
    except Invalid:
        pass
    return False
