"""A link by which a person who has forgotten their password sets another one."""

from msgspec import Struct


class PasswordReset(Struct, frozen=True, kw_only=True):
    """The link that a person may use now: the digest of its secret, and until when it works.

    `expires_at` is in epoch seconds. The secret itself is stored nowhere. `password_digest` is that of
    what the person signed in by when the link was made: with another password it works no more. It is
    empty without a password, and None for a link that an older version made.
    """

    user_uuid: str
    handle: str
    secret_digest: str
    expires_at: int
    password_digest: str | None = None

    def __repr__(self) -> str:
        return f"PasswordReset({self.user_uuid!r})"
