"""Every access pattern costs what it may, and the page about it says what a fresh run says."""

import pytest
from tests.prices.page import PAGE, page
from tests.prices.patterns import RUNS, Stage, as_long_as_one_unit, as_people_write, measure
from tests.prices.tutorial import measure_tutorial

from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.tools.capacity.ceilings import ceilings

TWENTY_KILOBYTES = 2.5
GROUP = 0.5


async def test_every_ceiling_is_measured(table: DynamoTable) -> None:
    await measure(await Stage.set(table))
    assert set(ceilings()) == set(RUNS)


def test_a_question_has_one_ceiling() -> None:
    with pytest.raises(ValueError, match="'mark read' has two ceilings"):
        access_pattern("mark_unread", Ceiling("F", "mark read", write=2, read=0))


@pytest.mark.parametrize("text_of", [as_people_write, as_long_as_one_unit])
async def test_no_access_pattern_costs_more_than_it_may(
    table: DynamoTable, text_of: object
) -> None:
    prices = await measure(await Stage.set(table, text_of))  # type: ignore[arg-type]
    for ceiling, units in prices:
        most = ceiling.read
        if ceiling.letter == "A" and text_of is as_long_as_one_unit:
            most = TWENTY_KILOBYTES + GROUP
        if ceiling.question.startswith("catch up") and text_of is as_long_as_one_unit:
            most += TWENTY_KILOBYTES + GROUP
        if ceiling.question.startswith("open ") and text_of is as_long_as_one_unit:
            most += 2 * TWENTY_KILOBYTES  # it has forty messages
        if "edited and read" in ceiling.question and text_of is as_long_as_one_unit:
            most += GROUP  # the edited one is read once more
        assert units.write <= ceiling.write, ceiling.question
        assert units.read <= most, ceiling.question


async def test_a_message_costs_a_third_of_the_tutorials(table: DynamoTable) -> None:
    stage = await Stage.set(table)
    before = await measure_tutorial(stage)
    assert before["C"].write + before["D"].write == 9
    now = {price.ceiling.question: price.units for price in await measure(stage)}
    assert now["send a message"].write + now["project it"].write == 3


async def test_the_page_says_what_a_fresh_run_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == await page(), "run python -m tests.prices.page"
