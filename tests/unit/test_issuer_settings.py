"""Issuers as the settings describe them: one from the environment, others from a file, none half."""

import json
from pathlib import Path
from typing import Any

import pytest

from cruddur.bootstrap.issuers import FILE_MAX_BYTES, issuers_of
from cruddur.config import WrongSetting, load_settings

ISSUER = "https://id.example.com/realms/all"
ONE = {"name": "staff", "issuer": ISSUER, "client_id": "chat"}


def settings_with(**changed: str) -> Any:
    return load_settings({}, {f"CRUDDUR_OIDC_{name}": value for name, value in changed.items()})


def test_without_settings_there_is_none() -> None:
    assert issuers_of(settings_with()) == []


def test_one_is_in_the_environment() -> None:
    given = settings_with(
        ISSUER=ISSUER, CLIENT_ID="chat", CLIENT_SECRET="s3cret", AUDIENCES="a, b", PROVISION="off"
    )
    (issuer,) = issuers_of(given)
    assert (issuer.name, issuer.label) == ("sso", "Continue with id.example.com")
    assert issuer.discovery_url == f"{ISSUER}/.well-known/openid-configuration"
    assert (issuer.audiences, issuer.provisions) == (("a", "b"), False)
    assert "s3cret" not in f"{given!r}{issuer!r}"


def test_others_are_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "issuers.json"
    other = {"name": "shop", "issuer": "https://shop.example/", "client_id": "7", "label": "Shop"}
    file.write_text(json.dumps([ONE, other]))
    found = issuers_of(settings_with(FILE=str(file), ISSUER="http://127.0.0.1:9", CLIENT_ID="x"))
    assert [issuer.name for issuer in found] == ["sso", "staff", "shop"]
    assert found[2].discovery_url == "https://shop.example/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ISSUER": ISSUER}, "needs CRUDDUR_OIDC_CLIENT_ID"),
        ({"CLIENT_ID": "chat"}, "needs CRUDDUR_OIDC_ISSUER"),
        ({"ISSUER": "http://id.example.com"}, "no https address"),
        ({"ISSUER": "id.example.com"}, "no https address"),
        ({"ISSUER": f"{ISSUER}?a=b"}, "no https address"),
        ({"ISSUER": f"{ISSUER}#a"}, "no https address"),
        ({"ISSUER": "https://user:pass@id.example.com"}, "no https address"),
        ({"DISCOVERY_URL": "http://id.example.com/x"}, "no https address"),
        ({"SCOPES": "profile"}, "openid among them"),
        ({"SCOPES": "openid  profile"}, "openid among them"),
        ({"SCOPES": 'openid "'}, "openid among them"),
        ({"LABEL": "x" * 61}, "at most 60"),
        ({"FILE": "/nowhere/at/all"}, "CRUDDUR_OIDC_FILE cannot be"),
    ],
)
def test_a_wrong_one_stops_the_start(changed: dict[str, str], said: str) -> None:
    whole = {} if changed.keys() & {"CLIENT_ID"} else {"ISSUER": ISSUER}
    if changed != {"ISSUER": ISSUER}:
        whole |= {} if changed.keys() & {"CLIENT_ID"} else {"CLIENT_ID": "chat"}
    with pytest.raises(WrongSetting, match=said):
        issuers_of(settings_with(**{**whole, **changed}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "no list of issuers"),
        ("[" * 100_000, "no list of issuers"),
        (b"\xff", "no list of issuers"),
        (" " * (FILE_MAX_BYTES + 1), "bytes"),
        ([{**ONE, "client_secret": 7}], "client_secret"),
        ([{**ONE, "secret": "s3cret"}], "secret"),
        ([{**ONE, "name": "A b"}], "small letters"),
        ([{**ONE, "provision": True}], "provision"),
        ([ONE, {**ONE, "issuer": "https://other.example"}], "the name 'staff'"),
        ([ONE, {**ONE, "name": "other"}], "the url"),
    ],
)
def test_a_wrong_file_is_said_without_its_secrets(
    tmp_path: Path, content: object, said: str
) -> None:
    file = tmp_path / "issuers.json"
    text = content if isinstance(content, str) else json.dumps(content, default=str)
    file.write_bytes(content if isinstance(content, bytes) else text.encode())
    with pytest.raises(WrongSetting, match=said) as wrong:
        issuers_of(settings_with(FILE=str(file)))
    assert "s3cret" not in str(wrong.value)
    assert "\n" not in str(wrong.value)
