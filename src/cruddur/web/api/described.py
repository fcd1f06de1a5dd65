"""Fields of bodies that several operations take, described for the OpenAPI document.

Their lengths are only said here. The use cases check them, and answer in the words of the page.
"""

from typing import Annotated

from msgspec import Meta

from cruddur.domain.checked_texts import DISPLAY_NAME_MAX_CHARS, MESSAGE_MAX_CHARS, TITLE_MAX_CHARS
from cruddur.domain.model import GROUP_MAX_MEMBERS
from cruddur.identity.checked_password import NEW_PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS
from cruddur.web.api.pagination import SEQ_MAX


def _characters(at_least: int, at_most: int) -> dict[str, int]:
    return {"minLength": at_least, "maxLength": at_most}


MessageText = Annotated[
    str,
    Meta(
        description=f"The text, of at most {MESSAGE_MAX_CHARS:,} characters unless a setting says "
        "otherwise. `*bold*`, `_italic_`, `~struck~`, code, quotes and lists are shown as such.",
        extra_json_schema={"minLength": 1},
        examples=["See you at the lake?"],
    ),
]

NewHandle = Annotated[
    str,
    Meta(
        description="The name by which people find each other: 2 to 30 letters, digits, dots, dashes or "
        "underscores. An `@` before it is left out.",
        extra_json_schema=_characters(2, 31),
        examples=["andrew"],
    ),
]

SomeHandle = Annotated[
    str,
    Meta(description="A handle, or `ext:` and a host's own id of a person.", examples=["bayko"]),
]

Handles = Annotated[
    list[str],
    Meta(
        min_length=1,
        max_length=GROUP_MAX_MEMBERS,
        description="Handles, or `ext:` and a host's own ids.",
        examples=[["bayko", "maya"]],
    ),
]

DisplayName = Annotated[
    str,
    Meta(
        description="The name that people read.",
        extra_json_schema=_characters(1, DISPLAY_NAME_MAX_CHARS),
        examples=["Andrew Brown"],
    ),
]

Title = Annotated[
    str,
    Meta(
        description="The name of a group.",
        extra_json_schema=_characters(1, TITLE_MAX_CHARS),
        examples=["Lake weekend"],
    ),
]

Password = Annotated[str, Meta(description="The password of the account.")]

NewPassword = Annotated[
    str,
    Meta(
        description="A password that is neither the handle nor one of the commonest.",
        extra_json_schema=_characters(PASSWORD_MIN_CHARS, NEW_PASSWORD_MAX_CHARS),
    ),
]

GivenUuid = Annotated[
    str,
    Meta(
        description="A uuid of the client's own. What is sent again with the same one is stored once.",
    ),
]

GroupUuidGiven = Annotated[str, Meta(description="The conversation.")]

KnownSeq = Annotated[
    int,
    Meta(ge=0, le=SEQ_MAX, description="The last number that the client knew when it first tried."),
]

AnsweredSeq = Annotated[
    int, Meta(ge=0, le=SEQ_MAX, description="The number of the message that this one answers.")
]

MessageSeq = Annotated[int, Meta(ge=1, le=SEQ_MAX, description="The number of the message.")]
