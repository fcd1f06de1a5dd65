"""Too much is refused with the time to wait, and the time heals it."""

from pathlib import Path

import httpx
import pytest
from tests.web.callers import Person

from cruddur.config import Settings
from cruddur.errors import TooMany
from cruddur.web import rate_limits
from cruddur.web.rate_limits import Limit


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, port=0, rate_limits="on", trusted_proxy="on")


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    clock = Seconds()
    limit = Limit(burst=3, seconds=2, clock=clock)
    for _ in range(3):
        limit.take("andrew")
    with pytest.raises(TooMany) as refused:
        limit.take("andrew")
    assert refused.value.retry_after == 2
    limit.take("bayko")
    clock.now += 2
    limit.take("andrew")
    with pytest.raises(TooMany):
        limit.take("andrew")


def test_what_is_refused_does_not_make_it_longer() -> None:
    clock = Seconds()
    limit = Limit(burst=1, seconds=10, clock=clock)
    limit.take("andrew")
    for _ in range(100):
        with pytest.raises(TooMany):
            limit.take("andrew")
    clock.now += 10
    limit.take("andrew")


def test_memory_is_bounded() -> None:
    limit = Limit(burst=2, seconds=1000)
    for number in range(rate_limits.KEYS_MAX + 10):
        limit.take(str(number))
    assert len(limit) <= rate_limits.KEYS_MAX


async def test_sending_too_fast_is_429(andrew: Person) -> None:
    await andrew.send("1", handle="andrew")
    refused = None
    for _ in range(200):
        answer = await andrew.http.post("/api/messages", json={"message": " ", "handle": "andrew"})
        if answer.status_code == 429:
            refused = answer
            break
    assert refused is not None
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) >= 1


async def test_guessing_passwords_is_stopped_for_a_handle_and_for_an_address(
    nobody: httpx.AsyncClient,
) -> None:
    statuses = []
    for number in range(11):
        # The last entry is the proxy's; what a client writes before it must not buy a new start.
        headers = {"X-Forwarded-For": f"10.0.0.{number}, 192.0.2.{number}"}
        body = {"handle": "Andrew", "password": "x" * 300}
        answer = await nobody.post("/api/sessions", json=body, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [401] * 10 + [429]


async def test_an_address_is_the_one_that_the_proxy_saw(nobody: httpx.AsyncClient) -> None:
    statuses = []
    for number in range(11):
        headers = {"X-Forwarded-For": f"10.0.0.{number}, 192.0.2.1"}
        body = {"handle": "!", "display_name": "", "password": ""}
        answer = await nobody.post("/api/accounts", json=body, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429]
    headers = {"X-Forwarded-For": "192.0.2.2"}
    assert (await nobody.post("/api/accounts", json=body, headers=headers)).status_code == 422
