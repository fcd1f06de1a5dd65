"""AWS's own settings, read as AWS's tools read them: variables, `~/.aws/config` and its credentials.

It reads from the files only the endpoints, the region, and which profile has a key that can be used.
"""

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

_DEFAULT = "default"
_KEY = "aws_access_key_id"
_NOT_FOLLOWED = {
    "role_arn": "takes a role",
    "credential_process": "asks a program",
    "sso_session": "signs in by SSO",
    "sso_account_id": "signs in by SSO",
}
"""Ways to get a key that the DynamoDB client does not support, by their line in a profile."""


class AwsProfile(Struct, frozen=True):
    """Where a profile's key may be. `problem` says in one line why there is none that can be used."""

    name: str
    credentials_file: Path
    config_file: Path
    problem: str | None = None

    @property
    def config_section(self) -> str:
        """The profile's section in the config file. In the credentials file it is the profile's name."""
        return _config_section(self.name)


class AwsSettings(Struct, frozen=True):
    """The values of the variables and files; None for those that are not set.

    `endpoint_from` says where the endpoint was found, for error texts.
    """

    profile: AwsProfile
    region: str | None = None
    endpoint_url: str | None = None
    endpoint_from: str = ""


def aws_settings(environ: Mapping[str, str]) -> AwsSettings:
    """Reads the variables and files. Files that are missing or unreadable are ignored."""
    name = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or _DEFAULT
    config_file = _file(environ, "AWS_CONFIG_FILE", "config")
    credentials_file = _file(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
    config = _parsed(config_file)
    lines = {**_section(config, _config_section(name)), **_section(_parsed(credentials_file), name)}
    endpoint_from, endpoint_url = next(_endpoints(environ, config, lines, name), ("", None))
    return AwsSettings(
        profile=AwsProfile(name, credentials_file, config_file, _problem(environ, name, lines)),
        region=environ.get("AWS_REGION")
        or environ.get("AWS_DEFAULT_REGION")
        or lines.get("region"),
        endpoint_url=endpoint_url,
        endpoint_from=endpoint_from,
    )


def _endpoints(
    environ: Mapping[str, str],
    config: configparser.RawConfigParser,
    lines: Mapping[str, str],
    name: str,
) -> Iterator[tuple[str, str]]:
    """Yields endpoints with where they were found. The first one counts."""
    ignored = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") or lines.get(
        "ignore_configured_endpoint_urls", ""
    )
    if ignored.lower() == "true":
        return
    for variable in ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"):
        if environ.get(variable):
            yield variable, environ[variable]
    services = _section(config, f"services {lines.get('services', '')}")
    for_dynamodb = _indented(services.get("dynamodb", "")).get("endpoint_url")
    for url in (for_dynamodb, lines.get("endpoint_url")):
        if url:
            yield f"endpoint_url of the AWS profile {name!r}", url


def _problem(environ: Mapping[str, str], name: str, lines: Mapping[str, str]) -> str | None:
    if environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"):
        return None  # the variables with a key count before any profile
    if not lines and name != _DEFAULT:
        return f"AWS_PROFILE cannot be {name!r:.80}: neither the config nor the credentials file has it"
    way = next((way for line, way in _NOT_FOLLOWED.items() if line in lines), None)
    if way is None or (_KEY in lines and "role_arn" not in lines):
        return None
    login = f"`aws sso login --profile {name}` and then " if "SSO" in way else ""
    return (
        f"the AWS profile {name!r} {way}, which is not followed here: run {login}"
        f'`eval "$(aws configure export-credentials --profile {name} --format env)"`, and start again'
    )


def _config_section(name: str) -> str:
    return name if name == _DEFAULT else f"profile {name}"


def _file(environ: Mapping[str, str], variable: str, name: str) -> Path:
    given = environ.get(variable)
    if not given:
        return Path.home() / ".aws" / name
    try:
        return Path(given).expanduser()
    except RuntimeError:  # "~somebody", and there is nobody of this name
        return Path(given)


def _parsed(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read(path, "utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return configparser.RawConfigParser()
    return parser


def _section(parser: configparser.RawConfigParser, name: str) -> Mapping[str, str]:
    return dict(parser[name]) if parser.has_section(name) else {}


def _indented(text: str) -> Mapping[str, str]:
    """Returns the indented lines below a name, as in the sections of services."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, separator, value in pairs if separator}
