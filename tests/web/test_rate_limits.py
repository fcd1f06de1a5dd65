"""Too much is refused with the time to wait, and the time heals it."""

import asyncio
import re
import secrets
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.web.applications import make_app
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.domain.errors import RateLimited
from cruddur.identity import passwords
from cruddur.identity.create_account import create_account
from cruddur.web.http import rate_limits
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit, Limits

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"
RIGHT = "correct horse"
HOUR = 3600
WRONG = "x" * 300  # longer than any: it costs a hash like all others


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, port=0, rate_limits="on", trusted_proxy=1)


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    clock = Seconds()
    limit = Limit("test", burst=3, seconds=2, clock=clock)
    for _ in range(3):
        limit.take("andrew")
    with pytest.raises(RateLimited) as refused:
        limit.take("andrew")
    assert refused.value.retry_after == 2
    limit.take("bayko")
    clock.now += 2
    limit.take("andrew")
    with pytest.raises(RateLimited):
        limit.take("andrew")


def test_what_is_refused_does_not_make_it_longer() -> None:
    clock = Seconds()
    limit = Limit("test", burst=1, seconds=10, clock=clock)
    limit.take("andrew")
    for _ in range(100):
        with pytest.raises(RateLimited):
            limit.take("andrew")
    clock.now += 10
    limit.take("andrew")


def test_memory_is_bounded() -> None:
    limit = Limit("test", burst=2, seconds=1000)
    for number in range(rate_limits.KEYS_MAX + 10):
        limit.take(str(number))
    assert len(limit) <= rate_limits.KEYS_MAX


def test_the_docs_tell_each_limit_as_it_is() -> None:
    rows = re.findall(r"\| `(\w+)` \| .* \| (\d+) \| ([\d.]+) s \|", SECURITY.read_text("utf-8"))
    limits = [one for one in vars(Limits()).values() if isinstance(one, Limit)]
    told = [(one.name, str(one.burst), f"{one.seconds:g}") for one in limits]
    assert sorted(rows) == sorted(told)
    assert all(getattr(Limits(), one.name).name == one.name for one in limits)


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


async def guess(
    client: httpx.AsyncClient, address: str, handle: str = "Andrew", password: str = WRONG
) -> int:
    # The last entry is the proxy's; what a client writes before it must not buy a new start.
    headers = {"X-Forwarded-For": f"10.0.0.{secrets.randbelow(256)}, {address}"}
    body = {"handle": handle, "password": password}
    client.cookies.clear()
    return (await client.post("/api/sessions", json=body, headers=headers)).status_code


async def guess_often(client: httpx.AsyncClient, addresses: Iterable[str]) -> list[int]:
    return [await guess(client, address) for address in addresses]


@pytest.fixture
async def chloe(application: Application) -> str:
    user = await create_account(application.identity, "chloe", "Chloe", RIGHT)
    return user.handle


@pytest.fixture
def limits(app: Litestar) -> Limits:
    """Those of the application, by a clock that stands still: a hash takes as long as it takes."""
    context: Context = app.state["context"]
    context.limits = Limits(clock=lambda: 1000.0)
    return context.limits


def strict(burst: int) -> Limit:
    return Limit("strict", burst=burst, seconds=1000, clock=lambda: 1000.0)


async def test_one_address_guesses_ten_times_at_one_handle(
    limits: Limits, nobody: httpx.AsyncClient
) -> None:
    assert limits.wrong_here.burst == 10
    assert await guess_often(nobody, ["192.0.2.1"] * 11) == [401] * 10 + [429]
    assert await guess_often(nobody, ["192.0.2.2"]) == [401]


async def test_one_address_guesses_so_often_at_many_handles(
    limits: Limits, nobody: httpx.AsyncClient
) -> None:
    limits.wrong_address = strict(3)
    assert [await guess(nobody, "192.0.2.1", f"bayko{n}") for n in range(4)] == [401] * 3 + [429]
    assert await guess(nobody, "192.0.2.2", "bayko3") == 401


async def test_many_addresses_guess_so_often_at_one_handle(
    limits: Limits, nobody: httpx.AsyncClient
) -> None:
    limits.wrong_handle, limits.wrong_address = strict(3), strict(1)
    addresses = [f"192.0.2.{number}" for number in range(4)]
    assert await guess_often(nobody, addresses) == [401] * 3 + [429]
    # What was refused for the handle's sake has not been counted for the address.
    assert await guess(nobody, addresses[-1], "bayko") == 401


