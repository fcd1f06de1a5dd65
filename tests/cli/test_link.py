"""`cruddur users link` and `unlink`: one person, many from a file, and what is wrong with each line."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cruddur.bootstrap import open_application
from cruddur.cli.main import main
from cruddur.config import Settings
from cruddur.identity.find_user import find_user, find_user_by_handle

ISSUER = "https://id.example/realms/all"
Cruddur = Callable[..., Result]


@pytest.fixture
def cruddur(tmp_path: Path) -> Cruddur:
    known = [{"name": "work", "issuer": ISSUER, "client_id": "chat"}]
    (tmp_path / "issuers.json").write_text(json.dumps(known))
    environment = {
        "CRUDDUR_DATA": str(tmp_path),
        "CRUDDUR_OIDC_FILE": str(tmp_path / "issuers.json"),
        "CRUDDUR_AUDIT_DAYS": "1",
    }

    def run(*words: str, answers: str = "") -> Result:
        return CliRunner().invoke(main, words, input=answers, env=environment)

    for handle in ("andrew", "bayko"):
        assert run("users", "add", handle, answers="correct horse battery\n").exit_code == 0
    return run


def logins(folder: Path, handle: str) -> tuple[str, ...]:
    async def read() -> tuple[str, ...]:
        async with open_application(Settings(data=folder)) as application:
            found = await find_user_by_handle(application.identity, handle)
            return (await find_user(application.identity, found.user_uuid)).logins or ()

    return asyncio.run(read())


def test_a_person_is_linked_and_unlinked(cruddur: Cruddur, tmp_path: Path) -> None:
    said = cruddur("users", "link", "@andrew", ISSUER, "42").stdout
    assert said == f"@andrew (andrew) can sign in by {ISSUER}\n"
    assert "already" in cruddur("users", "link", "andrew", "work", "42").stdout
    assert logins(tmp_path, "andrew") == (f"{ISSUER}#42",)
    taken = cruddur("users", "link", "@bayko", "work", "42")
    assert (taken.exit_code, "@andrew" in taken.stderr) == (1, True)
    assert cruddur("users", "unlink", "@andrew", "work", "42").exit_code == 0
    assert logins(tmp_path, "andrew") == ()
    audit = cruddur("audit").stdout
    assert '"linked"' in audit
    assert '"unlinked"' in audit


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("@zoe", ISSUER, "42"), 1, "nobody with this handle"),
        (("@andrew", f"{ISSUER}/", "42"), 1, "none of the issuers"),
        (("@andrew", ISSUER), 2, "HANDLE ISSUER SUBJECT"),
        ((), 2, "HANDLE ISSUER SUBJECT"),
        (("@andrew", "--csv", "-"), 2, "HANDLE ISSUER SUBJECT"),
    ],
)
def test_what_cannot_be_linked_is_said(
    cruddur: Cruddur, words: tuple[str, ...], status: int, said: str
) -> None:
    result = cruddur("users", "link", *words)
    assert result.exit_code == status
    assert said in " ".join(result.stderr.split())


def test_a_file_links_whom_it_can_and_names_each_fault(cruddur: Cruddur, tmp_path: Path) -> None:
    lines = ["handle,issuer,subject", f"@andrew,{ISSUER},42", "", f"zoe,{ISSUER},43"]
    lines += [f"bayko,{ISSUER}", f"bayko,{ISSUER},42", 'bayko,work,"4,4"', "bayko,https://x,45"]
    first = cruddur("users", "link", "--csv", "-", answers="\ufeff" + "\n".join(lines))
    assert first.exit_code == 1
    assert first.stdout == "2 linked, 0 were linked before, 4 have a fault\n"
    for number, fault in ((4, "nobody"), (5, "2 columns"), (6, "@andrew"), (8, "none of the")):
        assert any(
            f"line {number}: " in said and fault in said for said in first.stderr.split("\n")
        )
    assert logins(tmp_path, "bayko") == (f"{ISSUER}#4,4",)
    again = cruddur("users", "link", "--csv", "-", answers="\n".join(lines))
    assert again.stdout == "0 linked, 2 were linked before, 4 have a fault\n"


def test_a_file_of_many_is_linked_whole(cruddur: Cruddur, tmp_path: Path) -> None:
    lines = [f"{'andrew' if n % 2 else 'bayko'},work,{n}" for n in range(32)]
    linked = cruddur("users", "link", "--csv", "-", answers="\n".join(lines))
    assert linked.stdout == "32 linked, 0 were linked before, 0 have a fault\n"
    assert len(logins(tmp_path, "andrew")) == 16
