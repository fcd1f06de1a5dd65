"""Where a request comes from, as far as it can be believed."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from litestar.connection import ASGIConnection

from cruddur.web.context import context_of

_CUSTOMER_BITS = 64


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The client's address; of an IPv6 one its /64, which is what one customer gets."""
    client = connection.scope.get("client")
    address = client[0] if client else ""
    if _has_proxy(connection):
        address = _proxys_word(connection, "x-forwarded-for") or address
    try:
        return _customer(_without_port(address))
    except ValueError:
        return address


def is_secure(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the person's browser speaks TLS, with us or with the proxy in front."""
    if connection.scope["scheme"] == "https":
        return True
    return _has_proxy(connection) and _proxys_word(connection, "x-forwarded-proto") == "https"


def _has_proxy(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    return context_of(connection).settings.trusted_proxy == "on"


def _proxys_word(connection: ASGIConnection[Any, Any, Any, Any], header: str) -> str:
    # The last entry is the one that our proxy wrote; those before it are the client's own words.
    # Some proxies add a line of their own instead of going on with the client's.
    lines = connection.headers.getall(header, [""])
    return lines[-1].rpartition(",")[2].strip()


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def _customer(text: str) -> str:
    address = ip_address(text)
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:  # as a socket for both kinds tells an IPv4 client
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _CUSTOMER_BITS), strict=False))
