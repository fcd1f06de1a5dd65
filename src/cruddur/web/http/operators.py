"""Restricts the metrics to operators, since they show how many users there are and what they do."""

from ipaddress import ip_address
from typing import Any

from litestar.connection import Request

from cruddur.domain.errors import Forbidden, declare_code
from cruddur.web.http.client_ip import chain_of
from cruddur.web.http.context import Context, context_of

_OPERATORS_ONLY = declare_code(
    "operators_only",
    "Only addresses that the setting CRUDDUR_OPERATOR_NETWORKS names may ask this.",
)


def check_operator(request: Request[Any, Any, Any]) -> None:
    """Raises Forbidden unless the setting names the caller and every address in the headers.

    It requires all of them, whatever proxies are trusted. So a proxy on this machine does not lend its
    address to strangers, and a forged header gives no access.
    """
    context = context_of(request)
    if not all(_is_named(context, one) for one in chain_of(request.scope)):
        raise Forbidden(
            _OPERATORS_ONLY,
            "Only addresses that CRUDDUR_OPERATOR_NETWORKS names may ask this.",
        )


def _is_named(context: Context, address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in context.operator_networks)
