"""Valkey in cluster mode: a command whose keys lie in several slots is refused."""

import time
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.cache.test_generations import lease_of
from tests.ports import free_port
from tests.stage import SEAL
from tests.valkey_server import ValkeyServer

from cruddur.cli.cache import latency
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.valkey import ValkeyStore

NAMES = [f"page {number}" for number in range(50)]
_READY_WITHIN_SECONDS = 10


@pytest.fixture(scope="module")
def cluster() -> Iterator[ValkeyServer]:
    """Of one node, which has all slots, as a service with one address seems to be."""
    server = ValkeyServer("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    assert "OK" in server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    ends = time.monotonic() + _READY_WITHIN_SECONDS
    while "cluster_state:ok" not in server.command("CLUSTER", "INFO"):
        assert time.monotonic() < ends
        time.sleep(0.05)
    yield server
    server.stop()


@pytest.fixture
async def cache(cluster: ValkeyServer) -> AsyncIterator[GenerationCache]:
    cache = GenerationCache(
        ValkeyStore(cluster.url, prefix=str(uuid.uuid4())),
        seal=SEAL,
        prefix="table/",
        repairs_itself=False,
    )
    yield cache
    await cache.close()
    assert cache.counts.errors == 0


async def test_a_page_is_kept_recalled_and_outdated_with_others(cache: GenerationCache) -> None:
    for name in NAMES:
        await cache.put(name, await lease_of(cache, name), b"page", consistent=True)
    assert [(await cache.get(name)).value for name in NAMES] == [b"page"] * len(NAMES)
    await cache.invalidate(NAMES[:20], NAMES[20:])
    cached = [await cache.get(name) for name in NAMES]
    assert [r.outgrown for r in cached] == [None] * 20 + [b"page"] * 30


async def test_pending_invalidations_are_flushed_and_all_can_be_deleted(
    cache: GenerationCache,
) -> None:
    await cache.put("page", await lease_of(cache), b"page", consistent=True)
    cache.invalidate_later(["page", *NAMES])
    assert await cache.repair()
    assert (await cache.get("page")).value is None
    await cache.put("page", await lease_of(cache), b"page", consistent=True)
    await cache.store.flush()
    assert (await cache.get("page")).value is None


async def test_counters_at_their_end_are_deleted_instead(cache: GenerationCache) -> None:
    for name in NAMES:
        await cache.store.put(cache.generation_key(name), b"%d" % (2**63 - 1), 60)
    await cache.invalidate(NAMES)
    assert not (await cache.get(NAMES[0])).value


async def test_its_latency_can_be_asked_for(cache: GenerationCache) -> None:
    assert (await latency(cache)).startswith("a read: ")
