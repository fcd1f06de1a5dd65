"""Reads the OpenID Connect issuers from the settings: one from the environment, others from a file."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from cruddur.bootstrap.on_demand import IssuerHttpOnDemand
from cruddur.config import Settings, WrongSetting
from cruddur.domain.issuer import Issuer
from cruddur.identity.issuer_urls import is_issuer, is_safe_url
from cruddur.identity.issuers import Issuers
from cruddur.setting_texts import shown

NAME = "sso"
"""The name of the issuer from the environment."""

FILE_MAX_BYTES = 256 * 1024

_WELL_KNOWN = "/.well-known/openid-configuration"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
_SCOPE = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")  # RFC 6749, 3.3
_LABEL_MAX_CHARS = 60

Text = Annotated[str, Meta(min_length=1, max_length=1024)]


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One issuer of the file, under the names that docs/features/openid-connect.md lists."""

    name: str
    issuer: Text
    client_id: Text
    client_secret: Text | None = None
    scopes: Text = "openid profile"
    label: Annotated[str, Meta(min_length=1, max_length=_LABEL_MAX_CHARS)] | None = None
    handle_claim: Text = "preferred_username"
    name_claim: Text = "name"
    audiences: list[Text] = []
    provision: Literal["on", "off"] = "on"
    discovery_url: Text | None = None


def issuers_of(settings: Settings) -> Sequence[Issuer]:
    """Returns the issuers of the settings. Raises WrongSetting."""
    found = [_issuer(where, entry) for where, entry in _entries(settings)]
    for what in ("name", "url"):
        values = [getattr(issuer, what) for issuer in found]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise WrongSetting(f"two OpenID Connect issuers have the {what} {shown(twice)}")
    return found


def open_issuers(settings: Settings, clock: Callable[[], datetime]) -> Issuers:
    """Returns the issuers, of which nothing is fetched yet. Raises WrongSetting."""
    return Issuers(issuers_of(settings), IssuerHttpOnDemand(), clock)


def _entries(settings: Settings) -> Iterator[tuple[str, _Entry]]:
    if settings.oidc_issuer is not None:
        if settings.oidc_client_id is None:
            raise WrongSetting("CRUDDUR_OIDC_ISSUER needs CRUDDUR_OIDC_CLIENT_ID beside it")
        yield "CRUDDUR_OIDC", _entry_of(settings, settings.oidc_issuer, settings.oidc_client_id)
    elif settings.oidc_client_id is not None:
        raise WrongSetting("CRUDDUR_OIDC_CLIENT_ID needs CRUDDUR_OIDC_ISSUER beside it")
    if settings.oidc_file is not None:
        for entry in _read(settings.oidc_file):
            yield f"the issuer {shown(entry.name)} of CRUDDUR_OIDC_FILE", entry


def _entry_of(settings: Settings, issuer: str, client_id: str) -> _Entry:
    return _Entry(
        name=NAME,
        issuer=issuer,
        client_id=client_id,
        client_secret=settings.oidc_client_secret,
        scopes=settings.oidc_scopes,
        label=settings.oidc_label,
        handle_claim=settings.oidc_handle_claim,
        name_claim=settings.oidc_name_claim,
        audiences=[one for text in settings.oidc_audiences.split(",") if (one := text.strip())],
        provision=settings.oidc_provision,
        discovery_url=settings.oidc_discovery_url,
    )


def _read(path: Path) -> Sequence[_Entry]:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        raise WrongSetting(
            f"CRUDDUR_OIDC_FILE cannot be {shown(str(path))}: {error.strerror}"
        ) from None
    if len(content) > FILE_MAX_BYTES:
        raise WrongSetting(f"CRUDDUR_OIDC_FILE has more than {FILE_MAX_BYTES:,} bytes")
    try:
        return msgspec.json.decode(content, type=list[_Entry])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        # The error names a field and never its value, which may be a secret.
        raise WrongSetting(f"CRUDDUR_OIDC_FILE is no list of issuers: {error}") from None


def _issuer(where: str, entry: _Entry) -> Issuer:
    if not _NAME.fullmatch(entry.name):
        raise WrongSetting(
            f"{where} cannot have this name: it takes small letters, digits and dashes"
        )
    if not is_issuer(entry.issuer):
        raise WrongSetting(
            f"{where}: the issuer {shown(entry.issuer)} is no https address without a query"
        )
    discovery_url = entry.discovery_url or entry.issuer.rstrip("/") + _WELL_KNOWN
    if not is_safe_url(discovery_url):
        raise WrongSetting(f"{where}: the discovery address is no https address")
    if not _SCOPE.fullmatch(entry.scopes) or "openid" not in entry.scopes.split(" "):
        raise WrongSetting(
            f"{where}: the scopes are words with one blank between, openid among them"
        )
    label = entry.label or f"Continue with {urlsplit(entry.issuer).hostname}"
    if not label.isprintable() or len(label) > _LABEL_MAX_CHARS:
        raise WrongSetting(
            f"{where}: the label is one line of at most {_LABEL_MAX_CHARS} characters"
        )
    return Issuer(
        name=entry.name,
        url=entry.issuer,
        client_id=entry.client_id,
        discovery_url=discovery_url,
        label=label,
        client_secret=entry.client_secret,
        scopes=entry.scopes,
        handle_claim=entry.handle_claim,
        name_claim=entry.name_claim,
        audiences=tuple(entry.audiences),
        provisions=entry.provision == "on",
    )
