"""`cruddur backup` and `cruddur restore`: copy the SQLite file to a backup and back."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from cruddur.bootstrap import backups, generation_cache
from cruddur.bootstrap.backups import Contents
from cruddur.bootstrap.caches import CacheUnavailable
from cruddur.cli.runtime import fail, setting_flags
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.domain.errors import TableError

_FLAGS = ("table", "data", "secret_file")
_FLUSH_SECONDS = 10.0


@click.command()
@click.argument("target", metavar="TO", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file TO if there is one.")
@click.option(
    "--with-secret", is_flag=True, help="Keep the key that signs sessions beside it, in TO.secret."
)
@setting_flags(*_FLAGS)
def backup(target: Path, force: bool, with_secret: bool, **given: str | None) -> None:
    """Write the whole table, as it is now, to the file TO, and check it.

    A service may run meanwhile. If TO is a folder, the file in it is named after the time. Only its
    owner can read it.
    """
    settings = _settings(given)
    if target.is_dir():
        target /= f"cruddur-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    try:
        contents = backups.back_up(settings, target, replace=force)
        secret = backups.back_up_secret(settings, target) if with_secret else None
    except FileExistsError:
        fail(f"{target} is there already: --force replaces it")
    except (WrongSetting, TableError) as error:
        fail(str(error))
    click.echo(f"{target}: {_counts(contents)}; whole")
    if secret is not None:
        click.echo(f"{secret}: the key that signs sessions")
    else:
        click.echo(
            "The key that signs sessions is not in it: under another one everybody signs in again. "
            "--with-secret keeps it beside the backup."
        )


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the table that is there.")
@click.option(
    "--with-secret", is_flag=True, help="Also put back the key that signs sessions, FROM.secret."
)
@setting_flags(*_FLAGS)
def restore(source: Path, force: bool, with_secret: bool, **given: str | None) -> None:
    """Put the backup FROM in the place of the table. Stop the service first.

    It is checked before anything is replaced. Sessions that were ended since the backup are open
    again under the same key.
    """
    settings = _settings(given)
    try:
        contents = backups.restore(settings, source, replace=force)
        if with_secret:
            backups.restore_secret(settings, source)
    except FileExistsError as error:
        fail(f"{error.args[0]} is there already: --force replaces it with the backup")
    except (WrongSetting, TableError) as error:
        fail(str(error))
    click.echo(f"{settings.data}: {_counts(contents)}; whole")
    if not with_secret and backups.secret_beside(source).exists():
        click.echo(f"{backups.secret_beside(source)} was left: --with-secret puts it back as well.")
    if settings.cache in {"valkey", "momento"}:
        asyncio.run(_forget_pages(settings))


async def _forget_pages(settings: Settings) -> None:
    """Deletes the cached entries, which may be newer than the restored table."""
    cache = generation_cache(settings, call_seconds=_FLUSH_SECONDS)
    try:
        async with asyncio.timeout(_FLUSH_SECONDS):
            await cache.store.reconnect()
            await cache.store.flush()
    except (CacheUnavailable, TimeoutError):
        fail("the cache could not be emptied: run `cruddur cache flush` before the service starts")
    finally:
        await cache.close()


def _settings(given: Mapping[str, str | None]) -> Settings:
    try:
        return load_settings(given)
    except WrongSetting as error:
        fail(str(error))


def _counts(contents: Contents) -> str:
    return (
        f"{contents.people:,} people, {contents.conversations:,} conversations, "
        f"{contents.messages:,} messages"
    )
