"""Requires that a body says that it is JSON (OWASP ASVS 4.0.3, 13.1.5 and 13.2.5).

Otherwise what one program sends as one thing would be read as another, and a form of another site could
carry a body that is JSON by chance.
"""

from typing import Any

from litestar import Request

from cruddur.domain.errors import UnsupportedType, declare_code

_NOT_JSON = declare_code(
    "content_type_not_json", "A body needs the header Content-Type: application/json."
)
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class OtherContentType(UnsupportedType):
    """The body is not JSON, or does not say its type."""


def refuse_other_content(request: Request[Any, Any, Any]) -> None:
    """Raises OtherContentType for a body without the type of JSON, where the route reads a body.

    A request without a body needs no type: the route itself says what is missing.
    """
    if request.scope["method"] in _WITHOUT_BODY:
        return
    if request.route_handler.parsed_data_field is None:
        return
    content_type, has_body = b"", False
    for name, value in request.scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            has_body = True
    if has_body and not _is_json(content_type):
        text = "The body must be JSON: send the header Content-Type: application/json."
        raise OtherContentType(_NOT_JSON, text)


def _is_json(content_type: bytes) -> bool:
    # RFC 6839, 3.1: a name that ends in +json is JSON, too.
    media_type = content_type.partition(b";")[0].strip().lower()
    return media_type == b"application/json" or (
        media_type.startswith(b"application/") and media_type.endswith(b"+json")
    )
