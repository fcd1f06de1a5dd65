"""The client's IP address. `X-Forwarded-For` counts only behind a trusted proxy.

`CRUDDUR_TRUSTED_PROXY` is the number of our proxies that a request passes. Each appends the address of
its caller to a list, so that the client is that many entries from the end. A client can forge all
entries before that one.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import Scope

_CUSTOMER_BITS = 64
_SITE_BITS = 48
_TEXT_MAX_CHARS = 64

Connection = ASGIConnection[Any, Any, Any, Any]


def client_address(connection: Connection) -> str:
    """Returns the client's address in canonical form, or a proxy's text if it is not an address."""
    # It cannot use `context_of`, since the context imports the limits, which count by address.
    return address_in(connection.scope, connection.app.state["context"].settings.trusted_proxy)


def network_of(connection: Connection) -> str:
    """Returns the client's IPv4 address, or the /64 of IPv6 that it has."""
    return networks_of(client_address(connection))[0]


def address_in(scope: Scope, hops: int) -> str:
    """Returns the client's address for a scope behind this number of trusted proxies."""
    client = scope.get("client")
    peer = plain_address(client[0]) if client else ""
    if not hops:
        return peer
    reported = {plain_address(one) for one in _reported_clients(scope, hops) if one}
    # A proxy writes one of the two headers and may pass on the client's other one. If they differ, one
    # is forged, but which one is unknown: such requests are counted as the proxy's own.
    return reported.pop() if len(reported) == 1 else peer


def networks_of(address: str) -> Sequence[str]:
    """Returns the networks that a rate limit counts: an IPv4 address, or an IPv6 /64 and its /48.

    A customer gets at least a /64, and many get a /48, which has 65,536 of them.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return (address,)
    if not isinstance(parsed, IPv6Address):
        return (str(parsed),)
    bits = (_CUSTOMER_BITS, _SITE_BITS)
    return tuple(str(IPv6Network((int(parsed), length), strict=False)) for length in bits)


def is_secure(scope: Scope, hops: int) -> bool:
    """Whether the user's browser used TLS, with us or with the outermost of our proxies."""
    if scope["scheme"] == "https":
        return True
    if not hops:
        return False
    reported = {one.lower() for one in _reported_schemes(scope, hops) if one}
    return reported == {"https"}


def chain_of(scope: Scope) -> Iterator[str]:
    """Yields the caller's address and every address in the headers, forged or not."""
    client = scope.get("client")
    yield plain_address(client[0]) if client else ""
    yield from map(plain_address, _entries(scope, _FOR))
    yield from (plain_address(_parameter(one, "for")) for one in _entries(scope, _FORWARDED))


_FORWARDED = b"forwarded"  # RFC 7239
_FOR = b"x-forwarded-for"
_PROTO = b"x-forwarded-proto"


def _reported_clients(scope: Scope, hops: int) -> Iterator[str]:
    yield _entry(scope, _FOR, hops)
    yield _parameter(_entry(scope, _FORWARDED, hops), "for")


def _reported_schemes(scope: Scope, hops: int) -> Iterator[str]:
    yield _entry(scope, _PROTO, hops)
    yield _parameter(_entry(scope, _FORWARDED, hops), "proto")


def _entry(scope: Scope, header: bytes, hops: int) -> str:
    # A list with fewer entries than there are proxies was begun by one of them, so its first entry is
    # the client.
    entries = _entries(scope, header)
    return entries[-min(hops, len(entries))].strip() if entries else ""


def _entries(scope: Scope, header: bytes) -> Sequence[str]:
    # Some proxies add a header of their own instead of appending to the client's.
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == header]
    return ",".join(lines).split(",") if lines else ()


def _parameter(element: str, name: str) -> str:
    # The text is split at every comma and semicolon, even in quotes: our proxies write none there, and
    # a quote that a client leaves open must not hide the entries that they append.
    for pair in element.split(";"):
        key, _, value = pair.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return ""


def plain_address(text: str) -> str:
    """Returns an address without its port, in canonical form."""
    address = _without_port(text.strip())
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_TEXT_MAX_CHARS].lower()
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(
        mapped or parsed
    )  # a socket for both versions reports an IPv4 client as a mapped address


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
