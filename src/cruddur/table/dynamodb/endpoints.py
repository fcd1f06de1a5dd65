"""Where DynamoDB is, and who we are there."""

from dataclasses import dataclass

from aiodynamo.credentials import Credentials, StaticCredentials
from aiodynamo.credentials import Key as AccessKey
from yarl import URL

# Local engines want a key, of letters and digits, and never check it.
_LOCAL_KEY = AccessKey(id="local", secret="local")  # noqa: S106  (opens nothing)


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
    url = _url(f"streams.dynamodb.{region}", region, endpoint_url)
    return Endpoint(url, "DynamoDBStreams_20120810.")


def credentials_for(endpoint_url: str | None) -> Credentials:
    """AWS's default chain; but over plain HTTP a dummy, since a session token is a secret."""
    if endpoint_url is not None and URL(endpoint_url).scheme == "http":
        return StaticCredentials(_LOCAL_KEY)
    return Credentials.auto()


def _url(service: str, region: str, endpoint_url: str | None) -> URL:
    if endpoint_url is not None:
        return URL(endpoint_url).with_path("/")
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return URL(f"https://{service}.{domain}/")
