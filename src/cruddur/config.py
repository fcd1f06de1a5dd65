"""The settings: the only reader of the environment. Each is also a flag of `cruddur up`."""

import os
import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, get_args, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from cruddur.aws_settings import AwsProfile, AwsSettings, aws_settings
from cruddur.issuer_settings import IssuerSettings
from cruddur.setting_meanings import MEANINGS
from cruddur.setting_texts import (
    is_loopback,
    problem_of,
    problem_of_address,
    problem_of_base_path,
    problem_of_contact,
    problem_of_origins,
    problem_of_page,
    shown,
)

PREFIX = "CRUDDUR_"
Network = IPv4Network | IPv6Network
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{,63}")
_TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")  # as DynamoDB has it
_BOUND = re.compile(r"(>=|<=) (\d+)")
_PATHS = frozenset({"data", "secret_file", "oidc_file"})
_MAY_BE_EMPTY = frozenset(
    {"audience", "base_path", "allowed_origins", "frames", "oidc_audiences", "outbound_allow"}
)
_CHECKED = {
    "public_url": problem_of_address,
    "terms_url": problem_of_page,
    "privacy_url": problem_of_page,
    "push_contact": problem_of_contact,
    "allowed_origins": problem_of_origins,
    "frames": problem_of_origins,
}
_IN_HEADERS = frozenset({"momento_auth_token", "momento_api_key", "momento_endpoint"})
_OTHER_WORDS = {"trusted_proxy": {"off": "0", "on": "1"}}
"""Words that are still accepted for a setting that is a number now."""

_NAMED_BY_OTHERS = {
    "region": "AWS_REGION",
    "momento_auth_token": "MOMENTO_AUTH_TOKEN",
    "momento_api_key": "MOMENTO_API_KEY",
    "momento_endpoint": "MOMENTO_ENDPOINT",
    "momento_cache_name": "MOMENTO_CACHE_NAME",
    "momento_ttl_seconds": "MOMENTO_TTL_SECONDS",
}


class WrongSetting(Exception):
    """A setting is wrong. The text is one line for the operator."""


class Settings(IssuerSettings, frozen=True, kw_only=True):
    """All settings with their defaults. MEANINGS has what each means."""

    table: Literal["sqlite", "dynamodb"] = "sqlite"
    data: Path = Path("data")
    table_name: str = "cruddur-messages"
    endpoint_url: str | None = None
    region: str = "us-east-1"
    cache: Literal["off", "memory", "valkey", "momento"] = "off"
    bus: Literal["memory", "valkey", "momento"] = "memory"
    valkey_url: str = "valkey://127.0.0.1:6379/0"
    momento_auth_token: str | None = None
    momento_api_key: str | None = None
    momento_endpoint: str | None = None
    momento_cache_name: str = "cruddur"
    momento_ttl_seconds: Annotated[int, Meta(ge=1, le=31_536_000)] = 600
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    base_path: str = ""
    max_connections: Annotated[int, Meta(ge=1)] | None = None
    max_connections_per_address: Annotated[int, Meta(ge=1)] | None = None
    rate_limits: Literal["on", "off"] = "on"
    sign_up: Literal["open", "invite", "closed"] = "open"
    members_invite: Literal["on", "off"] = "off"
    session_hours: Annotated[int, Meta(ge=1, le=720)] = 720
    session_idle_minutes: Annotated[int, Meta(ge=15, le=43_200)] = 10_080
    who_may_write: Literal["everybody", "request", "nobody"] = "everybody"
    retention_days: Annotated[int, Meta(ge=0, le=36500)] = 0
    message_max_chars: Annotated[int, Meta(ge=140, le=4096)] = 4096
    secret: str | None = None
    secret_file: Path | None = None
    secret_before: str | None = None
    audience: str = ""
    provision: Literal["on", "off"] = "off"
    trusted_proxy: Annotated[int, Meta(ge=0, le=8)] = 0
    operator_networks: str = "127.0.0.0/8, ::1"
    outbound_allow: str = ""
    push: Literal["on", "off"] = "on"
    push_texts: Literal["on", "off"] = "on"
    push_contact: str | None = None
    embedded_metrics: Literal["on", "off"] = "off"
    audit_days: Annotated[int, Meta(ge=0, le=3650)] = 0
    projector: Literal["auto", "on", "off"] = "auto"
    consumers: Literal["on", "off"] = "on"
    allowed_origins: str = ""
    frames: str = ""
    public_profiles: Literal["on", "off"] = "off"
    public_url: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    mails_per_hour: Annotated[int, Meta(ge=1, le=1_000_000)] = 1000
    contact: str | None = None
    terms_url: str | None = None
    privacy_url: str | None = None
    erased_messages: Literal["blank", "keep"] = "blank"
    erased_reports: Literal["blank", "keep"] = "blank"
    aws_profile: AwsProfile | None = None  # read from AWS's files, and not a setting

    @property
    def lets_members_invite(self) -> bool:
        """Whether members may invite others to make an account. Elsewhere it would let nobody in."""
        return self.sign_up == "invite" and self.members_invite == "on"

    def __repr__(self) -> str:
        shown = {
            name: getattr(self, name) for name in self.__struct_fields__ if name not in SECRETS
        }
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


