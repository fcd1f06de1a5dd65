"""Every access pattern costs what it may, and the page about it says what a fresh run says."""

import pytest
import pytest_asyncio
from tests.prices.page import PAGE, Measured, measure_all, page_of
from tests.prices.patterns import RUNS

from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.tools.capacity.ceilings import ceilings

TWENTY_KILOBYTES = 2.5
GROUP = 0.5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def measured() -> Measured:
    """One run for all tests here, which only read it."""
    return await measure_all()


def test_every_ceiling_is_measured(measured: Measured) -> None:
    assert set(ceilings()) == set(RUNS)
    assert [price.ceiling for price in measured.prices] == [*ceilings().values()]


def test_a_question_has_one_ceiling() -> None:
    with pytest.raises(ValueError, match="'mark read' has two ceilings"):
        access_pattern("mark_unread", Ceiling("F", "mark read", write=2, read=0))


def test_no_access_pattern_costs_more_than_it_may(measured: Measured) -> None:
    for ceiling, units in measured.prices:
        assert units.write <= ceiling.write, ceiling.question
        assert units.read <= ceiling.read, ceiling.question


def test_nor_does_one_with_texts_of_a_whole_unit(measured: Measured) -> None:
    for ceiling, units in measured.largest:
        most = ceiling.read
        if ceiling.letter == "A":
            most = TWENTY_KILOBYTES + GROUP
        if ceiling.question.startswith("catch up"):
            most += TWENTY_KILOBYTES + GROUP
        if ceiling.question.startswith("open "):
            most += 2 * TWENTY_KILOBYTES  # it has forty messages
        if "edited and read" in ceiling.question:
            most += GROUP  # the edited one is read once more
        assert units.write <= ceiling.write, ceiling.question
        assert units.read <= most, ceiling.question


def test_a_message_costs_a_third_of_the_tutorials(measured: Measured) -> None:
    before = measured.tutorial
    assert before["C"].write + before["D"].write == 9
    now = {price.ceiling.question: price.units for price in measured.prices}
    assert now["send a message"].write + now["project it"].write == 3


def test_the_page_says_what_a_fresh_run_says(measured: Measured) -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert said == page_of(measured), "run python -m tests.prices.page"
