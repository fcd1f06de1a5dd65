"""Which addresses are everybody's, and so may be called on somebody's word.

The list names what may be called, not what may not: IPv4 addresses that are global, and of IPv6 the
global unicast ones, after taking out the IPv4 address that some forms hold inside. The registries are
RFC 6890's, as Python's `ipaddress` has them; what it lacks is named here.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network(
    "2000::/3"
)  # RFC 4291, 2.4; local, site-local and multicast lie outside
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, 2.5.5.1
_INSIDE_A_CLOUD: Sequence[Network] = (
    IPv4Network(
        "168.63.129.16"
    ),  # Azure's agent: global by its number, and only machines there reach it
    IPv4Network("192.88.99.0/24"),  # RFC 7526: relays of 6to4, which end nowhere good
)


def address_of(text: str) -> Address:
    """Returns the address that a call would reach, without its zone, and IPv4 for IPv4 written as IPv6.

    Raises ValueError for a text that is no address.
    """
    address = ip_address(text.partition("%")[0])
    return _inner(address) if isinstance(address, IPv6Address) else address


def may_be_called(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether the address is everybody's, or lies in one of the networks that the operator allows."""
    return is_allowed(address, allowed) or _is_everybodys(address)


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether the operator's setting names the address."""
    return any(address in network for network in allowed)


def _inner(address: IPv6Address) -> Address:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_everybodys(address: Address) -> bool:
    if any(address in network for network in _INSIDE_A_CLOUD):
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast
