"""The settings: the only reader of the environment. Each is also a flag of `cruddur up`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

PREFIX = "CRUDDUR_"
_LAST_PORT = 65535
_NAMED_BY_OTHERS = {
    "region": "AWS_REGION",
    "momento_auth_token": "MOMENTO_AUTH_TOKEN",
    "momento_api_key": "MOMENTO_API_KEY",
    "momento_endpoint": "MOMENTO_ENDPOINT",
    "momento_cache_name": "MOMENTO_CACHE_NAME",
    "momento_ttl_seconds": "MOMENTO_TTL_SECONDS",
}


class WrongSetting(Exception):
    """A setting that cannot be; its text is the one clear line that the person gets."""


class Settings(Struct, frozen=True, kw_only=True):
    """All settings with their defaults. The comment above each is what `cruddur settings` prints."""

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
    momento_ttl_seconds: Annotated[int, Meta(ge=1)] = 600
    host: str = "127.0.0.1"
    port: int = 8080
    rate_limits: Literal["on", "off"] = "on"
    sign_up: Literal["open", "closed"] = "open"
    secret: str | None = None
    secret_file: Path | None = None
    trusted_proxy: Literal["on", "off"] = "off"
    projector: Literal["auto", "on", "off"] = "auto"


MEANINGS: Mapping[str, str] = {
    "table": "where the table lives: an SQLite file, or DynamoDB",
    "data": "the folder of the SQLite file and of the secret",
    "table_name": "the DynamoDB table's name",
    "endpoint_url": "a DynamoDB other than AWS's own; http:// is a local one, such as DynamoDB Local",
    "region": "the AWS region of the table",
    "cache": "what remembers reads; memory only where one process alone writes to the table",
    "bus": "what carries live events between processes; memory reaches those of one `cruddur up`",
    "valkey_url": "where Valkey or Redis is, for the cache and the bus",
    "momento_auth_token": "Momento's token, which names its own endpoint",
    "momento_api_key": "Momento's API key, with an endpoint",
    "momento_endpoint": "Momento's endpoint; host:port is a local one, without TLS",
    "momento_cache_name": "the cache at Momento; `cruddur cache create` makes it",
    "momento_ttl_seconds": "how long Momento keeps what nobody changes",
    "host": "the address to listen on",
    "port": "the port to listen on; 0 takes a free one",
    "rate_limits": "limits on signing in, signing up and sending; off only for load tests",
    "sign_up": "whether anybody may make an account, or only `cruddur users add`",
    "secret": "the key that signs tokens itself, for services that keep secrets elsewhere",
    "secret_file": "the file with the key that signs tokens; made in the data folder if not given",
    "trusted_proxy": "believe X-Forwarded-For and X-Forwarded-Proto of the proxy in front",
    "projector": "whether `up` brings inboxes forward itself; auto: on SQLite and at a local endpoint",
}

SECRETS = frozenset({"secret", "momento_auth_token", "momento_api_key", "valkey_url"})
"""Never flags, which every user of the machine can read in its list of processes, never printed."""


def load_settings(
    given: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> Settings:
    """What was given (flags) before the environment before the defaults. Raises WrongSetting."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {
        name: environ[variable(name)]
        for name in Settings.__struct_fields__
        if environ.get(variable(name))
    }
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise WrongSetting(_explain(error, values)) from None
    if settings.endpoint_url is not None:
        check_url(settings.endpoint_url, f"{PREFIX}ENDPOINT_URL")
    if not 0 <= settings.port <= _LAST_PORT:
        raise WrongSetting(f"{PREFIX}PORT must be from 0 to {_LAST_PORT}, not {settings.port}")
    return settings


def check_url(text: str, where: str) -> None:
    """Raises WrongSetting where nothing can be asked at such an address."""
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its port is no number, or too large
        is_url = False
    if not is_url:
        raise WrongSetting(f"{where} cannot be {text!r}: it takes a URL like http://127.0.0.1:8000")


def projects_itself(settings: Settings, *, is_local: bool) -> bool:
    """Whether `up` brings inboxes forward in its own process."""
    return settings.projector == "on" or (settings.projector == "auto" and is_local)


def refuse_lone_memory(settings: Settings, *, is_local: bool) -> None:
    """A cache in memory, where another process writes. Raises WrongSetting."""
    is_elsewhere = not projects_itself(settings, is_local=is_local) and settings.table != "sqlite"
    if settings.cache == "memory" and is_elsewhere:
        raise WrongSetting(
            f"{PREFIX}CACHE cannot be 'memory' here: another process brings the inboxes forward "
            f"({PREFIX}PROJECTOR), and what it writes would be seen minutes later"
        )


def variable(name: str) -> str:
    """The variable of the environment that sets this. AWS's and Momento's own keep their names."""
    return _NAMED_BY_OTHERS.get(name, PREFIX + name.upper())


def choices(name: str) -> tuple[str, ...]:
    """The values that a setting may have, empty where any text will do."""
    return tuple(c for c in get_args(Settings.__annotations__[name]) if isinstance(c, str))


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value)).expanduser()
    raise NotImplementedError


def _explain(error: msgspec.ValidationError, values: Mapping[str, object]) -> str:
    _, _, path = str(error).partition("$.")
    name = path.rstrip("`")
    allowed = ", ".join(choices(name)) or "a whole number"
    return f"{variable(name)} cannot be {values.get(name)!r}: it takes {allowed}"
