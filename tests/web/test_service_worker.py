"""The script that a browser keeps beside the pages."""

import httpx
from tests.web.callers import Person

PATH = "/service-worker.js"


async def test_it_is_asked_for_again_each_time_and_answered_once(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    again = await nobody.get(PATH, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_it_is_the_same_for_everybody(andrew: Person, nobody: httpx.AsyncClient) -> None:
    assert (await andrew.http.get(PATH)).content == (await nobody.get(PATH)).content


async def test_the_policy_lets_pages_run_it_and_it_fetch_from_here_alone(
    nobody: httpx.AsyncClient,
) -> None:
    policy = (await nobody.get(PATH)).headers["content-security-policy"]
    assert "worker-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "importScripts" not in (await nobody.get(PATH)).text
