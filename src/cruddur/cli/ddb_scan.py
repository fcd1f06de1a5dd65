"""`cruddur ddb scan`: print every item of the table."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console
from rich.text import Text

from cruddur.bootstrap import open_table
from cruddur.cli.target import finish, place_flags, require_engine, settings_at
from cruddur.config import Settings
from cruddur.domain.item import Item
from cruddur.schema.kinds import KINDS, kind_of

_SHOWN_MOST = 50
# Attributes that repeat the key, or that bystanders should not read.
_NOT_SHOWN = frozenset({
    "pk", "sk", "message_group_uuid", "message_uuid", "user_uuid", "password_hash", "indexed_at",
})  # fmt: skip
# Lines are cut, so the attributes that distinguish items for people come first.
_FIRST = (
    "kind",
    "title",
    "handle",
    "user_handle",
    "display_name",
    "message",
    "last_seq",
    "read_seq",
)


@click.command()
@click.option(
    "--kind", type=click.Choice(KINDS), multiple=True, help="Show items of this kind only."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print each item as a line of JSON, without a limit."
)
@click.option("--limit", type=click.IntRange(min=1), default=_SHOWN_MOST, show_default=True,
              help="Items in the table of words; all are counted.")  # fmt: skip
@place_flags
def scan(kind: tuple[str, ...], as_json: bool, limit: int, **given: Any) -> None:
    """Read the whole table: each item, or those of a kind.

    It costs a read unit for each 4 KB of the table.
    """
    settings = settings_at(given)
    wanted = frozenset(kind or KINDS)
    if as_json:
        finish(_lines(settings, wanted))
        return
    shown, counts = finish(_some(settings, wanted, limit))
    _print(shown)
    _summarize(counts, len(shown))


async def _lines(settings: Settings, wanted: frozenset[str]) -> None:
    await require_engine(settings)
    async with open_table(settings) as table:
        async for item in table.scan():
            if kind_of(item) in wanted:
                sys.stdout.buffer.write(msgspec.json.encode(_ordered(item)) + b"\n")
    sys.stdout.buffer.flush()


def _ordered(item: Item) -> Item:
    """Puts the key first, so that lines can be sorted by it. Engines return attributes in any order."""
    return dict(sorted(item.items(), key=lambda pair: (pair[0] not in {"pk", "sk"}, pair[0])))


async def _some(
    settings: Settings, wanted: frozenset[str], limit: int
) -> tuple[Sequence[Item], Counter[str]]:
    await require_engine(settings)
    shown: list[Item] = []
    counts: Counter[str] = Counter()
    async with open_table(settings) as table:
        async for item in table.scan():
            kind = kind_of(item)
            if kind in wanted:
                counts[kind] += 1
                if len(shown) < limit:
                    shown.append(item)
    return shown, counts


def _print(items: Sequence[Item]) -> None:
    console = Console(highlight=False, markup=False)
    for item in items:
        key = Text.assemble((f"{kind_of(item):<11}", "bold"), f" {item.get('pk')}")
        sort_key = Text(f"  {item.get('sk')}")
        if key.cell_len + sort_key.cell_len > console.width:
            sort_key = Text(f"\n{'':<12}{item.get('sk')}")
        # Keys are copied from the output, so they are never shortened; the rest may be.
        console.print(key + sort_key, soft_wrap=True)
        holds = Text(f"{'':<12}{_holds(item)}", style="dim")
        console.print(holds, no_wrap=True, overflow="ellipsis")


def _holds(item: Item) -> str:
    names = sorted(item.keys() - _NOT_SHOWN, key=_place)
    return " ".join(" ".join(f"{name}={item[name]}" for name in names).split())


def _place(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name


def _summarize(counts: Counter[str], shown: int) -> None:
    by_count = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = ", ".join(f"{count:,} {kind}" for kind, count in by_count)
    click.echo(f"{counts.total():,} items" + (f": {parts}" if parts else ""))
    if shown < counts.total():
        click.echo(f"The first {shown} are shown; --limit shows more, --json all.")
