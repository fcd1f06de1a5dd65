"""What can be wrong with a token that is signed as it should be."""

from cruddur.domain.errors import UNAUTHENTICATED, Unauthenticated, declare_code

TOKEN_EXPIRED = declare_code("token_expired", "The token has expired.")
TOKEN_NOT_YET_VALID = declare_code("token_not_yet_valid", "The token is made for a time to come.")
TOKEN_ISSUER = declare_code("token_wrong_issuer", "The token says another `iss` than `cruddur`.")
TOKEN_AUDIENCE = declare_code(
    "token_wrong_audience", "The token is for another service, by its `aud`, or lacks that."
)
TOKEN_CLAIMS = declare_code(
    "token_claims_wrong", "A claim of the token is missing, or of another form than documented."
)
TOKEN_SUBJECT = declare_code("token_subject_unknown", "There is nobody with the token's `sub`.")
TOKEN_REVOKED = declare_code(
    "token_revoked", "The token, or its session, was ended: by a sign-out, or by lack of use."
)


class TokenRefused(Unauthenticated):
    """A token that is well signed and does not count. So its bearer may know why.

    The texts go into a header: they are ASCII, without quotation marks.
    """


def badly_signed() -> Unauthenticated:
    """The error for a token that we did not sign. It is that for none at all, and tells nothing."""
    return Unauthenticated(UNAUTHENTICATED, "Sign in first.")


def expired() -> TokenRefused:
    """The error for a token whose time is over."""
    return TokenRefused(TOKEN_EXPIRED, "The token has expired.")


def revoked() -> TokenRefused:
    """The error for a token that was revoked, and for one whose session has ended."""
    return TokenRefused(TOKEN_REVOKED, "The token was revoked, or its session has ended.")


def subject_unknown() -> TokenRefused:
    """The error for a token of somebody who is not there, or no longer."""
    return TokenRefused(TOKEN_SUBJECT, "There is nobody with the sub of this token.")


def claim_wrong(name: str) -> TokenRefused:
    """The error for a claim that is missing or odd."""
    return TokenRefused(TOKEN_CLAIMS, f"The claim {name} is missing, or not as it should be.")
