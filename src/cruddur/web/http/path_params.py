"""The path parameters that several routes have."""

import re
from typing import Annotated

from litestar.params import PathParameter

from cruddur.domain.errors import Invalid
from cruddur.domain.handles import checked_handle
from cruddur.domain.model import canonical_uuid

GroupUuid = Annotated[str, PathParameter(description="The conversation's uuid.")]
UserUuid = Annotated[str, PathParameter(description="The person's uuid.")]
Seq = Annotated[int, PathParameter(description="The message's number.")]

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a link to a group ends in."""


def is_page(path: str) -> bool:
    """Whether the path is one of our pages: the inbox, a conversation, a user or a link to a group."""
    try:
        match path.split("/"):
            case ["", ""]:
                return True
            case ["", "c", group]:
                return canonical_uuid(group) is not None
            case ["", "join", token]:
                return TOKEN.fullmatch(token) is not None
            case ["", person]:
                return person == f"@{checked_handle(person)}"
    except Invalid:
        pass
    return False
