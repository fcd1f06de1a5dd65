"""The settings of one OpenID Connect issuer: docs/features/openid-connect.md has them."""

from pathlib import Path
from typing import Literal

from msgspec import Struct


class IssuerSettings(Struct, frozen=True, kw_only=True):
    """A part of all settings, with their defaults. MEANINGS has what each means."""

    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_scopes: str = "openid profile"
    oidc_label: str | None = None
    oidc_handle_claim: str = "preferred_username"
    oidc_name_claim: str = "name"
    oidc_audiences: str = ""
    oidc_provision: Literal["on", "off"] = "on"
    oidc_discovery_url: str | None = None
    oidc_file: Path | None = None

    def __repr__(self) -> str:
        return f"IssuerSettings({self.oidc_issuer!r})"
