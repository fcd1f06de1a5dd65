"""Shows progress on standard error: a line for each part of the work."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text


class _Counted(ProgressColumn):
    def render(self, task: Task) -> Text:
        done = f"{task.completed:,.0f}"
        # AWS counted the items hours ago, so there may be more now.
        if task.total is None or task.completed > task.total or task.finished:
            return Text(f"{done} items")
        return Text(f"{done} of {'about ' if task.fields['about'] else ''}{task.total:,.0f}")


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="dim")


COLUMNS = (
    TextColumn("{task.description:>22}"),
    BarColumn(bar_width=10),
    _Counted(),
    _Speed(),
    TimeElapsedColumn(),
)


class Counting:
    """Implements `tools.migration.progress.Progress`. A new part ends the one before."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, count: int, total: int = 0, *, about: bool = False) -> None:
        if what not in self._tasks:
            self.end()
            self._tasks[what] = self._progress.add_task(what, total=total or None, about=about)
        self._progress.advance(self._tasks[what], count)

    def end(self) -> None:
        """Completes all parts, whatever their expected number of items."""
        for task in self._progress.tasks:
            self._progress.update(task.id, total=task.completed)


@contextmanager
def counting() -> Iterator[Counting]:
    """Shows the number of items, the total, the speed and the time."""
    with Progress(*COLUMNS, console=Console(stderr=True)) as progress:
        step = Counting(progress)
        yield step
        step.end()
