"""Begin to sign in at an issuer: where the browser goes, and what it keeps meanwhile.

Authorization code with PKCE (RFC 6749, 4.1; RFC 7636; OpenID Connect Core 1.0, 3.1.2.1).
"""

import hashlib
from typing import NamedTuple
from urllib.parse import urlencode

from cruddur.domain.base64url import to_base64url
from cruddur.identity.context import IdentityContext
from cruddur.identity.issuers import KnownIssuer
from cruddur.identity.sign_in_state import SignInState, new_state


class SignInBegun(NamedTuple):
    """The address at the issuer, and the state that the browser keeps."""

    location: str
    state: SignInState


async def begin_issuer_sign_in(
    identity: IdentityContext, known: KnownIssuer, redirect_uri: str, then: str
) -> SignInBegun:
    """Returns where to sign in. The issuer sends the browser back to `redirect_uri`. Raises Busy."""
    metadata = await known.metadata()
    state = new_state(identity, known.issuer.name, redirect_uri, then)
    asked = {
        "response_type": "code",
        "client_id": known.issuer.client_id,
        "redirect_uri": redirect_uri,
        "scope": known.issuer.scopes,
        "state": state.state,
        "nonce": state.nonce,
        "code_challenge": _challenge(state.verifier),
        "code_challenge_method": "S256",
    }
    return SignInBegun(with_query(metadata.authorization_endpoint, asked), state)


def with_query(url: str, asked: dict[str, str]) -> str:
    """Returns the address with these parameters behind those that it has."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return to_base64url(digest)
