"""The page's modules that need no page, by Node's own test runner."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.js.formatting_cases import texts_of_chance, written

from cruddur.domain.folding import folded
from cruddur.domain.formatting import BETWEEN_WORDS, blocks_of, plain_text
from cruddur.domain.mentions import pieces_of
from cruddur.domain.model import Message
from cruddur.domain.text import IGNORABLE, looks
from cruddur.web.http.bundles import STATIC
from cruddur.web.http.shortening import shorten
from cruddur.web.pages.message_rows import days_of

ROOT = Path(__file__).parents[2]
HANDLES = {handle: handle for handle in ("maya_", "maya", "a", "b_c", "77")}
NAMES = [
    "Maya Lindqvist",
    "Ma\u00ffa",
    "STRASSE stra\u00dfe",
    "\u0399\u03a3 \u03a3",
    "\ufb01 \u2460",
    "\u0130stanbul \u0131",
]
NAMES += [
    "\u041c\u0410\u0423\u0410",
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d",
    "l1I|0O",
    "rnaya vvest",
    "\uac00 \u5c71\u7530",
    "\U0001f600\u200d\ufe0f x",
]


@pytest.fixture
def python_says(tmp_path: Path) -> Path:
    """Inputs and Python's results, for the page's modules to compare theirs with."""
    ignorable = re.compile(f"[{IGNORABLE}]")
    between = re.compile(f"[{BETWEEN_WORDS}]")
    codes = [code for code in codes_of_all() if ignorable.match(chr(code))]
    said = tmp_path / "python.json"
    said.write_text(
        json.dumps(
            {
                "looks": [(n, looks(n)) for n in NAMES],
                "folded": [(n, folded(n)) for n in (*NAMES, "In\u00eas S\u00d8REN \u0142\u00c6")],
                "ignorable": codes,
                "formatting": [
                    (t, written(blocks_of(t)), plain_text(t)) for t in texts_of_chance(5000)
                ],
                "pieces": [(t, list(pieces_of(t, HANDLES))) for t in texts_of_chance(3000, 2)],
                "between": [code for code in codes_of_all() if between.match(chr(code))],
                "rows": [conversation(random.Random(seed)) for seed in range(300)],
            }
        )
    )
    return said


@pytest.fixture
def shortened(tmp_path: Path) -> Path:
    """Each module as it is written, and without its comments and white space."""
    texts = {file.name: file.read_text("utf-8") for file in STATIC.glob("*/*.js")}
    said = tmp_path / "shortened.json"
    said.write_text(json.dumps({name: (text, shorten(text)) for name, text in texts.items()}))
    return said


def codes_of_all() -> range:
    """The code points of all characters."""
    return range(sys.maxunicode + 1)


def conversation(chance: random.Random) -> dict[str, Any]:
    """Up to ten messages of three people within two days, and the rows that the server makes of them."""
    new_from = chance.choice([None, *range(1, 12)])
    messages = [
        Message(
            message_group_uuid="g",
            seq=seq,
            message_uuid=str(seq),
            message="text",
            user_uuid=chance.choice(["me", "tomas", "ines"]),
            user_handle="",
            user_display_name="",
            # In no order, as by a clock that is wrong.
            created_at=chance.choice(["2026-11-23T23:4", "2026-11-23T23:5", "2026-11-24T00:0"])
            + chance.choice(["0:00.000Z", "3:30+00:00", "9:59.999Z"]),
        )
        for seq in range(1, chance.randint(1, 11))
    ]
    days = days_of(messages, new_from, "me")
    rows = [
        [[row.message.seq, row.is_first, row.is_last, row.is_first_unread] for row in day.rows]
        for day in days
    ]
    items = [{"uuid": one.message_uuid, "seq": one.seq, "user_uuid": one.user_uuid,
              "created_at": one.created_at} for one in messages]  # fmt: skip
    return {"items": items, "newFrom": new_from, "days": [[day.at for day in days], rows]}


def test_the_modules_that_need_no_page(python_says: Path, shortened: Path) -> None:
    node = shutil.which("node")
    if node is None:
        reason = "node is missing: apt-get install nodejs"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    environment = {
        **os.environ,
        "PYTHON_SAYS": str(python_says),
        "SHORTENED": str(shortened),
        "TZ": "UTC",
    }
    files = sorted(map(str, Path(__file__).parent.glob("*.test.js")))
    ran = subprocess.run(
        [str(node), "--test", "--test-timeout=60000", *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "# skipped 0" in ran.stdout
