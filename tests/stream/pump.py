"""Lambda's event source mapping, by the rules that AWS documents, around the real handler.

Per shard: filter, form batches, invoke, and look at the answer. `batchItemFailures` makes the lowest
sequence number named the checkpoint: what was before it is done, the rest is given again. A function
that raised, or named what is not in the batch, failed all of it; then the batch is split in two, if
so wished, which does not count as a retry. After the last retry the batch's metadata, not its
records, goes to the on-failure destination, and the shard goes on.

AWS does not say whether a checkpoint within a batch begins the count of retries anew. Here it does
not, which gives up sooner: the worse of the two for us.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]
Function = Callable[[Mapping[str, Any]], Mapping[str, Any]]

FILTER = json.loads((Path(__file__).parent / "filter.json").read_text())


@dataclass(frozen=True)
class Rules:
    """What the mapping is set to. `window` is how many polls of the shard wait for each other."""

    batch_size: int = 100
    window: int = 1
    retries: int = 3
    bisect: bool = True
    filters: Mapping[str, Any] = field(default_factory=lambda: FILTER)


@dataclass
class Pump:
    """Feeds one function; any number of shards, one after the other or by turns."""

    function: Function
    rules: Rules = field(default_factory=Rules)
    discarded: list[Mapping[str, Any]] = field(default_factory=list)
    invocations: list[list[str]] = field(default_factory=list)

    def run(self, polls: Sequence[Sequence[Record]], shard: str = "shardId-1") -> None:
        """Until all that the polls brought is done with."""
        for _ in self.steps(polls, shard):
            pass

    def steps(self, polls: Sequence[Sequence[Record]], shard: str) -> Iterator[None]:
        """Yields after each invocation, so that a test can let another shard go on."""
        for batch in self._batches(polls):
            yield from self._deliver(batch, shard, self.rules.retries)

    def _batches(self, polls: Sequence[Sequence[Record]]) -> Iterator[list[Record]]:
        for start in range(0, len(polls), self.rules.window):
            gathered = [
                record
                for poll in polls[start : start + self.rules.window]
                for record in poll
                if is_wanted(self.rules.filters, record)
            ]
            for at in range(0, len(gathered), self.rules.batch_size):
                yield gathered[at : at + self.rules.batch_size]

    def _deliver(self, batch: list[Record], shard: str, retries: int) -> Iterator[None]:
        while batch:
            failed_at = self._invoke(batch)
            yield
            if failed_at is None:
                return
            if failed_at == 0 and self.rules.bisect and len(batch) > 1 and self._raised:
                half = len(batch) // 2
                yield from self._deliver(batch[:half], shard, retries)
                yield from self._deliver(batch[half:], shard, retries)
                return
            batch = batch[failed_at:]
            if retries == 0:
                self.discarded.append(metadata(batch, shard))
                return
            retries -= 1

    def _invoke(self, batch: list[Record]) -> int | None:
        """Where to go on, None if all is done."""
        numbers = [sequence_of(record) for record in batch]
        self.invocations.append(numbers)
        self._raised = False
        try:
            answer = self.function(json.loads(json.dumps({"Records": batch})))
        except Exception:  # noqa: BLE001  as Lambda does, whatever it was
            self._raised = True
            return 0
        failures = [one["itemIdentifier"] for one in answer.get("batchItemFailures") or ()]
        if not set(failures) <= set(numbers):
            self._raised = True
            return 0
        return min((numbers.index(number) for number in failures), default=None)


def metadata(batch: Sequence[Record], shard: str) -> Mapping[str, Any]:
    """What the on-failure destination gets: where in the stream to look, for a day."""
    return {
        "requestContext": {"condition": "RetryAttemptsExhausted"},
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": sequence_of(batch[0]),
            "endSequenceNumber": sequence_of(batch[-1]),
            "batchSize": len(batch),
        },
    }


def sequence_of(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def is_wanted(criteria: Mapping[str, Any], record: Record) -> bool:
    """A record passes if any of the filters' patterns matches it."""
    patterns = [json.loads(one["Pattern"]) for one in criteria["Filters"]]
    return any(_matches(pattern, record) for pattern in patterns)


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and _matches(inner, value[name]) for name, inner in pattern.items()
        )
    return any(_allows(rule, value) for rule in pattern)


def _allows(rule: Any, value: Any) -> bool:
    match rule:
        case {"prefix": prefix}:
            return isinstance(value, str) and value.startswith(prefix)
        case {"anything-but": others}:
            return value not in others
        case str():
            return bool(value == rule)
    raise ValueError(f"this pump knows no rule like {rule}")
