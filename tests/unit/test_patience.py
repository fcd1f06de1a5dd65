"""The deadline of a call to DynamoDB, by the clock of the event loop."""

import asyncio

import pytest

from cruddur.engines.dynamodb.patience import TRIES, Patience


class Failed(Exception):
    """The failure of a try."""


async def test_one_try_ends_with_its_part_of_the_deadline() -> None:
    clock = asyncio.get_running_loop().time
    patience = Patience(3000.0)
    before = clock()
    ends = patience.this_try_ends()
    assert before + 3000.0 / TRIES <= ends <= clock() + 3000.0 / TRIES


async def test_no_try_outlives_the_call() -> None:
    patience = Patience(3000.0)
    patience._ends = asyncio.get_running_loop().time()
    assert patience.this_try_ends() == patience._ends
    with pytest.raises(Failed):
        await patience.pause(Failed())


async def test_a_throttled_call_renews_its_deadline() -> None:
    patience = Patience(1000.0, 3000.0)
    first = patience._ends
    await patience.pause(Failed())
    assert patience._ends == first
    await patience.pause(Failed(), throttled=True)
    assert first < patience._ends < patience._throttled_ends


async def test_a_throttled_call_ends_all_the_same() -> None:
    patience = Patience(1000.0, 1000.0)
    await patience.pause(Failed(), throttled=True)
    assert patience._ends == patience._throttled_ends
    with pytest.raises(Failed):
        await Patience(0.0, 3000.0).pause(Failed())
    with pytest.raises(Failed):
        await Patience(0.0).pause(Failed(), throttled=True)
