"""Counters as plain numbers, read out only when Prometheus asks: a send pays next to nothing."""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from cruddur.table.metering import Units

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """What `/metrics` tells."""

    def __init__(self) -> None:
        self.responses = [0] * 6  # by the first digit of the status
        self.sends = 0
        self.projector_lag_seconds = 0.0
        self.projector_came_round: float | None = None  # Unix time; None: it is not in this process
        self.open_streams: Callable[[], int] = lambda: 0
        self.events_published: Callable[[], int] = lambda: 0
        self.cache_reads: Callable[[], Mapping[str, int]] = dict
        self._units: defaultdict[str, Units] = defaultdict(Units)
        self._send_seconds = 0.0
        self._send_buckets = [0] * (len(SECONDS) + 1)
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(self.families))

    def sent(self, seconds: float) -> None:
        self.sends += 1
        self._send_seconds += seconds
        self._send_buckets[bisect_left(SECONDS, seconds)] += 1

    def spent(self, pattern: str, units: Units) -> None:
        """One call to DynamoDB has cost this much; for `metering.on_units`."""
        self._units[pattern].add(units)

    def projected(self, _: object, lag_seconds: float) -> None:
        """The projector has come round, and the inboxes are this far behind."""
        self.projector_lag_seconds = lag_seconds
        self.projector_came_round = time.time()

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)

    def families(self) -> Iterable[Metric]:
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
        cache = CounterMetricFamily(
            "cruddur_cache_reads",
            "What the cache could do; an error is a call that failed, and counts beside the misses.",
            labels=["outcome"],
        )
        for outcome, count in self.cache_reads().items():
            cache.add_metric([outcome], count)
        yield cache
        yield CounterMetricFamily(
            "cruddur_events_published", "Events given to the bus.", value=self.events_published()
        )
        yield self._capacity_units()
        yield GaugeMetricFamily(
            "cruddur_open_streams", "Event streams open now.", value=self.open_streams()
        )
        yield from self._projector()

    def _projector(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "cruddur_projector_lag_seconds",
            "How far the inboxes are behind the messages.",
            value=self.projector_lag_seconds,
        )
        if self.projector_came_round is not None:
            yield GaugeMetricFamily(
                "cruddur_projector_round_timestamp_seconds",
                "When the projector last came round, with work or without: if long ago, see the log.",
                value=self.projector_came_round,
            )

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
