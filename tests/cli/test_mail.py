"""`cruddur mail` tries the server, and says in one line why it takes nothing."""

from pathlib import Path

from click.testing import CliRunner, Result
from tests.mail_server import Mailbox, mail_server_beside

from cruddur.cli.main import main


def call(folder: Path, url: str | None, *words: str) -> Result:
    environ = {
        "CRUDDUR_DATA": str(folder),
        "CRUDDUR_SMTP_URL": url,
        "CRUDDUR_MAIL_FROM": "Chat <chat@example.com>",
        "CRUDDUR_PUBLIC_URL": "https://chat.example.com",
    }
    runner = CliRunner(env=environ)
    runner.invoke(main, ["users", "add", "maya", "--password", "correct horse"])
    return runner.invoke(main, ["mail", *words])


def test_a_mail_is_sent_at_once(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with mail_server_beside(mailbox) as port:
        result = call(tmp_path, f"smtp://localhost:{port}", "test", "ada@example.com")
    assert (result.exit_code, result.output) == (0, "the mail server has taken the mail\n")
    assert mailbox.wait()["X-To"] == "ada@example.com"


def test_a_server_that_is_away_is_said_in_one_line(tmp_path: Path) -> None:
    result = call(tmp_path, "smtp://localhost:1", "test", "ada@example.com")
    assert result.exit_code == 1
    assert result.output.startswith("cruddur: the mail server cannot be reached: ")
    assert result.output.count("\n") == 1


def test_no_server_and_no_address_are_named(tmp_path: Path) -> None:
    assert "CRUDDUR_SMTP_URL is not set" in call(tmp_path, None, "test", "a@b.de").output
    wrong = call(tmp_path, "smtp://localhost:1", "test", "ada")
    assert "This is no e-mail address." in wrong.output


def test_what_waits_is_counted(tmp_path: Path) -> None:
    assert call(tmp_path, None, "waiting").output == "0 mails wait\n"
