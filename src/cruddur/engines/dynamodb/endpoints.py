"""Finds DynamoDB's addresses and the credentials for it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiodynamo.credentials import (
    ChainCredentials,
    ContainerMetadataCredentials,
    Credentials,
    EnvironmentCredentials,
    FileCredentials,
    InstanceMetadataCredentialsV1,
    InstanceMetadataCredentialsV2,
    StaticCredentials,
)
from aiodynamo.credentials import Key as AccessKey
from yarl import URL

from cruddur.engines.dynamodb.plain_http import is_plain_http

# The client logs a traceback for each place without credentials, which Python would print if nothing
# is set up to log. The call that has no credentials fails with a clear error.
logging.getLogger("aiodynamo").addHandler(logging.NullHandler())

# Local engines require some key of letters and digits, and do not check it.
_LOCAL_KEY = AccessKey(id="local", secret="local")  # noqa: S106  (not a secret)

_DUAL_STACK = ".api.aws"
_OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", _DUAL_STACK)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One of DynamoDB's two services: its URL, and the prefix of its X-Amz-Target header."""

    url: URL
    prefix: str

    @property
    def host(self) -> str:
        """The value of the Host header, which the signature must cover."""
        host = self.url.host or ""
        return host if self.url.is_default_port() else f"{host}:{self.url.port}"


def table_endpoint(region: str, endpoint_url: str | None) -> Endpoint:
    """The endpoint for items and tables."""
    return Endpoint(_url(f"dynamodb.{region}", region, endpoint_url), "DynamoDB_20120810.")


def streams_endpoint(region: str, endpoint_url: str | None) -> Endpoint:
    """The endpoint of DynamoDB Streams. AWS has another host for it; local engines do not."""
    host = URL(endpoint_url or "").host or ""
    if host.endswith(_OF_AWS) and not is_plain_http(endpoint_url):
        endpoint_url = _streams_url(host)
    url = _url(f"streams.dynamodb.{region}", region, endpoint_url)
    return Endpoint(url, "DynamoDBStreams_20120810.")


def credentials_for(
    endpoint_url: str | None, profile_files: Mapping[Path, str] | None = None
) -> Credentials:
    """Returns AWS's default chain of credentials, or dummy credentials over plain HTTP.

    Real ones would be readable on the way. `profile_files` maps the files that may hold a profile's
    key to their section; without it the client searches where AWS's tools do.
    """
    if is_plain_http(endpoint_url):
        return StaticCredentials(_LOCAL_KEY)
    if profile_files is None:
        return Credentials.auto()
    return ChainCredentials([
        EnvironmentCredentials(),
        *(FileCredentials(path=path, profile_name=name) for path, name in profile_files.items()),
        ContainerMetadataCredentials(),
        InstanceMetadataCredentialsV2(),
        InstanceMetadataCredentialsV1(),
    ])  # fmt: skip


def _streams_url(host: str) -> str | None:
    """Returns the host of the streams for the host of a table.

    The name of a VPC endpoint does not tell the host of its streams: then it is AWS's public one.
    """
    if not host.startswith(("dynamodb.", "dynamodb-fips.")):
        return None
    separator = "-" if host.endswith(_DUAL_STACK) else "."
    return f"https://streams{separator}{host}/"


def _url(service: str, region: str, endpoint_url: str | None) -> URL:
    if endpoint_url is not None:
        return URL(endpoint_url).with_path("/")
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return URL(f"https://{service}.{domain}/")
