"""The texts of mails: plain, and the same as simple HTML.

A display name is in none of them. Somebody who sets another person's address would write to that person
by it; a handle has letters, digits and a few signs only.
"""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from cruddur.domain.digest import Digest
from cruddur.domain.model import User
from cruddur.domain.waiting_mail import ToldMail

_IF_NOT_YOU = (
    "If it was not you, somebody else can sign in as you: tell the people who run the service."
)


class MailText(NamedTuple):
    """What a mail says: a subject of one line, paragraphs, and a link with the words on it.

    Paragraphs have an empty line between them; `after` are those that follow the link. `stop_link` ends
    mails of this kind.
    """

    subject: str
    before: str
    link: str = ""
    link_words: str = ""
    after: str = ""
    stop_link: str = ""

    def __repr__(self) -> str:
        return f"MailText({self.subject!r})"

    @property
    def text(self) -> str:
        """The mail as plain text. The link stands on a line of its own, so that nothing breaks it."""
        stop = f"Stop these mails: {self.stop_link}" if self.stop_link else ""
        return "\n\n".join(filter(None, [self.before, self.link, self.after, stop])) + "\n"

    @property
    def headers(self) -> dict[str, str]:
        """The headers by which mailboxes offer to stop these mails (RFC 2369, RFC 8058)."""
        if not self.stop_link:
            return {}
        one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return {"List-Unsubscribe": f"<{self.stop_link}>", **one_click}

    @property
    def html(self) -> str:
        """The mail as HTML without any style, picture or address but that of the link."""
        link = f'<p><a href="{escape(self.link)}">{escape(self.link_words)}</a></p>'
        stop = f'<p><a href="{escape(self.stop_link)}">Stop these mails</a></p>'
        parts = [_as_html(self.before), link if self.link else "", _as_html(self.after)]
        parts.append(stop if self.stop_link else "")
        body = "\n".join(filter(None, parts))
        return f'<!doctype html>\n<html lang="en"><body>\n{body}\n</body></html>\n'


def _as_html(paragraphs: str) -> str:
    parts = filter(None, paragraphs.split("\n\n"))
    return "\n".join(f"<p>{escape(one)}</p>".replace("\n", "<br>") for one in parts)


def confirm_address(user: User, place: str, link: str) -> MailText:
    """Asks the reader of an address whether it is theirs."""
    return MailText(
        "Confirm your e-mail address",
        f"Somebody who is signed in as @{user.handle} at {place} has given this as their e-mail "
        "address. If it was you, confirm it within a day:",
        link,
        "Confirm this address",
        "If it was not you, do nothing: without the link the address does not count.",
    )


def password_forgotten(user: User, place: str, link: str) -> MailText:
    """Brings the link by which a person sets another password."""
    return MailText(
        "Set a new password",
        f"Somebody has asked for a new password for @{user.handle} at {place}. If it was you, set it "
        "within an hour. The link works once:",
        link,
        "Set a new password",
        "If it was not you, do nothing: your password stays as it is. Give the link to nobody, since it "
        "lets its bearer sign in as you.",
    )


_TOLD: Mapping[ToldMail, tuple[str, str]] = {
    "address_changed": (
        "Your e-mail address was changed",
        "has another e-mail address now, and this one no longer counts",
    ),
    "address_removed": (
        "Your e-mail address was removed",
        "has no e-mail address any more: this one was removed",
    ),
    "password_changed": (
        "Your password was changed",
        "has another password, and all other devices are signed out",
    ),
    "passkey_added": (
        "A passkey was added",
        "has a new passkey, which signs in without the password",
    ),
    "passkey_removed": (
        "A passkey was removed",
        "has one passkey less, and all other devices are signed out",
    ),
    "second_factor_on": (
        "Your password alone opens nothing now",
        "is asked for a passkey besides the password from now on, and has new recovery codes",
    ),
    "second_factor_off": (
        "Your password alone is enough again",
        "is no longer asked for a passkey besides the password",
    ),
    "recovery_code_used": (
        "A recovery code was used",
        "has just signed in with a recovery code in place of a passkey",
    ),
}


def told(kind: ToldMail, user: User, place: str) -> MailText:
    """Tells a person what was done with their account."""
    subject, what = _TOLD[kind]
    return MailText(subject, f"@{user.handle} at {place} {what}.\n\n{_IF_NOT_YOU}")


def digest(found: Digest, place: str, stop_link: str) -> MailText:
    """Tells of what stayed unread: whose conversations, how many messages, and none of their texts."""
    lines = "\n".join(f"{one.unread} from {one.name}" for one in found.conversations)
    messages = "1 unread message" if found.unread == 1 else f"{found.unread} unread messages"
    return MailText(
        f"You have {messages}",
        f"This is waiting for you:\n\n{lines}",
        f"{place}/",
        "Open your messages",
        "",
        stop_link,
    )


def trial_mail(place: str) -> MailText:
    """Shows the operator that mails arrive."""
    return MailText(
        "Mails of your service arrive",
        f"This is what {place} sends when its operator asks for it: the settings for mail are right.",
    )
