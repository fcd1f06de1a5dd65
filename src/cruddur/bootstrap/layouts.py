"""Refuses to use a table with another layout than this service's."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from cruddur.config import Settings, WrongSetting
from cruddur.domain.item import Item
from cruddur.ports.table import Table
from cruddur.schema.layout import SAMPLED, is_of_the_tutorial

if TYPE_CHECKING:
    from cruddur.engines.dynamodb.table import DynamoTable


async def refuse_other_layouts(table: Table, settings: Settings) -> None:
    """Checks the table's keys and some items. It is called before anything is written to the table.

    Raises WrongSetting. A table that is down, or that the credentials may not describe, is no error.
    """
    if settings.table == "sqlite":
        refuse_items_of_others(await _first_items(table), settings)
        return
    from cruddur.engines.dynamodb.layout import (  # noqa: PLC0415  slow
        differing_keys,
        lacks_index,
        sample,
        shape_of,
    )

    table = cast("DynamoTable", table)
    sampled = await sample(table.calls, table.name)
    refuse_items_of_others(sampled, settings)
    found = await shape_of(table.calls, table.name)
    if found is None:
        return
    if lacks_index(found, table.name, sampled):
        flags = schema_load_flags(settings)
        raise WrongSetting(
            f"the table {table.name} lacks its index: `cruddur ddb schema-load {flags}` adds it"
        )
    if lines := differing_keys(found, table.name):
        raise other_keys(lines, settings)


def refuse_items_of_others(found: Iterable[Item], settings: Settings) -> None:
    """Raises WrongSetting if an item has the tutorial's layout."""
    item = next(filter(is_of_the_tutorial, found), None)
    if item is not None:
        raise WrongSetting(
            f"this table is in the tutorial's layout and not in ours (it holds {item['pk']} / "
            f"{item['sk']}), and was left as it is: {_way_out(settings)}"
        )


def schema_load_flags(settings: Settings) -> str:
    """The flags with which `cruddur ddb schema-load` finds the table of these settings."""
    url = settings.endpoint_url
    return f"--table-name {settings.table_name} {f'--endpoint-url {url}' if url else '--prod'}"


def other_keys(lines: Iterable[str], settings: Settings) -> WrongSetting:
    """The error for a table with other keys than this service's."""
    return WrongSetting(
        f"the table {settings.table_name} is none of ours, and was left as it is "
        f"({'; '.join(lines)}). If it is the tutorial's, {_way_out(settings)}"
    )


def _way_out(settings: Settings) -> str:
    if settings.table == "sqlite":
        return f"`cruddur adopt sqlite:{settings.data} sqlite:FOLDER` brings the tutorial's over"
    at = f"@{settings.endpoint_url}" if settings.endpoint_url else ""
    source = f"dynamodb:{settings.table_name}{at}"
    return f"`cruddur adopt {source} dynamodb:ANOTHER{at}` brings the tutorial's over"


async def _first_items(table: Table) -> list[Item]:
    found: list[Item] = []
    async for item in table.scan():
        found.append(item)
        if len(found) == SAMPLED:
            break
    return found
