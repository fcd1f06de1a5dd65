"""Writes the service's figures into the log, as metrics that CloudWatch reads.

It is for places where nobody can ask each process for `/metrics`, as behind a load balancer.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from litestar import Litestar

from cruddur.logs import Log, embedded_metrics
from cruddur.ports.beside import running
from cruddur.web.http.context import Context
from cruddur.web.http.metrics import Metrics

_log = Log()


class Figures:
    """The figures since the last time that they were taken; streams, bus and cache as they are now.

    What was counted before, as while samples were made, belongs to no minute of this service.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._before = self._counted()

    def take(self) -> Mapping[str, float]:
        """Returns the figures by name. A process that projects also says how far inboxes are behind."""
        counted = self._counted()
        grown = {name: value - self._before[name] for name, value in counted.items()}
        self._before = counted
        return grown | self._present()

    def _counted(self) -> dict[str, float]:
        read, write = self._metrics.units()
        return {"read_units": read, "write_units": write, "messages_sent": self._metrics.sends}

    def _present(self) -> dict[str, float]:
        metrics = self._metrics
        present: dict[str, float] = {
            "open_streams": metrics.open_streams(),
            "bus_connected": int(metrics.is_bus_connected()),
            "cache_available": int(metrics.is_cache_there()),
        }
        if metrics.projector_last_round is not None:
            present["lag_ms"] = round(1000 * metrics.projector_lag_seconds)
            present["put_aside"] = metrics.rows_put_aside()
        return present


@asynccontextmanager
async def figures_logged(app: Litestar) -> AsyncIterator[None]:
    """Writes a line each minute while the application runs, and one at its end, if it is so set."""
    context: Context = app.state["context"]
    if context.settings.embedded_metrics == "off":
        yield
        return
    figures = Figures(context.metrics)
    try:
        async with running(_write_always(context, figures)):
            yield
    finally:
        _write(context, figures)


async def _write_always(context: Context, figures: Figures) -> None:
    while True:
        await asyncio.sleep(context.figures_seconds)
        _write(context, figures)


def _write(context: Context, figures: Figures) -> None:
    now = figures.take()
    about = embedded_metrics(context.settings.table_name, "service", tuple(now))
    _log.info("figures", **now, **about)
