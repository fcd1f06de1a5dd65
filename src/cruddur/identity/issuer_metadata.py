"""What an issuer says of itself (OpenID Connect Discovery 1.0, 3)."""

import msgspec
from msgspec import Struct

from cruddur.domain.issuer import Issuer
from cruddur.identity.issuer_urls import is_safe_url
from cruddur.ports.issuer_http import IssuerAnswer, IssuerUnreachable

_OK = 200
_BASIC = "client_secret_basic"


class IssuerMetadata(Struct, frozen=True, kw_only=True):
    """The addresses of an issuer, under the names that it gives them."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def takes_basic(self) -> bool:
        """Whether a client sends its secret in the header, and not in the form."""
        return _BASIC in self.token_endpoint_auth_methods_supported


def metadata_from(answer: IssuerAnswer, issuer: Issuer) -> IssuerMetadata:
    """Returns what the issuer says. Raises IssuerUnreachable if it says another `issuer`, or badly."""
    where = issuer.discovery_url
    if answer.status != _OK:
        raise IssuerUnreachable(f"{where} answers {answer.status}")
    try:
        found = msgspec.json.decode(answer.body, type=IssuerMetadata)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise IssuerUnreachable(f"{where} is not as it should be: {error}") from None
    # Otherwise one issuer could speak for another (OpenID Connect Discovery 1.0, 4.3).
    if found.issuer != issuer.url:
        raise IssuerUnreachable(f"{where} says another issuer than {issuer.url}")
    asked = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri]
    offered = [found.userinfo_endpoint, found.end_session_endpoint]
    for url in (*asked, *filter(None, offered)):
        if not is_safe_url(url):
            raise IssuerUnreachable(f"{where} names an address that is neither https nor local")
    return found
