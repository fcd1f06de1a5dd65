"""Figures and readiness are for those who run the service; whether it lives is for everybody."""

from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from cruddur.bootstrap import Application
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.ports.change_feed import Consumer
from cruddur.ports.table import Put
from cruddur.web.http.context import Context

PATHS = ("/metrics", "/health/ready")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path, port=0, operator_networks="127.0.0.1, 10.20.0.0/16, 2001:db8::/32"
    )


def calling(app: Litestar, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 1234))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://cruddur.test")


@pytest.mark.parametrize(
    ("caller", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("10.20.255.1", {}, 200),
        ("2001:db8:5::1", {}, 200),
        ("127.0.0.2", {}, 403),
        ("192.0.2.1", {}, 403),
        ("?", {}, 403),
        # A proxy on the same machine hands on what strangers ask.
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.20.0.1, 192.0.2.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.1"}, 403),
        ("127.0.0.1", {"Forwarded": "proto=https"}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.20.0.1"}, 200),
        # A header opens nothing.
        ("192.0.2.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("192.0.2.1", {"Forwarded": "for=127.0.0.1"}, 403),
        ("192.0.2.1", {"X-Forwarded-For": ""}, 403),
    ],
)
@pytest.mark.parametrize("hops", [0, 1, 2])
async def test_only_networks_that_the_setting_names_may_ask(
    app: Litestar, caller: str, headers: dict[str, str], status: int, hops: int
) -> None:
    context: Context = app.state["context"]
    context.settings = Settings(trusted_proxy=hops)
    async with calling(app, caller) as client:
        metrics, ready = [await client.get(path, headers=headers) for path in PATHS]
        assert (ready.status_code, metrics.status_code) == (status, status)
        assert ("cruddur_messages_sent" in metrics.text) is (status == 200)
        assert (await client.get("/health/live", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_strangers_are_told_which_setting_it_is(app: Litestar, path: str) -> None:
    async with calling(app, "192.0.2.1") as client:
        assert "CRUDDUR_OPERATOR_NETWORKS" in (await client.get(path)).text


def test_without_a_word_only_this_machine_may_ask() -> None:
    assert Settings().operator_networks == "127.0.0.0/8, ::1"
    assert load_settings({}, {"CRUDDUR_OPERATOR_NETWORKS": "none"}).operator_networks == "none"


async def test_none_is_nobody(app: Litestar) -> None:
    app.state["context"].operator_networks = ()
    async with calling(app, "127.0.0.1") as client:
        assert (await client.get("/metrics")).status_code == 403


@pytest.mark.parametrize("networks", ["localhost", "10.20.0.1/16", "10.0.0.0/8;::1", "all"])
def test_what_is_no_network_stops_the_start(networks: str) -> None:
    with pytest.raises(WrongSetting, match="CRUDDUR_OPERATOR_NETWORKS"):
        load_settings({"operator_networks": networks}, {})


async def test_metrics_say_how_far_each_consumer_is_behind(
    application: Application, app: Litestar
) -> None:
    context: Context = app.state["context"]
    context.feeds = application.feeds
    await application.feeds.open(Consumer("hook", frozenset({"user"})))
    for name in ("USER#1", "USER#2"):
        await application.messaging.table.put(Put({"pk": name, "sk": "PROFILE"}))
    async with calling(app, "127.0.0.1") as client:
        text = (await client.get("/metrics")).text
        assert 'cruddur_feed_lag_records{consumer="hook"} 2.0' in text
        assert 'cruddur_feed_lag_seconds{consumer="hook"}' in text
        assert 'cruddur_feed_dropped_changes_total{consumer="projector"} 0.0' in text
        await application.messaging.table.close()
        answer = await client.get("/metrics")
        assert (answer.status_code, "cruddur_messages_sent" in answer.text) == (200, True)
