"""The service as a process of its own, behind each proxy of `deploy/`."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from bench.service import Service
from tests.selfhosting.proxies import SITES, Certificate, Site, program, running


class Stage(NamedTuple):
    """What a browser sees: an address, and whose certificate it has."""

    site: Site
    url: str
    certificate: Certificate
    service: Service

    def client(self) -> httpx.AsyncClient:
        """A browser of its own, which trusts the certificate."""
        return httpx.AsyncClient(base_url=self.url, verify=self.certificate.trusted(), timeout=20)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    program("openssl")
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(
    params=SITES, ids=lambda site: f"{site.proxy}{site.base_path}".replace("/", " under ")
)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    program(request.param.proxy)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def stage(site: Site, certificate: Certificate, tmp_path: Path) -> AsyncIterator[Stage]:
    settings = {"CRUDDUR_TRUSTED_PROXY": "1", "CRUDDUR_BASE_PATH": site.base_path}
    service = await Service.start(tmp_path / "data", environment=settings)
    try:
        with running(site, service.url, certificate, tmp_path) as url:
            yield Stage(site, url, certificate, service)
    finally:
        assert await service.stop() == 0
