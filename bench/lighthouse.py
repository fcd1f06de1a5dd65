"""What Lighthouse says of the page to sign in and of an open conversation, in each of its categories."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvloop
from bench.figures import show
from bench.page import CHROMIUM, talk
from bench.people import make_pairs, make_people
from bench.service import Service

from cruddur.web.http.auth import COOKIE

_PROGRAM = Path(__file__).parents[1] / ".engines/lighthouse/node_modules/lighthouse/cli/index.js"
LEAST = 95
"""Of 100, in each category."""
_PATIENCE_SECONDS = 300


async def _judge(folder: Path, least: int) -> bool:
    people = await make_people(folder / "service", 2)
    service = await Service.start(folder / "service")
    try:
        (pair,) = await make_pairs(service.url, people)
        await talk(service.url, pair)
        conversation = f"{service.url}/c/{pair.message_group_uuid}"
        cookie = {"Cookie": f"{COOKIE}={pair.people[0].token}"}
        reports = {
            "The page to sign in": _report(f"{service.url}/sign-in", {}, folder),
            "An open conversation": _report(conversation, cookie, folder),
        }
    finally:
        await service.kill()
    good = [_show(title, report, least) for title, report in reports.items()]
    return all(good)


def _report(url: str, headers: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Lighthouse's report of a page, as it simulates a phone. Raises RuntimeError if it has none."""
    sent = folder / "headers.json"  # not in the arguments, where all can read a token
    sent.write_text(json.dumps(headers))
    options = ("--output=json", "--quiet", "--chrome-flags=--no-sandbox --headless=new")
    ran = subprocess.run(
        ["/usr/bin/env", "node", _PROGRAM, url, f"--extra-headers={sent}", *options],
        env={**os.environ, "CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_SECONDS,
    )
    if ran.returncode != 0:
        raise RuntimeError(f"Lighthouse ended with {ran.returncode}: {ran.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(ran.stdout)
    if error := report.get("runtimeError"):
        raise RuntimeError(f"Lighthouse: {error['message']}")
    if report["finalDisplayedUrl"] != url:
        raise RuntimeError(f"{url} led to {report['finalDisplayedUrl']}")
    return report


def _show(title: str, report: dict[str, Any], least: int) -> bool:
    """Prints the categories, and what costs points in them. Returns whether each is good enough."""
    categories = report["categories"].values()
    scores = {one["title"]: round(100 * (one["score"] or 0)) for one in categories}
    lost = [(one["title"], _lost(one, report["audits"])) for one in categories]
    show(title, [(name, f"{score}") for name, score in scores.items()])
    for name, audits in lost:
        for audit in audits:
            print(f"  {name}: {audit}")
    return min(scores.values()) >= least


def _lost(category: dict[str, Any], audits: dict[str, Any]) -> list[str]:
    found = [audits[ref["id"]] for ref in category["auditRefs"] if ref["weight"]]
    return [
        f"{one['title']} {one.get('displayValue', '')}".strip()
        for one in found
        if one["score"] is not None and one["score"] < 0.9
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/lighthouse", description=__doc__)
    parser.add_argument("--least", type=int, default=LEAST, help=f"points (default: {LEAST})")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        sys.exit(not uvloop.run(_judge(Path(folder), given.least)))


if __name__ == "__main__":
    main()
