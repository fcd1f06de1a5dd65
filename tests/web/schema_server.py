"""The application in a process of its own. Prints its address and a token, and serves until SIGTERM."""

import asyncio
import sys
from pathlib import Path

from tests.web.callers import enter, open_client

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.entrypoints.projector import projecting
from cruddur.web.app import create_app, make_context
from cruddur.web.http.serve import serve


async def main(folder: Path) -> None:
    settings = Settings(data=folder, port=0, rate_limits="off")
    async with open_application(settings) as application, projecting(application):
        app = create_app(make_context(application.messaging, application.identity, settings))
        async with open_client(app) as client:
            andrew = await enter(application, client, "andrew")
            await andrew.send("hello", handle="andrew")
        await serve(app, settings, lambda url: print(url, andrew.token, flush=True))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