SECRETS = frozenset(
    {
        *("secret", "secret_before", "oidc_client_secret", "valkey_url", "smtp_url"),
        *("momento_auth_token", "momento_api_key"),
    }
)
"""Settings that are never flags, since every user of the machine can list processes, or printed."""


def load_settings(
    given: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> Settings:
    """Returns the settings: flags (`given`) before the environment before the defaults.

    Raises WrongSetting.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {
        name: environ[variable(name)] for name in MEANINGS if environ.get(variable(name))
    }
    values |= {name: value for name, value in given.items() if value is not None}
    aws = aws_settings(environ)
    endpoint_from = _take_aws(aws, values)
    for name in _OTHER_WORDS.keys() & values.keys():
        values[name] = _OTHER_WORDS[name].get(str(values[name]), values[name])
    _check_texts(values)
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise WrongSetting(_explain(error, values)) from None
    if settings.endpoint_url is not None:
        check_url(settings.endpoint_url, endpoint_from)
    if not _REGION.fullmatch(settings.region):
        text = shown(settings.region)
        raise WrongSetting(f"AWS_REGION cannot be {text}: it takes a name like us-east-1")
    if not _TABLE_NAME.fullmatch(settings.table_name):
        raise WrongSetting(
            f"{PREFIX}TABLE_NAME cannot be {shown(settings.table_name)}: it takes 3 to 255 letters, "
            "digits, dots, dashes and underscores"
        )
    if problem := problem_of_base_path(settings.base_path):
        raise WrongSetting(f"{PREFIX}BASE_PATH {problem}")
    networks_of(settings)
    outbound_networks_of(settings)
    return msgspec.structs.replace(settings, aws_profile=aws.profile)


def _check_texts(values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        problem = problem_of(value, is_path=name in _PATHS, may_be_empty=name in _MAY_BE_EMPTY)
        if problem is None and name in _IN_HEADERS and not value.isascii():
            problem = "holds other characters than ASCII has"
        if problem is None and name in _CHECKED:
            problem = _CHECKED[name](value)
        if problem is not None:
            raise WrongSetting(f"{variable(name)} {problem}")


def _take_aws(aws: AwsSettings, values: dict[str, object]) -> str:
    """Adds AWS's own settings where ours are not set. Returns where the endpoint was found."""
    if aws.region:
        values.setdefault("region", aws.region)
    if values.get("endpoint_url") or values.get("table") != "dynamodb" or not aws.endpoint_url:
        return f"{PREFIX}ENDPOINT_URL"
    values["endpoint_url"] = aws.endpoint_url
    return aws.endpoint_from


def networks_of(settings: Settings) -> Sequence[Network]:
    """Returns the networks of operators. Raises WrongSetting."""
    named = settings.operator_networks
    names = () if named == "none" else named.split(",")
    return [_network("operator_networks", one.strip(), ", or none") for one in names]


def outbound_networks_of(settings: Settings) -> Sequence[Network]:
    """Returns the networks inside that may be called on somebody's word. Raises WrongSetting."""
    names = filter(None, (one.strip() for one in settings.outbound_allow.split(",")))
    return [_network("outbound_allow", one) for one in names]


def _network(name: str, text: str, otherwise: str = "") -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise WrongSetting(
            f"{variable(name)} cannot hold {shown(text)}: it takes addresses and networks "
            f"(whose last bits are 0) like 127.0.0.1, 10.20.0.0/16 with commas between them{otherwise}"
        ) from None


def refuse_public_demo(settings: Settings) -> None:
    """Raises WrongSetting if others can reach the demo's accounts, whose password is public."""
    if not is_loopback(settings.host) or settings.trusted_proxy:
        raise WrongSetting(
            "--demo makes people whose password everybody knows: it takes CRUDDUR_HOST on loopback, "
            f"not {settings.host!r}, and no CRUDDUR_TRUSTED_PROXY"
        )


def check_url(text: str, where: str) -> None:
    """Raises WrongSetting if the text is not an HTTP URL that can be called."""
    if "@" in text:  # the error does not repeat the text, which would put the password into a log
        raise WrongSetting(f"{where} holds a user or a password, which DynamoDB has no use for")
    try:
        parts = urlsplit(text)
        (parts.hostname or "").encode("idna")
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a valid number, or the host is not a name
        is_url = False
    if not is_url:
        raise WrongSetting(
            f"{where} cannot be {shown(text)}: it takes a URL like http://127.0.0.1:8000"
        )


def projects_itself(settings: Settings, *, is_local: bool) -> bool:
    """Whether `cruddur up` runs the projector in its own process."""
    return settings.projector == "on" or (settings.projector == "auto" and is_local)


def refuse_lone_memory(settings: Settings, *, is_local: bool) -> None:
    """Raises WrongSetting for a cache in memory if other processes write to the table."""
    is_elsewhere = not projects_itself(settings, is_local=is_local) and settings.table != "sqlite"
    if settings.cache == "memory" and is_elsewhere:
        raise WrongSetting(
            f"{PREFIX}CACHE cannot be 'memory' here: another process brings the inboxes forward "
            f"({PREFIX}PROJECTOR), and what it writes would be seen minutes later"
        )


def given_variables() -> frozenset[str]:
    """Returns the names of all variables of the environment, settings and others."""
    return frozenset(os.environ)


def variable(name: str) -> str:
    """The environment variable of a setting. AWS's and Momento's own names are kept."""
    return _NAMED_BY_OTHERS.get(name, PREFIX + name.upper())


def choices(name: str) -> tuple[str, ...]:
    """The allowed values of a setting, or none if any text is allowed."""
    return tuple(c for c in get_args(get_type_hints(Settings)[name]) if isinstance(c, str))


def _path(kind: type, value: object) -> object:
    if kind is not Path:
        raise NotImplementedError
    return path_of(str(value))


def path_of(text: str) -> Path:
    """A path, which may begin with `~`. Raises WrongSetting where that names nobody's folder."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise WrongSetting(f"{shown(text)} begins with the folder of nobody here") from None


def _explain(error: msgspec.ValidationError, values: Mapping[str, object]) -> str:
    name = str(error).partition("$.")[2].rstrip("`")
    bounds = {">=": "at least", "<=": "at most"}
    bound = "".join(f", {bounds[sign]} {number}" for sign, number in _BOUND.findall(str(error)))
    allowed = ", ".join(choices(name)) or f"a whole number{bound}"
    return f"{variable(name)} cannot be {shown(values.get(name))}: it takes {allowed}"
