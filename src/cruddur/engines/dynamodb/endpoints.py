"""Where DynamoDB is, and who we are there."""

import logging
from dataclasses import dataclass
from typing import TypeGuard

from aiodynamo.credentials import Credentials, StaticCredentials
from aiodynamo.credentials import Key as AccessKey
from yarl import URL

# Where nothing else is set up to log, Python would print its tracebacks: one for each place where
# there are no credentials. What it comes to is said by the call that has none.
logging.getLogger("aiodynamo").addHandler(logging.NullHandler())

# Local engines want a key, of letters and digits, and never check it.
_LOCAL_KEY = AccessKey(id="local", secret="local")  # noqa: S106  (opens nothing)

_DUAL_STACK = ".api.aws"
_OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", _DUAL_STACK)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One of DynamoDB's two services: its address, and the prefix of its calls' names."""

    url: URL
    prefix: str

    @property
    def host(self) -> str:
        """As the Host header says it, which is what the signature must cover."""
        host = self.url.host or ""
        return host if self.url.is_default_port() else f"{host}:{self.url.port}"


def table_endpoint(region: str, endpoint_url: str | None) -> Endpoint:
    return Endpoint(_url(f"dynamodb.{region}", region, endpoint_url), "DynamoDB_20120810.")


def streams_endpoint(region: str, endpoint_url: str | None) -> Endpoint:
    """AWS has another host for them; local engines have one for both."""
    host = URL(endpoint_url or "").host or ""
    if host.endswith(_OF_AWS) and not is_local(endpoint_url):
        endpoint_url = _streams_url(host)
    url = _url(f"streams.dynamodb.{region}", region, endpoint_url)
    return Endpoint(url, "DynamoDBStreams_20120810.")


def is_local(endpoint_url: str | None) -> TypeGuard[str]:
    """Whether it is an engine for trying things out: one that is asked over plain HTTP.

    What is asked over TLS gets real credentials, and may be AWS by another name.
    """
    return endpoint_url is not None and URL(endpoint_url).scheme == "http"


def credentials_for(endpoint_url: str | None) -> Credentials:
    """AWS's default chain; but over plain HTTP a dummy, since a session token is a secret."""
    return StaticCredentials(_LOCAL_KEY) if is_local(endpoint_url) else Credentials.auto()


def _streams_url(host: str) -> str | None:
    """Beside a table's host; a VPC endpoint says nothing of its streams', so AWS's own then."""
    if not host.startswith(("dynamodb.", "dynamodb-fips.")):
        return None
    separator = "-" if host.endswith(_DUAL_STACK) else "."
    return f"https://streams{separator}{host}/"


def _url(service: str, region: str, endpoint_url: str | None) -> URL:
    if endpoint_url is not None:
        return URL(endpoint_url).with_path("/")
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return URL(f"https://{service}.{domain}/")
