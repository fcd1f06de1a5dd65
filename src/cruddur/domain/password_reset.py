"""A link by which a person who has forgotten their password sets another one."""

from msgspec import Struct


class PasswordReset(Struct, frozen=True, kw_only=True):
    """The link that a person may use now: the digest of its secret, and until when it works.

    `expires_at` is in epoch seconds. The secret itself is stored nowhere.
    """

    user_uuid: str
    handle: str
    secret_digest: str
    expires_at: int

    def __repr__(self) -> str:
        return f"PasswordReset({self.user_uuid!r})"
