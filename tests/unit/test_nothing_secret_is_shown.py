"""No password, hash, key or token is in any `repr`, nor in what a failure leaves in the log."""

import dataclasses
import importlib
import inspect
import io
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.web.callers import open_client

import cruddur
from cruddur.bootstrap import open_application
from cruddur.config import SECRETS, Settings, WrongSetting
from cruddur.identity.tokens import issue_token
from cruddur.logs import log_json
from cruddur.ports import table as ports
from cruddur.web.app import create_app, make_context

SECRET = "a-secret-that-nobody-may-see"
HOLDS_SECRETS = {"password", "password_hash", "secret", "token"} | SECRETS
IN_PORTS = {"item", "items", "value", "values", "new", "old"}
"""Names of fields that hold them; what goes to the table and comes from it may be a login."""


def hidden_in(kind: type) -> set[str]:
    names = HOLDS_SECRETS | (IN_PORTS if kind.__module__ == ports.__name__ else set())
    return names & set(fields_of(kind))


def fields_of(kind: type) -> tuple[str, ...]:
    if dataclasses.is_dataclass(kind):
        return tuple(one.name for one in dataclasses.fields(kind))
    if issubclass(kind, msgspec.Struct):
        return kind.__struct_fields__
    return getattr(kind, "_fields", ())


def classes() -> Iterator[type]:
    for found in pkgutil.walk_packages(cruddur.__path__, "cruddur."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            for _, kind in inspect.getmembers(module, inspect.isclass):
                if kind.__module__ == module.__name__ and fields_of(kind):
                    yield kind


CLASSES = [kind for kind in classes() if hidden_in(kind)]


def test_those_that_are_known_to_hold_secrets_are_found() -> None:
    names = {kind.__qualname__ for kind in CLASSES}
    assert {"Settings", "IdentityContext", "Credentials", "NewAccount", "SignedIn", "Put"} <= names


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_no_repr_shows_a_secret(kind: Any) -> None:
    values = {name: SECRET if name in hidden_in(kind) else None for name in fields_of(kind)}
    assert SECRET not in repr(kind(**values))


async def test_no_part_of_a_running_service_shows_one(tmp_path: Path) -> None:
    url = f"valkey://:{SECRET}@127.0.0.1:1/0"
    settings = Settings(
        data=tmp_path, secret=SECRET * 2, cache="valkey", bus="valkey", valkey_url=url
    )
    async with open_application(settings) as application:
        cache: Any = application.cache
        bus: Any = application.messaging.bus
        parts = [application, application.identity, application.messaging, application.settings]
        parts += [cache, cache.store, cache.store._pool, bus, bus._transport, bus._transport._pool]
        parts += [
            application.limits,
            create_app(make_context(application.messaging, application.identity, settings)),
        ]
        shown = " ".join(map(repr, parts)) + str(application)
    assert SECRET not in shown


@pytest.mark.parametrize("password", [f"{SECRET}/x", f"{SECRET}#x", f"a:{SECRET}?x", f"[{SECRET}"])
@pytest.mark.parametrize("where", ["cache", "bus"])
async def test_an_address_that_cannot_be_read_is_not_repeated(
    tmp_path: Path, password: str, where: str
) -> None:
    settings = Settings(data=tmp_path, valkey_url=f"valkey://:{password}@127.0.0.1:6379/0")
    settings = msgspec.structs.replace(settings, **{where: "valkey"})
    with pytest.raises(WrongSetting, match="CRUDDUR_VALKEY_URL") as refused:
        async with open_application(settings):
            pass
    assert SECRET not in f"{refused.value}{refused.value.__cause__}"
    assert refused.value.__suppress_context__


async def test_a_request_that_fails_leaves_no_secret_in_the_log(tmp_path: Path) -> None:
    lines = io.StringIO()
    log_json(lines)
    async with open_application(Settings(data=tmp_path, secret=SECRET * 2)) as application:
        identity = replace(application.identity, table=Failing(application.messaging.table))
        app = create_app(make_context(application.messaging, identity, application.settings))
        who = {"handle": "andrew", "password": SECRET}
        bodies = {"/api/accounts": {**who, "display_name": "Andrew"}, "/api/sessions": who}
        async with open_client(app) as client:
            client.headers["Authorization"] = f"Bearer {issue_token(identity, SECRET)}"
            for path, body in bodies.items():
                assert (await client.post(path, json=body)).status_code == 500
            assert (await client.get("/api/me")).status_code == 500
    log_json()
    assert lines.getvalue().count("Traceback") == 3
    assert SECRET not in lines.getvalue()
    assert "argon2id" not in lines.getvalue()


class Failing:
    """A table whose every call fails, with the call in its error's text, as careless code would."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getattr__(self, name: str) -> Any:
        async def fail(*given: Any, **named: Any) -> None:
            raise RuntimeError(
                f"{name} {[one for one in given if not isinstance(one, str)]} {named}"
            )

        return fail
