"""Bots answer each message once, whatever happens to them.

`BOT_KILLS=20 pytest tests/clients/test_bot.py` kills the one of the README twenty times.
"""

import asyncio
import os
import random
import re
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.clients.conftest import Entering
from tests.engines import ROOT
from tests.web.callers import Person

from cruddur_client import ApiError, AsyncClient, Bot, Message

_CLIENT = ROOT / "clients" / "python"
_ECHO = re.findall(
    r"^```python\n(.*?)^```", (_CLIENT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)[0]
KILLS = int(os.environ.get("BOT_KILLS", "4"))


async def _start_echo(url: str, token: str, folder: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _ECHO),
        cwd=folder,
        env={"CHAT_URL": url, "CHAT_TOKEN": token, "PYTHONPATH": str(_CLIENT / "src")},
        stderr=PIPE,
    )


async def _answers(client: AsyncClient, conversation: str, count: int) -> list[str]:
    """The texts from the other side, once there are as many."""
    me = (await client.me()).uuid
    async for event in client.events():
        found: list[Message] = []
        if event.type in {"ready", "message"}:
            while page := await client.messages(
                conversation, after=found[-1].seq if found else 0, limit=100
            ):
                found += page
        texts = [message.text for message in found if message.user_uuid != me]
        if len(texts) >= count:
            return texts
    raise AssertionError("unreachable")


def test_the_bot_of_the_readme_has_twelve_lines() -> None:
    assert len([line for line in _ECHO.splitlines() if line.strip()]) <= 12


async def test_however_often_it_is_killed_each_message_gets_one_answer(
    url: str, entered: Entering, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CRASH_SEED", time.time_ns()))
    print(f"CRASH_SEED={seed}")  # noqa: T201  to see the same moments again
    moments = random.Random(seed)
    async with (
        entered("andrew") as andrew,
        entered("echo") as echo,
        AsyncClient(url, andrew.token) as client,
    ):
        texts, conversation = ["0"], (await client.send("0", to=echo.user.handle)).conversation
        for _ in range(KILLS):
            bot = await _start_echo(url, echo.token, tmp_path)
            until = time.monotonic() + moments.uniform(0.3, 1.5)
            while time.monotonic() < until:
                texts.append(str(len(texts)))
                await client.send(texts[-1], conversation=conversation)
            bot.kill()
            await bot.wait()
        bot = await _start_echo(url, echo.token, tmp_path)
        answers = await _answers(client, conversation, len(texts))
        bot.terminate()
        _, said = await bot.communicate()
        final = await _answers(client, conversation, len(texts))
    assert (bot.returncode, said) == (0, b"")
    assert answers == final == [f"You said: {text}" for text in texts]


@asynccontextmanager
async def _running(bot: Bot) -> AsyncIterator[None]:
    serving = asyncio.create_task(bot.serve())
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def _two(url: str, entered: Entering) -> AsyncIterator[tuple[AsyncClient, Person]]:
    async with (
        entered("andrew") as andrew,
        entered("helper") as helper,
        AsyncClient(url, andrew.token) as client,
    ):
        yield client, helper


async def test_two_processes_for_one_account_answer_once(
    url: str, entered: Entering, tmp_path: Path
) -> None:
    async with _two(url, entered) as (client, helper):
        bots = [Bot(url, helper.token, state=tmp_path / str(number)) for number in range(2)]
        for bot in bots:
            bot.on_message(lambda message: message.text.upper())
        first = await client.send("a", to=helper.user.handle)
        async with _running(bots[0]), _running(bots[1]):
            assert await _answers(client, first.conversation, 1) == ["A"]
            for text in "bcdefgh":
                await client.send(text, conversation=first.conversation)
            answers = await _answers(client, first.conversation, 8)
        assert sorted(answers) == list("ABCDEFGH")


async def test_several_answers_and_none(url: str, entered: Entering) -> None:
    async with _two(url, entered) as (client, helper):
        bot = Bot(url, helper.token)

        @bot.on_message
        async def answer(message: Message) -> list[str] | None:
            return None if message.text == "quiet" else [message.text, "and more"]

        first = await client.send("quiet", to=helper.user.handle)
        async with _running(bot):
            await client.send("talk", conversation=first.conversation)
            assert await _answers(client, first.conversation, 2) == ["talk", "and more"]


async def test_a_message_for_which_the_handler_fails_holds_up_nothing(
    url: str, entered: Entering, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[str] = []
    async with _two(url, entered) as (client, helper):
        bot = Bot(url, helper.token)

        @bot.on_message
        def answer(message: Message) -> str:
            calls.append(message.text)
            if message.text == "bad" or calls == ["once"]:
                raise ValueError(message.text)
            return message.text

        bad = await client.send("once", to=helper.user.handle)
        async with _running(bot):
            assert await _answers(client, bad.conversation, 1) == ["once"]
            await client.send("bad", conversation=bad.conversation)
            await client.send("good", conversation=bad.conversation)
            assert await _answers(client, bad.conversation, 2) == ["once", "good"]
    assert [calls.count(text) for text in ("once", "bad", "good")] == [2, 5, 1]


@pytest.mark.parametrize("state", [lambda folder: folder / "state", lambda _: None])
async def test_what_was_read_before_is_not_answered(
    url: str, entered: Entering, tmp_path: Path, state: Callable[[Path], Path | None]
) -> None:
    async with _two(url, entered) as (client, helper), AsyncClient(url, helper.token) as own:
        first = await client.send("old", to=helper.user.handle)
        await own.mark_read(first.conversation, first.seq)
        settings = {"archived": True}
        path = f"/api/message_groups/{first.conversation}/settings"
        (await helper.http.patch(path, json=settings)).raise_for_status()
        bot = Bot(url, helper.token, state=state(tmp_path))
        bot.on_message(lambda message: message.text)
        async with _running(bot):
            await client.send("new", conversation=first.conversation)
            assert await _answers(client, first.conversation, 1) == ["new"]


async def test_it_ends_when_its_token_does(url: str, entered: Entering) -> None:
    async with _two(url, entered) as (_, helper):
        bot = Bot(url, helper.token)
        bot.on_message(lambda message: message.text)
        serving = asyncio.create_task(bot.serve())
        async with AsyncClient(url, helper.token) as own:
            async for event in own.events():
                if event.type == "ready":
                    break
        (await helper.http.delete("/api/sessions")).raise_for_status()
        with pytest.raises(ApiError) as refused:
            await serving
    assert refused.value.status == 401
