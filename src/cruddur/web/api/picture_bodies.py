"""The body that is a picture, and not JSON: its description, and its media type."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from cruddur.domain.errors import UnsupportedType, declare_code
from cruddur.domain.person_picture import PICTURE_MAX_BYTES, PICTURE_TYPES

_WRONG_TYPE = declare_code("picture_type", "A picture is sent as `image/webp` or `image/jpeg`.")
_BINARY = {
    kind: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, content_media_type=kind))
    for kind in PICTURE_TYPES
}


@dataclass
class PictureInBody(Operation):
    """An operation that takes a picture."""

    def __post_init__(self) -> None:
        """Describes the body, which no type of the function does."""
        self.request_body = RequestBody(
            content=_BINARY,
            required=True,
            description=f"256 by 256 pixels, at most {PICTURE_MAX_BYTES:,} bytes.",
        )


def picture_type_of(request: Request[Any, Any, Any]) -> str:
    """Returns the media type of the request's body. Raises UnsupportedType for what is no picture."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in PICTURE_TYPES:
        raise UnsupportedType(_WRONG_TYPE, "A picture is sent as image/webp or image/jpeg.")
    return kind
