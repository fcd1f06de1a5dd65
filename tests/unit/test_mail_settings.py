"""Where mails go and come from is said by settings; a wrong one stops the start with one line."""

from pathlib import Path

import pytest

from cruddur.bootstrap import open_application
from cruddur.bootstrap.mail import sender_of
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.engines.mail.server import MailServer, server_of
from cruddur.engines.mail.smtp import Sender

SECRET = "s3cret"
WRONG_URLS = (
    "mail.example.com",
    "http://mail.example.com",
    "smtp://",
    "smtps://mail.example.com:0",
    "smtps://mail.example.com:x",
    "smtps://mail.example.com/path",
    "smtps://mail.example.com?tls=never",
    "smtp://mail.example.com?tls=sometimes",
    "smtp://mail.example.com?tls=never&x=y",
    "smtps://mail.example.com#x",
    "smtps://mäil.example.com",
    f"smtps://:{SECRET}@mail.example.com",
    "smtps://user@mail.example.com",
    f"smtps://user:{SECRET}/x@mail.example.com",
    f"smtps://user:{SECRET}%0a@mail.example.com",
    f"smtp://user:{SECRET}@mail.example.com?tls=never",
)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://mail.example.com", MailServer("mail.example.com", 465, "at once")),
        ("smtp://mail.example.com", MailServer("mail.example.com", 587, "starttls")),
        ("smtp://mail.example.com:25?tls=never", MailServer("mail.example.com", 25, "never")),
        ("smtp://localhost:25", MailServer("localhost", 25, "never")),
        ("smtp://[::1]:25", MailServer("::1", 25, "never")),
        ("smtp://localhost:25?tls=always", MailServer("localhost", 25, "starttls")),
        (
            "smtps://AKIA:a%2Fb%2B%40@mail.example.com:2465/",
            MailServer("mail.example.com", 2465, "at once", "AKIA", "a/b+@"),
        ),
    ],
)
def test_a_url_names_a_server(url: str, server: MailServer) -> None:
    assert tuple(server_of(url)) == tuple(server)
    assert "a/b" not in repr(server_of(url))


@pytest.mark.parametrize("url", WRONG_URLS)
async def test_a_wrong_url_stops_the_start_and_is_not_repeated(tmp_path: Path, url: str) -> None:
    given = {
        "data": str(tmp_path),
        "smtp_url": url,
        "mail_from": "a@b.de",
        "public_url": "http://c.d",
    }
    with pytest.raises(WrongSetting, match=r"^CRUDDUR_SMTP_URL ") as error:
        async with open_application(load_settings(given, {})):
            pass
    assert "\n" not in str(error.value)
    assert SECRET not in str(error.value)
    assert SECRET not in repr(load_settings(given, {}))


@pytest.mark.parametrize(
    "given",
    [
        {"public_url": "https://c.de"},
        {"public_url": "https://c.de", "mail_from": "nobody"},
        {"public_url": "https://c.de", "mail_from": "a@b.de, c@d.de"},
        {"public_url": "https://c.de", "mail_from": "Chat <a@b.de"},
        {"mail_from": "Chat <a@b.de>"},
    ],
)
async def test_mails_need_a_sender_and_an_address_for_links(
    tmp_path: Path, given: dict[str, str]
) -> None:
    settings = load_settings({"data": str(tmp_path), "smtp_url": "smtp://localhost", **given}, {})
    missing = "MAIL_FROM" if "public_url" in given else "PUBLIC_URL"
    with pytest.raises(WrongSetting, match=rf"^CRUDDUR_{missing} must"):
        async with open_application(settings):
            pass


def test_a_sender_may_have_a_name() -> None:
    assert sender_of(Settings(mail_from="chat@example.com")) == Sender("", "chat@example.com")
    assert sender_of(Settings(mail_from="Chat of ü <c@d.de>")) == Sender("Chat of ü", "c@d.de")


async def test_without_a_mail_server_nothing_is_opened(tmp_path: Path) -> None:
    async with open_application(Settings(data=tmp_path)) as application:
        assert application.mails is None
