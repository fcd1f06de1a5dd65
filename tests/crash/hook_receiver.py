"""A webhook's receiver as a process of its own, which is killed too: it notes each id in a file.

It fails now and then, before and after it has noted an event, and now and then it answers late.
"""

import asyncio
import os
import random
import sys

from tests.receiver import Received, answer, receiving

from cruddur.domain.webhook_signature import signed_headers

FAILS_BEFORE, FAILS_AFTER, STALLS = 0.01, 0.01, 0.01
STALL_SECONDS = 0.3


async def main(port: int, file: int, secret: str) -> None:
    """Serves until it is killed."""

    async def note(one: Received) -> bytes:
        luck = random.random()
        if luck < FAILS_BEFORE:
            return answer(500)
        headers = one.headers
        at = int(headers["webhook-timestamp"])
        wanted = signed_headers([secret], headers["webhook-id"], at, one.body)
        if dict(wanted).items() <= dict(headers).items():
            os.write(file, headers["webhook-id"].encode() + b"\n")
        if luck < FAILS_BEFORE + FAILS_AFTER:
            return answer(503)
        if luck > 1 - STALLS:
            await asyncio.sleep(STALL_SECONDS)
        return answer(204)

    async with receiving(note, port=port):
        print("ready", flush=True)  # noqa: T201  for the test
        await asyncio.Event().wait()


if __name__ == "__main__":
    noted = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    asyncio.run(main(int(sys.argv[1]), noted, sys.argv[3]))
