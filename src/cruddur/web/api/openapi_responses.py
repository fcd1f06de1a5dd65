"""The parts of the OpenAPI document that several operations share."""

from collections.abc import Mapping

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import SecurityRequirement

from cruddur.web.http.problems import PROBLEM_JSON, Problem

MEANINGS = {
    400: "The body is not JSON, or the query not UTF-8",
    401: "Not signed in, or the credentials are wrong",
    403: "Not allowed, or sent by another site's page",
    404: "There is no such thing, or it is none of the caller's",
    409: "It is somebody else's, or of another kind",
    413: "The body has more than 64 KiB",
    415: "The body is of another media type",
    422: "A field breaks a rule",
    429: "Too many requests; `Retry-After` says when to come back",
    503: "Not now; `Retry-After` says when to come back",
}
"""What the statuses of errors mean."""


def problems(*statuses: int) -> Mapping[int, ResponseSpec]:
    """Returns the errors of an operation, besides those that every operation can have."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            media_type=PROBLEM_JSON,
            description=MEANINGS[status],
            generate_examples=False,
        )
        for status in sorted({*statuses, 503})
    }


ANYBODY: list[SecurityRequirement] = [{}]
"""The `security` of public operations: none is required. An empty list would be left out."""

BY_KEY: list[SecurityRequirement] = [{"key": []}]
"""The `security` of operations for back ends."""

BODY = (400, 413, 415, 422, 429)
"""The errors of operations with a body."""

SIGNED_IN = (401, 403, 429)
"""The errors of operations that need a session or a key. Each may be called too often."""
