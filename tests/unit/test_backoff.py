"""Pauses between tries grow, end at their bound, and leave to chance what they say."""

import pytest

from cruddur.ports.backoff import FULL_JITTER, HALF_JITTER, NO_JITTER, Backoff

MANY = 200
BOUNDS = [1, 2, 4, 8, 10, 10]


def test_without_jitter_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    backoff = Backoff(1, 10, jitter=NO_JITTER)
    assert [backoff.next() for _ in BOUNDS] == BOUNDS
    backoff.reset()
    assert backoff.next() == 1


@pytest.mark.parametrize(
    ("tries", "pause"), [(0, 1), *enumerate(BOUNDS, start=1), (10**9, BOUNDS[-1])]
)
def test_a_pause_follows_from_the_number_of_tries(tries: int, pause: float) -> None:
    assert Backoff(1, 10, jitter=NO_JITTER).after(tries) == pause


@pytest.mark.parametrize(("jitter", "least"), [(FULL_JITTER, 0.0), (HALF_JITTER, 0.5)])
def test_jitter_shortens_a_pause_by_its_part_at_most(jitter: float, least: float) -> None:
    pauses: list[list[float]] = []
    for _ in range(MANY):
        backoff = Backoff(1, 10, jitter=jitter)
        pauses.append([backoff.next() for _ in BOUNDS])
    for bound, found in zip(BOUNDS, zip(*pauses, strict=True), strict=True):
        assert all(least * bound <= pause <= bound for pause in found)
        assert len(set(found)) > MANY / 2  # nobody is in step with the others


def test_a_try_that_took_long_lengthens_the_pauses_after_it() -> None:
    backoff = Backoff(1, 100, jitter=NO_JITTER)
    assert [backoff.next(at_least=seconds) for seconds in (0, 30, 0, 0)] == [1, 30, 60, 100]
