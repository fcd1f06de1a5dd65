"""An OpenID Connect issuer whose people may come in, as the settings describe it."""

from msgspec import Struct

ISSUER_MAX_CHARS = 255
SUBJECT_MAX_CHARS = 255  # OpenID Connect Core 1.0, 2


class Issuer(Struct, frozen=True, kw_only=True):
    """One issuer. `name` stands in our paths, `url` is what its tokens say as `iss`.

    `audiences` are further names, beside the client's, that tokens for the API may be made for or by.
    `handle_claim` and `name_claim` name the claims that a person's handle and name come from. If
    `provisions`, people are made at first sight; otherwise only linked ones come in.
    """

    name: str
    url: str
    client_id: str
    discovery_url: str
    label: str
    client_secret: str | None = None
    scopes: str = "openid profile"
    handle_claim: str = "preferred_username"
    name_claim: str = "name"
    audiences: tuple[str, ...] = ()
    provisions: bool = True

    def __repr__(self) -> str:
        return f"Issuer({self.name!r}, {self.url!r})"


def login_name(issuer: str, subject: str) -> str:
    """Returns the text by which a profile names one of its person's logins: `https://id.example#42`."""
    return f"{issuer}#{subject}"


def issuer_and_subject(name: str) -> tuple[str, str]:
    """Returns both of a `login_name`. No issuer has a `#` (OpenID Connect Discovery 1.0, 3)."""
    issuer, _, subject = name.partition("#")
    return issuer, subject