async def test_a_site_guesses_no_more_than_sixteen_of_its_customers(
    limits: Limits, nobody: httpx.AsyncClient
) -> None:
    limits.wrong_here = strict(1)
    addresses = [f"2001:db8:0:{number:x}::1" for number in range(17)]
    assert await guess_often(nobody, addresses) == [401] * 16 + [429]
    assert await guess(nobody, "2001:db8:1::1") == 401


async def test_tries_at_the_same_moment_are_counted_before_they_are_checked(
    limits: Limits, nobody: httpx.AsyncClient
) -> None:
    limits.wrong_here = strict(2)
    tries = await asyncio.gather(*(guess(nobody, "192.0.2.1") for _ in range(5)))
    assert sorted(tries) == [401] * 2 + [429] * 3


async def test_strangers_cannot_lock_out_who_has_signed_in_from_there_before(
    limits: Limits, nobody: httpx.AsyncClient, chloe: str
) -> None:
    limits.wrong_handle, limits.wrong_address = strict(4), strict(4)
    assert await guess(nobody, "192.0.2.1", chloe, RIGHT) == 200
    for number in range(5):
        await guess(nobody, f"198.51.100.{number}", chloe)
    for number in range(5):  # and a neighbour behind the same address tries other handles
        await guess(nobody, "192.0.2.1", f"bayko{number}")
    assert await guess(nobody, "198.51.100.9", chloe, RIGHT) == 429
    assert await guess(nobody, "192.0.2.1", chloe, RIGHT) == 200


async def test_a_known_address_is_known_after_a_restart_and_in_other_processes(
    application: Application, nobody: httpx.AsyncClient, chloe: str
) -> None:
    assert await guess(nobody, "192.0.2.1", chloe, RIGHT) == 200
    elsewhere = make_app(application.messaging, application.identity, application.settings)
    elsewhere.state["context"].limits.wrong_handle = strict(1)
    async with open_client(elsewhere) as client:
        assert await guess(client, "198.51.100.1", chloe) == 401
        assert await guess(client, "198.51.100.2", chloe, RIGHT) == 429
        assert await guess(client, "192.0.2.1", chloe, RIGHT) == 200


async def test_guessing_from_a_known_address_ends(
    limits: Limits, nobody: httpx.AsyncClient, chloe: str
) -> None:
    limits.wrong_known = strict(2)
    assert await guess(nobody, "192.0.2.1", chloe, RIGHT) == 200
    assert [await guess(nobody, "192.0.2.1", chloe) for _ in range(3)] == [401, 401, 429]


async def test_all_known_addresses_guess_together(
    limits: Limits, nobody: httpx.AsyncClient, chloe: str
) -> None:
    limits.wrong_known = strict(2)
    known = [f"192.0.2.{number}" for number in range(3)]
    assert [await guess(nobody, one, chloe, RIGHT) for one in known] == [200] * 3
    assert [await guess(nobody, one, chloe) for one in known] == [401, 401, 429]


def test_nobody_guesses_at_an_account_more_than_a_hundred_times_an_hour() -> None:
    clock = Seconds()
    limits = Limits(clock=clock)
    done: list[float] = []
    for second in range(0, 3 * HOUR, 10):
        clock.now = float(second)
        for limit in (limits.wrong_handle, limits.wrong_known):  # an attempt counts in one of them
            with suppress(RateLimited):
                while True:
                    limit.take("andrew")
                    done.append(clock.now)
    assert max(sum(at <= one < at + HOUR for one in done) for at in done) <= 100


async def test_a_right_password_uses_nothing_up(
    limits: Limits, nobody: httpx.AsyncClient, chloe: str
) -> None:
    limits.wrong_here, limits.wrong_address, limits.wrong_handle = strict(1), strict(1), strict(1)
    for number in range(3):
        assert await guess(nobody, f"192.0.2.{number}", chloe, RIGHT) == 200
    assert await guess(nobody, "192.0.2.9", chloe) == 401
    assert await guess(nobody, "192.0.2.9", chloe, RIGHT) == 429


async def test_a_try_that_nobody_could_check_uses_nothing_up(
    limits: Limits, nobody: httpx.AsyncClient
) -> None:
    limits.wrong_here = strict(1)
    are_done = threading.Event()
    busy = [passwords._in_thread(are_done.wait) for _ in range(passwords.WAITING_MAX)]
    crowd = asyncio.gather(*busy)
    assert await guess(nobody, "192.0.2.1") == 503
    are_done.set()
    await crowd
    assert await guess(nobody, "192.0.2.1") == 401


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


