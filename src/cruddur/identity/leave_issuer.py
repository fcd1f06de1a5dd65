"""Where a browser goes to sign out at the issuer, too (OpenID Connect RP-Initiated Logout 1.0, 2)."""

from urllib.parse import urlsplit

from cruddur.domain.errors import Busy
from cruddur.identity.begin_issuer_sign_in import with_query
from cruddur.identity.issuers import KnownIssuer

_COGNITO = ".amazonaws.com"


async def leave_issuer(known: KnownIssuer, id_token: str, back: str) -> str | None:
    """Returns the address; None if the issuer offers none, or does not answer.

    The issuer sends the browser `back`, if it knows that address. `id_token` is from the sign-in.
    """
    try:
        url = (await known.metadata()).end_session_endpoint
    except Busy:
        return None
    if url is None:
        return None
    asked = {"client_id": known.issuer.client_id, "post_logout_redirect_uri": back}
    if id_token:
        asked["id_token_hint"] = id_token
    host = urlsplit(known.issuer.url).hostname or ""
    if host.startswith("cognito-idp.") and host.endswith(_COGNITO):
        # Cognito has a word of its own, and does not look at that of the standard.
        asked = {"client_id": known.issuer.client_id, "logout_uri": back}
    return with_query(url, asked)
