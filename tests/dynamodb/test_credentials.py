"""Credentials are renewed when they expire, and never sent in the clear."""

import pytest
from aiodynamo.credentials import ChainCredentials, Credentials, StaticCredentials
from aiodynamo.credentials import Key as AccessKey
from aiodynamo.http.types import HttpImplementation
from tests import engines
from tests.dynamodb.faulty import Proxy, refused

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Key
from cruddur.engines.dynamodb.endpoints import credentials_for
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.table import Put

KEY = Key("MSG#1", "1")
EXPIRED = refused("ExpiredTokenException")


class Renewed(Credentials):
    """A new key each time the old one was found expired."""

    def __init__(self) -> None:
        self.generation = 0

    async def get_key(self, http: HttpImplementation) -> AccessKey:
        return AccessKey(id=f"local{self.generation}", secret="local")

    def invalidate(self) -> bool:
        self.generation += 1
        return True

    def is_disabled(self) -> bool:
        return False


class Broken(Renewed):
    async def get_key(self, http: HttpImplementation) -> AccessKey:
        raise ConnectionError("the metadata service is not there")


async def opened(
    name: str, url: str, credentials: Credentials, deadline: float = 10
) -> DynamoTable:
    return await DynamoTable.open(
        name, region=engines.REGION, endpoint_url=url, deadline=deadline, credentials=credentials
    )


async def test_expired_credentials_are_renewed(direct: DynamoTable, proxy: Proxy) -> None:
    credentials = Renewed()
    table = await opened(direct.name, proxy.url, credentials)
    proxy.next.append(EXPIRED)
    await table.put(Put({"pk": "MSG#1", "sk": "1"}))
    assert credentials.generation == 1
    await table.close()


async def test_credentials_that_cannot_be_renewed_are_not_tried_again(
    direct: DynamoTable, proxy: Proxy
) -> None:
    table = await opened(direct.name, proxy.url, StaticCredentials(AccessKey("local", "local")))
    proxy.next.append(EXPIRED)
    with pytest.raises(TableUnavailable, match="ExpiredToken"):
        await table.get(KEY)
    assert proxy.calls == ["GetItem"]
    await table.close()


@pytest.mark.parametrize("credentials", [StaticCredentials(None), Broken()])
async def test_without_credentials_nothing_is_sent(
    direct: DynamoTable, proxy: Proxy, credentials: Credentials
) -> None:
    table = await opened(direct.name, proxy.url, credentials, deadline=0.1)
    with pytest.raises(TableUnavailable, match="credentials"):
        await table.get(KEY)
    assert proxy.calls == []
    await table.close()


async def test_what_is_not_allowed_is_not_tried_again(table: DynamoTable, proxy: Proxy) -> None:
    proxy.next.append(refused("AccessDeniedException"))
    with pytest.raises(TableUnavailable, match="AccessDenied"):
        await table.get(KEY)


def test_only_tls_gets_real_credentials() -> None:
    assert isinstance(credentials_for("http://127.0.0.1:8000"), StaticCredentials)
    assert isinstance(credentials_for("https://vpce-1.dynamodb.amazonaws.com"), ChainCredentials)
    assert isinstance(credentials_for(None), ChainCredentials)