FREE = {  # each costs no read of the table, and a page loads many files at once
    "/health/live",
    "/static/{path:path}",
    "/embed/{file:str}",
    "/service-worker.js",
    # These count for themselves: who signs in is no person yet.
    "/api/accounts",
    "/api/email-confirmation",
    "/api/password-forgotten",
    "/api/password-reset",
    "/api/sessions",
    "/api/sessions/passkey",
    "/api/sessions/passkey_options",
    "/api/sign_up_invites/look",
}


def test_every_route_has_a_limit(app: Litestar) -> None:
    unlimited = {
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "GET" in handler.http_methods or "POST" in handler.http_methods
        if handler.opt.get("limit", "by default") is None
    }
    assert unlimited == FREE


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/api/message_groups", "reading"),
        ("/api/messages/00000000-0000-4000-8000-000000000000", "reading"),
        ("/api/users/@andrew/short", "asking"),
        ("/api/users?prefix=an", "asking"),
        ("/api/me", "reading"),
        ("/", "reading"),
        ("/@andrew", "visiting"),
        ("/sign-in", "visiting"),
        ("/health/ready", "visiting"),
        ("/schema", "visiting"),
    ],
)
async def test_lists_look_ups_and_pages_are_limited(
    path: str, limit: str, limits: Limits, andrew: Person
) -> None:
    setattr(limits, limit, strict(2))
    statuses = [(await andrew.http.get(path)).status_code for _ in range(3)]
    assert statuses[0] == statuses[1] != 429
    assert statuses[2] == 429


async def test_conversations_are_begun_so_many_an_hour_and_known_ones_go_on(
    limits: Limits, andrew: Person, bayko: Person, mallory: Person, application: Application
) -> None:
    limits.starting = strict(1)
    await andrew.send("hello", handle="bayko")
    refused = await andrew.http.post("/api/messages", json={"message": "hi", "handle": "mallory"})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    group = {"handles": ["bayko"], "title": "Us"}
    assert (await andrew.http.post("/api/message_groups", json=group)).status_code == 429
    await andrew.send("again", handle="bayko")
    application.messaging.direct_groups._groups.clear()  # as after a restart
    await andrew.send("and again", handle="bayko")
    await mallory.send("I may", handle="andrew")


async def test_going_on_is_not_counted_as_beginning(
    limits: Limits, andrew: Person, bayko: Person, application: Application
) -> None:
    await bayko.send("hello", handle="andrew")
    limits.starting = strict(1)
    application.messaging.direct_groups._groups.clear()  # as after a restart
    await andrew.send("hello", handle="bayko")
    assert (await start(andrew, "bayko")).status_code == 201


async def start(person: Person, *handles: str) -> httpx.Response:
    body = {"handles": list(handles), "title": "Us"}
    return await person.http.post("/api/message_groups", json=body)


async def test_additions_are_counted_by_person_added(
    limits: Limits, andrew: Person, bayko: Person, mallory: Person
) -> None:
    limits.adding = strict(2)
    group = (await start(andrew, "bayko")).json()["uuid"]
    path, body = f"/api/message_groups/{group}/members", {"handles": ["mallory"]}
    assert (await andrew.http.post(path, json=body)).status_code == 200
    assert (await andrew.http.post(path, json=body)).status_code == 429
    assert (await start(bayko, "andrew", "mallory")).status_code == 201
    assert (await start(bayko, "andrew")).status_code == 429


async def test_names_are_counted_by_person(limits: Limits, andrew: Person, bayko: Person) -> None:
    limits.renaming = strict(1)
    tries = [(andrew, "One", 200), (andrew, "Two", 429), (bayko, "Three", 200)]
    for person, name, status in tries:
        answer = await person.http.patch("/api/me", json={"display_name": name})
        assert answer.status_code == status
    assert (await andrew.http.get("/api/me")).json()["display_name"] == "One"


async def test_handles_are_looked_up_no_faster_by_fifty_at_a_time(
    limits: Limits, andrew: Person
) -> None:
    limits.asking = strict(3)
    assert (await start(andrew, "nobody-a", "nobody-b")).status_code == 404
    assert (await start(andrew, "nobody-c", "nobody-d")).status_code == 429
