"""Where a request comes from, as far as it can be believed."""

from typing import Any

from litestar.connection import ASGIConnection

from cruddur.web.context import context_of


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The client's address; of an IPv6 one its /64, which is what one customer gets."""
    client = connection.scope.get("client")
    address = client[0] if client else ""
    if _has_proxy(connection):
        # The last entry is the one that our proxy wrote; those before it are the client's own words.
        forwarded = connection.headers.get("x-forwarded-for", "")
        address = forwarded.rpartition(",")[2].strip() or address
    return ":".join(address.split(":")[:4]) if ":" in address else address


def is_secure(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the person's browser speaks TLS, with us or with the proxy in front."""
    if connection.scope["scheme"] == "https":
        return True
    forwarded = connection.headers.get("x-forwarded-proto", "")
    return _has_proxy(connection) and forwarded.rpartition(",")[2].strip() == "https"


def _has_proxy(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    return context_of(connection).settings.trusted_proxy == "on"
