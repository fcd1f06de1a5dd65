"""`cruddur cache`: create, measure and empty the cache."""

import asyncio
import re
import statistics
import time
import urllib.request
from collections.abc import Awaitable, Callable, Mapping

import rich_click as click

from cruddur.bootstrap.caches import (
    CacheUnavailable,
    GenerationCache,
    generation_cache,
    generation_from,
    open_momento,
)
from cruddur.cli.runtime import fail, setting_flags
from cruddur.config import Settings, WrongSetting, load_settings

ASKED = 100
_FLAGS = ("cache", "table_name")
_SECONDS = 2.0

Work = Callable[[GenerationCache], Awaitable[None]]


@click.group()
def cache() -> None:
    """The cache in front of the table: CRUDDUR_CACHE says which."""


@cache.command()
@setting_flags("momento_cache_name")
def create(**given: str | None) -> None:
    """Make Momento's cache. The other engines have nothing to create."""

    async def work(settings: Settings) -> None:
        store = open_momento(settings, call_seconds=_SECONDS)
        try:
            is_new = await store.create()
            click.echo(f"{settings.momento_cache_name}: {'made' if is_new else 'is there'}")
        finally:
            await store.close()

    _run(given, work)


@cache.command()
@setting_flags(*_FLAGS, "host", "port")
@click.option(
    "--name", help="Also its generation: newest/…, inbox/…, group/… or user/… and a uuid."
)
def status(name: str | None, **given: str | None) -> None:
    """Show how fast the cache answers, and its hit rate in the service that runs here."""

    async def work(settings: Settings) -> None:
        async def read_status(cache: GenerationCache) -> None:
            click.echo(await latency(cache))
            click.echo(await asyncio.to_thread(_hit_rate, settings))
            if name is not None:
                (counter,) = await cache.store.get_many([cache.generation_key(name)])
                click.echo(f"{name}: generation {generation_from(counter) or 'none'}")

        await _in_cache(settings, read_status)

    _run(given, work)


@cache.command()
@setting_flags(*_FLAGS)
def flush(**given: str | None) -> None:
    """Empty the cache. Nothing is lost: the service reads from the table again."""

    async def work(settings: Settings) -> None:
        async def empty(cache: GenerationCache) -> None:
            await cache.store.flush()
            click.echo("flushed")

        await _in_cache(settings, empty)

    _run(given, work)


async def latency(cache: GenerationCache) -> str:
    """Measures reads of the cache and returns a line with their median and 99th percentile."""
    taken = []
    for _ in range(ASKED):
        started = time.perf_counter()
        await cache.store.get_many([cache.generation_key("none"), cache.entry_key("none")])
        taken.append(1000 * (time.perf_counter() - started))
    cuts = statistics.quantiles(taken, n=100)
    return f"a read: {cuts[49]:.2f} ms, and {cuts[98]:.2f} ms for the slowest of a hundred"


def _hit_rate(settings: Settings) -> str:
    url = f"http://{settings.host}:{settings.port}/metrics"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            text = answer.read().decode()
    except OSError:
        return f"hit rate: no service answers at {url}"
    found = re.findall(r'^cruddur_cache_reads_total\{outcome="(\w+)"\} (\S+)', text, re.MULTILINE)
    counts = {outcome: int(float(count)) for outcome, count in found}
    reads = counts.get("hit", 0) + counts.get("miss", 0)
    if not reads:
        return "hit rate: nothing was read yet"
    return f"hit rate: {counts['hit'] / reads:.1%} of {reads} reads"


async def _in_cache(settings: Settings, work: Work) -> None:
    if settings.cache in {"off", "memory"}:
        raise WrongSetting(
            f"CRUDDUR_CACHE is {settings.cache!r}: there is no cache outside of the service's process"
        )
    cache = generation_cache(settings, call_seconds=_SECONDS)
    try:
        async with asyncio.timeout(5 * _SECONDS):
            await cache.store.reconnect()
            await work(cache)
    finally:
        await cache.close()


def _run(given: Mapping[str, object], work: Callable[[Settings], Awaitable[None]]) -> None:
    async def run() -> None:
        await work(load_settings(given))

    try:
        asyncio.run(run())
    except (WrongSetting, CacheUnavailable) as error:
        fail(str(error))
    except TimeoutError:
        fail("the cache does not answer")
