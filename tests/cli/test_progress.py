"""A progress bar says of how many, and does not insist where that was a guess."""

from io import StringIO

from rich.console import Console
from rich.progress import Progress

from cruddur.cli.progress import COLUMNS, Counting


def shown(*steps: tuple[str, int, int]) -> str:
    """The lines after these steps, each of them about so many."""
    console = Console(file=StringIO(), width=100)
    progress = Progress(*COLUMNS, console=console)
    step = Counting(progress)
    for what, count, total in steps:
        step(what, count, total, about=True)
    with console.capture() as capture:
        console.print(progress.get_renderable())
    return capture.get()


def test_it_says_of_about_how_many() -> None:
    assert "1,200 of about 5,000" in shown(("copied", 1000, 5000), ("copied", 200, 5000))


def test_more_than_were_expected_are_just_counted() -> None:
    assert "7 items" in shown(("copied", 7, 5))
    assert "7 items" in shown(("copied", 7, 0))


def test_a_part_is_over_when_the_next_begins() -> None:
    lines = shown(("read", 7, 9), ("people", 1, 2)).splitlines()
    assert "7 items" in lines[0]
    assert "of about 9" not in lines[0]
    assert "1 of about 2 " in lines[1]
