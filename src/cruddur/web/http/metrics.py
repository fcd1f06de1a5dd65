"""Counters as plain numbers, formatted only when Prometheus asks, so that counting is cheap."""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from cruddur.identity import passwords
from cruddur.ports.change_feed import ConsumerState
from cruddur.ports.metering import Units

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """The figures of `/metrics`."""

    def __init__(self) -> None:
        self.responses = [0] * 6  # the index is the first digit of the status
        self.sends = 0
        self.projector_lag_seconds = 0.0
        self.projector_last_round: float | None = None
        """Seconds since 1970; None if the projector runs in another process."""
        self.rows_put_aside: Callable[[], int] = lambda: 0
        self.open_streams: Callable[[], int] = lambda: 0
        self.events_published: Callable[[], int] = lambda: 0
        self.is_bus_connected: Callable[[], bool] = lambda: True
        self.is_cache_there: Callable[[], bool] = lambda: True
        self.events_refused: Callable[[], int] = lambda: 0
        self.cache_reads: Callable[[], Mapping[str, int]] = dict
        self.open_connections: Callable[[], int] = lambda: 0
        self.refused: Callable[[], Mapping[str, int]] = dict
        self.mails: Callable[[], Mapping[str, int]] = dict
        self.consumers: Sequence[ConsumerState] = ()
        """How far the consumers of the change feed have come; read anew for each request."""
        self._units: defaultdict[str, Units] = defaultdict(Units)
        self._send_seconds = 0.0
        self._send_buckets = [0] * (len(SECONDS) + 1)
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(self.families))

    def sent(self, seconds: float) -> None:
        """Counts a message that was acknowledged after this time."""
        self.sends += 1
        self._send_seconds += seconds
        self._send_buckets[bisect_left(SECONDS, seconds)] += 1

    def spent(self, pattern: str, units: Units) -> None:
        """Counts the units of one call to DynamoDB; `metering.on_units` calls it."""
        self._units[pattern].add(units)

    def units(self) -> tuple[float, float]:
        """Returns the read and the write units of all patterns together."""
        spent = self._units.values()
        return sum(units.read for units in spent), sum(units.write for units in spent)

    def projected(self, _: object, lag_seconds: float) -> None:
        """Records that the projector finished a round, and how far the inboxes are behind."""
        self.projector_lag_seconds = lag_seconds
        self.projector_last_round = time.time()

    def exposition(self) -> bytes:
        """Returns the text that Prometheus reads."""
        return generate_latest(self._registry)

    def families(self) -> Iterable[Metric]:
        """Yields each metric with its present values."""
        responses = CounterMetricFamily(
            "cruddur_http_responses", "Responses by class of status.", labels=["status"]
        )
        for digit in range(2, 6):
            responses.add_metric([f"{digit}xx"], self.responses[digit])
        yield responses
        yield CounterMetricFamily(
            "cruddur_messages_sent", "Sends that were acknowledged.", value=self.sends
        )
        yield self._histogram()
        yield self._cache()
        yield CounterMetricFamily(
            "cruddur_events_published", "Events given to the bus.", value=self.events_published()
        )
        yield GaugeMetricFamily(
            "cruddur_bus_connected",
            "0: other processes are not heard; the log says why.",
            value=self.is_bus_connected(),
        )
        yield GaugeMetricFamily(
            "cruddur_cache_available",
            "0: the table answers alone; the log says why.",
            value=self.is_cache_there(),
        )
        yield CounterMetricFamily(
            "cruddur_events_refused",
            "Events of the bus with a wrong seal, or old, or in no form of ours.",
            value=self.events_refused(),
        )
        yield self._capacity_units()
        yield GaugeMetricFamily(
            "cruddur_open_streams", "Event streams open now.", value=self.open_streams()
        )
        yield CounterMetricFamily(
            "cruddur_password_hashes",
            "Hashes of passwords computed, each with 64 MiB and all of a core for a moment.",
            value=passwords.work.done,
        )
        yield from self._connections()
        yield from self._projector()
        yield from self._consumers()
        yield self._mails()

    def _cache(self) -> Metric:
        family = CounterMetricFamily(
            "cruddur_cache_reads",
            "What the cache could do; beside the misses count calls that failed (error) and entries "
            "with a wrong seal (forged).",
            labels=["outcome"],
        )
        for outcome, count in self.cache_reads().items():
            family.add_metric([outcome], count)
        return family

    def _connections(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "cruddur_open_connections", "Connections of clients.", value=self.open_connections()
        )
        refused = CounterMetricFamily(
            "cruddur_connections_refused",
            "Connections and requests that were ended before there was anything to answer.",
            labels=["reason"],
        )
        for reason, count in self.refused().items():
            refused.add_metric([reason], count)
        yield refused

    def _projector(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "cruddur_projector_lag_seconds",
            "How far the inboxes are behind the messages.",
            value=self.projector_lag_seconds,
        )
        if self.projector_last_round is not None:
            yield GaugeMetricFamily(
                "cruddur_projector_round_timestamp_seconds",
                "When the projector last came round, with work or without: if long ago, see the log.",
                value=self.projector_last_round,
            )
        yield GaugeMetricFamily(
            "cruddur_projector_rows_put_aside",
            "Inbox rows that cannot be written now, as one that is throttled, and are tried again.",
            value=self.rows_put_aside(),
        )

    def _consumers(self) -> Iterable[Metric]:
        records = GaugeMetricFamily(
            "cruddur_feed_lag_records",
            "Changes that a consumer of the change feed has still to get.",
            labels=["consumer"],
        )
        seconds = GaugeMetricFamily(
            "cruddur_feed_lag_seconds",
            "The age of the oldest change that a consumer has still to get.",
            labels=["consumer"],
        )
        dropped = CounterMetricFamily(
            "cruddur_feed_dropped_changes",
            "Changes that waited for a consumer for a day and were dropped.",
            labels=["consumer"],
        )
        for state in self.consumers:
            records.add_metric([state.name], state.behind_records)
            seconds.add_metric([state.name], state.behind_seconds)
            dropped.add_metric([state.name], state.dropped)
        yield from (records, seconds, dropped)

    def _mails(self) -> Metric:
        family = CounterMetricFamily(
            "cruddur_mails", "What became of mails that were promised.", labels=["outcome"]
        )
        for outcome, count in self.mails().items():
            family.add_metric([outcome], count)
        return family

    def _capacity_units(self) -> Metric:
        family = CounterMetricFamily(
            "cruddur_capacity_units",
            "DynamoDB's capacity units, by access pattern.",
            labels=["pattern", "kind"],
        )
        for pattern, units in self._units.items():
            family.add_metric([pattern, "read"], units.read)
            family.add_metric([pattern, "write"], units.write)
        return family

    def _histogram(self) -> Metric:
        total, buckets = 0, []
        bounds = [*map(str, SECONDS), "+Inf"]
        for bound, count in zip(bounds, self._send_buckets, strict=True):
            total += count
            buckets.append((bound, float(total)))
        return HistogramMetricFamily(
            "cruddur_send_seconds",
            "From a send's request to its answer.",
            buckets=buckets,
            sum_value=self._send_seconds,
        )


class _Collector:
    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self.collect = families
