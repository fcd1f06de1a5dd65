"""What stands in a `Link` header."""

from typing import Any

from litestar.connection import Request

from cruddur.web.api.pagination import listed


def test_a_link_is_ascii_whatever_the_path() -> None:
    scope: Any = {"type": "http", "method": "GET", "path": "/api/é\n٣>", "headers": []}
    link = listed(Request(scope), [], {"before": 7, "limit": 2}).headers["Link"]
    assert link == '</api/%C3%A9%0A%D9%A3%3E?before=7&limit=2>; rel="next"'
