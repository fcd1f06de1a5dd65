"""What a sign-in at an issuer leaves in the browser that began it, until the issuer sends that back.

It is signed and not stored: nobody who begins a sign-in costs the table anything.
"""

import hashlib
import secrets

from cruddur.identity.context import IdentityContext
from cruddur.identity.sealed_records import SealedRecord, lasts_until, seal_record, unseal_record

_PURPOSE = "sign-in at an issuer"


class SignInState(SealedRecord, frozen=True, kw_only=True):
    """A sign-in that was begun at the issuer of this name. Only the browser that began it has this.

    `state`, `nonce` and `verifier` are left to chance: the first binds the issuer's answer to the
    browser (RFC 6749, 10.12), the second its token (OpenID Connect Core 1.0, 15.5.2), the third its code
    (RFC 7636). `then` is our path that opens afterwards.
    """

    issuer: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    then: str

    def __repr__(self) -> str:
        return f"SignInState({self.issuer!r})"


def new_state(identity: IdentityContext, issuer: str, redirect_uri: str, then: str) -> SignInState:
    """Returns the state of a sign-in that begins now."""
    return SignInState(
        issuer=issuer,
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        redirect_uri=redirect_uri,
        then=then,
        until=lasts_until(identity),
    )


def name_of(state: str) -> str:
    """Returns what names the cookie of this `state`, so that two tabs do not disturb each other."""
    return hashlib.sha256(state.encode()).hexdigest()[:12]


def sealed(identity: IdentityContext, state: SignInState) -> str:
    """Returns the state as a text that nobody else can make."""
    return seal_record(identity, state, _PURPOSE)


def unsealed(identity: IdentityContext, text: str) -> SignInState | None:
    """Returns the state of such a text; None if it is none of ours, or its time is over."""
    return unseal_record(identity, text, SignInState, _PURPOSE)
