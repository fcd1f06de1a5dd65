"""What can be wrong with a token that is signed as it should be."""

from datetime import UTC, datetime

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


_RULES = {
    "exp": "a time in whole epoch seconds, not milliseconds, and at most 30 days from now",
    "iat": "a time in epoch seconds",
    "nbf": "a time in epoch seconds",
    "sub": "ext: and the host's own id of a person, or the person's uuid",
    "jti": "a text of at most 128 characters",
}


class TokenRefused(Unauthenticated):
    """A token that is well signed and does not count. So its bearer may know why.

    The texts go into a header: they are ASCII, without quotation marks.
    """


def badly_signed() -> Unauthenticated:
    """The error for a token that we did not sign. It is that for none at all, and tells nothing."""
    return Unauthenticated(UNAUTHENTICATED, "Sign in first.")


def expired(ended: float, now: float) -> TokenRefused:
    """The error for a token whose time is over. Two times show a clock that is wrong."""
    when = f"It ended at {_utc(ended)}, and here it is {_utc(now)}."
    return TokenRefused(TOKEN_EXPIRED, f"The token has expired. {when}")


def not_yet_valid(starts: float, now: float) -> TokenRefused:
    """The error for a token that was made, or begins to hold, after our time."""
    when = f"It begins at {_utc(starts)}, and here it is {_utc(now)}."
    return TokenRefused(TOKEN_NOT_YET_VALID, f"The token is made for a time to come. {when}")


def revoked() -> TokenRefused:
    """The error for a token that was revoked, and for one whose session has ended."""
    return TokenRefused(TOKEN_REVOKED, "The token was revoked, or its session has ended.")


def subject_unknown() -> TokenRefused:
    """The error for a token of somebody who is not there, or no longer."""
    return TokenRefused(TOKEN_SUBJECT, "There is nobody with the sub of this token.")


def audience_wrong(wanted: str) -> TokenRefused:
    """The error for a token that is for another service. `wanted` is what its `aud` has to name."""
    said = "The aud of this token does not name this service."
    fits = wanted.isascii() and wanted.isprintable() and not set(wanted) & {'"', "\\"}
    return TokenRefused(TOKEN_AUDIENCE, f"{said} It is {wanted} here." if fits else said)


def claim_wrong(name: str) -> TokenRefused:
    """The error for a claim that is missing or odd."""
    said = f"The claim {name} is missing, or not as it should be."
    rule = _RULES.get(name)
    return TokenRefused(TOKEN_CLAIMS, f"{said} It has to be {rule}." if rule else said)


def _utc(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        return f"{int(seconds)} seconds"
