"""People with a confirmed address get a mail about each change of what lets them in."""

from typing import get_args

import pytest
from tests.mail_server import Mailbox, plain
from tests.unit.test_emails import confirmed, identity, mailbox, mails, maya

from cruddur.domain.model import User
from cruddur.domain.waiting_mail import FactorMail
from cruddur.identity.mail_context import MailContext
from cruddur.identity.send_mails import send_mails
from cruddur.identity.tell_of_factor import tell_of_factor

__all__ = ["identity", "mailbox", "mails", "maya"]

ADDRESS = "maya@example.com"


@pytest.mark.parametrize("kind", get_args(FactorMail))
async def test_each_change_of_the_ways_in_is_told(
    mails: MailContext, mailbox: Mailbox, maya: User, kind: FactorMail
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    await tell_of_factor(mails.identity, maya.user_uuid, kind)
    await send_mails(mails)
    mail = mailbox.wait()
    assert mail["To"] == ADDRESS
    assert "@maya at https://chat.example.com" in plain(mail)
    assert "If it was not you" in plain(mail)
    assert "http://evil" not in plain(mail)
