"""`cruddur tokens mint`: a token at a terminal."""

import re
from pathlib import Path

import jwt
import pytest
from click.testing import CliRunner, Result

from cruddur.cli.main import main
from cruddur.identity.token_claims import key_id


@pytest.fixture
def cruddur(tmp_path: Path) -> object:
    def run(*words: str, answers: str = "") -> Result:
        environment = {"CRUDDUR_DATA": str(tmp_path), "CRUDDUR_AUDIENCE": "chat"}
        return CliRunner().invoke(main, words, input=answers, env=environment)

    assert run("users", "add", "andrew", answers="correct horse\n").exit_code == 0
    return run


def test_a_token_is_printed(cruddur: object, tmp_path: Path) -> None:
    made = cruddur("tokens", "mint", "@andrew", "--ttl", "15m")  # type: ignore[operator]
    secret = (tmp_path / "secret").read_bytes()
    token = made.stdout.strip()
    claims = jwt.decode(token, secret, algorithms=["HS256"], audience="chat")
    assert claims["exp"] - claims["iat"] == 900
    assert key_id(secret) in made.stderr
    assert jwt.get_unverified_header(token)["kid"] == key_id(secret)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("@zoe",), "There is nobody with this handle."),
        (("ext:42",), "There is nobody with this id here yet."),
        (("@andrew", "--ttl", "31d"), "a token lasts 30 days at most"),
        (("@andrew", "--ttl", "5"), "--ttl takes a number and s, m, h or d"),
        (("@andrew", "--ttl", "0s"), "--ttl takes a number and s, m, h or d"),
    ],
)
def test_what_cannot_be_minted_is_said(cruddur: object, words: tuple[str, ...], said: str) -> None:
    result = cruddur("tokens", "mint", *words)  # type: ignore[operator]
    assert result.exit_code == 1
    assert said in re.sub(r"\s+", " ", result.stderr)
