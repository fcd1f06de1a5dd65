"""Tells a local engine from AWS."""

from typing import TypeGuard
from urllib.parse import urlsplit


def is_plain_http(endpoint_url: str | None) -> TypeGuard[str]:
    """Whether the endpoint is a local engine: one that is called over plain HTTP.

    A call over TLS gets real credentials, since its host may be AWS under another name.
    """
    return endpoint_url is not None and urlsplit(endpoint_url).scheme == "http"
