"""The pages. The server renders what they show first, and the JavaScript modules continue."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import PathParameter
from markupsafe import Markup

from cruddur.config import Settings
from cruddur.domain.errors import NOTHING_HERE, NotFound
from cruddur.domain.model import Message, MessageGroup, User, direct_group_uuid
from cruddur.domain.text import alike
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.groups.find_invite import find_invite
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.open_page import OpenConversation, open_page
from cruddur.web.api.health import Anybody
from cruddur.web.api.schemas import conversation_out, inbox_row_out, message_out, user_out
from cruddur.web.http import templates
from cruddur.web.http.auth import PUBLIC, authenticate, credentials, is_user_fresh
from cruddur.web.http.base_path import outside
from cruddur.web.http.compression import coding_for, compress_page
from cruddur.web.http.context import Caller, Context, context_of
from cruddur.web.http.path_params import GroupUuid
from cruddur.web.pages.big_emoji import is_big_emoji
from cruddur.web.pages.flowing import is_flowing
from cruddur.web.pages.formatted import formatted, is_long, mentioned_in
from cruddur.web.pages.issuer_sign_in import offered
from cruddur.web.pages.message_rows import MessageRow, days_of
from cruddur.web.pages.quotes import by_seq, quote_of
from cruddur.web.pages.reactions import chips_of


@get("/", include_in_schema=False)
async def inbox_page(request: Caller) -> Response[bytes]:
    """The inbox."""
    return await _messages_page(request)


@get("/c/{message_group_uuid:str}", include_in_schema=False)
async def conversation_page(request: Caller, message_group_uuid: GroupUuid) -> Response[bytes]:
    """The inbox and a conversation."""
    return await _messages_page(request, message_group_uuid)


# The router has no pattern for "@" and a name, so this route gets any path. Without "@" it is a 404.
@get("/{at_handle:str}", opt=PUBLIC, include_in_schema=False)
async def person_page(
    request: Caller, at_handle: Annotated[str, PathParameter(description="`@` and a handle.")]
) -> Response[bytes]:
    """The conversation with a user, or an empty one that waits for its first message."""
    if not at_handle.startswith("@"):
        raise NotFound(NOTHING_HERE, "There is no such page.")
    await authenticate(request, credentials(request.scope["headers"]))
    context = context_of(request)
    recipient = await find_user_by_handle(context.identity, at_handle)
    group_uuid = direct_group_uuid(request.user.user_uuid, recipient.user_uuid)
    with suppress(NotFound):
        await find_inbox_row(context.messaging, request.user.user_uuid, group_uuid)
        location = outside(request, f"/c/{group_uuid}")
        return Response(b"", status_code=HTTPStatus.FOUND, headers={"Location": location})
    return await _messages_page(request, recipient=_person(recipient))


@get("/sign-in", opt=PUBLIC, include_in_schema=False)
async def sign_in_page(request: Anybody) -> Response[bytes]:
    """The form to sign in."""
    sign_up = context_of(request).settings.sign_up
    return _html(request, "sign_in.html", sign_up=sign_up, **offered(request))


@get("/sign-up", opt=PUBLIC, include_in_schema=False)
async def sign_up_page(request: Anybody) -> Response[bytes]:
    """The form to create an account."""
    context = context_of(request)
    sign_up, mails = context.settings.sign_up, context.mails is not None
    page = _html(request, "sign_up.html", sign_up=sign_up, mails=mails, **offered(request))
    # An invitation's secret is in no request, and no page that follows may learn of its address.
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@get("/forgotten", opt=PUBLIC, include_in_schema=False)
async def forgotten_page(request: Anybody) -> Response[bytes]:
    """The form to ask for a link, or whom to ask for one."""
    context = context_of(request)
    mails, contact = context.mails is not None, context.settings.contact
    return _html(request, "forgotten.html", mails=mails, contact=contact)


@get("/confirm-email", opt=PUBLIC, include_in_schema=False)
async def confirm_email_page(request: Anybody) -> Response[bytes]:
    """The button that confirms an e-mail address, for somebody who has a link."""
    page = _html(request, "confirm_email.html")
    page.headers["Referrer-Policy"] = "no-referrer"  # as at /reset
    return page


@get("/join/{token:str}", include_in_schema=False)
async def join_page(
    request: Caller, token: Annotated[str, PathParameter(description="The link's.", max_length=64)]
) -> Response[bytes]:
    """The group to which a link leads, and the button that leads into it."""
    invite, group = await find_invite(context_of(request).messaging, token)
    page = _html(
        request,
        "join.html",
        token=token,
        group={"title": group.title, "emoji": group.emoji, "colour": group.colour},
        uuid=group.message_group_uuid,
        people=len(group.members),
        needs_approval=invite.needs_approval,
    )
    page.headers["Referrer-Policy"] = "no-referrer"  # people who learn the address can come in
    return page


@get("/reset", opt=PUBLIC, include_in_schema=False)
async def reset_page(request: Anybody) -> Response[bytes]:
    """The form to set a new password, for somebody who has a link."""
    page = _html(request, "reset.html")
    # The link's secret is in no request, and no page that follows may learn even of this address.
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def nothing_shown(context: Context) -> dict[str, object]:
    """Returns the context of `messages.html` without anybody's messages: a service worker's shell."""
    return {
        "me": {"uuid": "", "handle": "", "display_name": "", "picture": None},
        "inbox": [],
        "inbox_next": None,
        "group": None,
        "days": [],
        "quoted": [],
        "alike": (),
        "pictures": {},
        "older": False,
        "newer": False,
        "recipient": None,
        "now": "",
        "message_max_chars": context.messaging.message_max_chars,
        "service": _service(context.settings),
        "stream": {"page": None, "resume_at": None, "may_be_invited": True},
        "is_shell": False,
        "frames": (),
        "show": "both",
    }


def _service(settings: Settings) -> dict[str, bool | int | str | None]:
    """Returns what the dialogs depend on: see `_dialogs.html`. What is not so is left out."""
    shown = {
        "retention_days": settings.retention_days,
        "may_invite": settings.lets_members_invite,
        "keeps_erased": settings.erased_messages == "keep",
        "terms_url": settings.terms_url,
        "privacy_url": settings.privacy_url,
    }
    return {name: value for name, value in shown.items() if value}


async def _messages_page(
    request: Caller, message_group_uuid: str | None = None, **shown: object
) -> Response[bytes]:
    context, user_uuid = context_of(request), request.user.user_uuid
    # From before anything is read: what happens from now on is told by the page's event stream.
    page_id = await context.held_events.hold(user_uuid)
    opened = await open_page(context.messaging, user_uuid, message_group_uuid)
    plain: dict[str, object] = {
        **nothing_shown(context),
        "me": _person(request.user),
        "inbox": [_plain(inbox_row_out(row)) for row in opened.inbox.pinned_first()],
        "inbox_next": opened.inbox.cursor,
        "now": context.messaging.now(),
        "stream": {
            "page": page_id,
            "resume_at": opened.resume_at,
            "may_be_invited": _may_be_invited(request),
        },
    }
    if opened.conversation:
        plain |= _conversation(request, opened.conversation)
    return _html(request, "messages.html", **{**plain, **shown})


def _may_be_invited(request: Caller) -> bool:
    """Whether the page must ask for invitations: a profile that was just read says if there are none."""
    return request.user.invited_at is not None or not is_user_fresh(request)


def _conversation(request: Caller, opened: OpenConversation) -> dict[str, object]:
    row, group, first = opened.row, opened.group, opened.first
    known = by_seq(first.messages, opened.quoted)
    return {
        "group": _plain(conversation_out(row, group)),
        "days": _days(request, opened, known),
        "quoted": [_plain(message_out(message)) for message in opened.quoted],
        "pictures": {uuid: member.picture for uuid, member in group.members.items()},
        "alike": _alike(group, first.messages) if group.kind == "group" else (),
        "older": first.has_older,
        "newer": first.has_newer,
    }


def _days(
    request: Caller, opened: OpenConversation, known: Mapping[int, Message]
) -> list[dict[str, Any]]:
    me, base, group = request.user.user_uuid, outside(request, ""), opened.group
    first, new_from = opened.first, opened.row.read_seq + 1
    names = {uuid: member.display_name for uuid, member in group.members.items()}

    def html_of(message: Message) -> Markup:
        return formatted(message.message, mentioned_in(message, group, me, base))

    is_before_them = first.has_older and any(one.seq > new_from for one in first.messages[:1])
    return [
        {
            "at": day.at,
            "rows": [
                {**_message_row(row, known, names, me), "html": html_of(row.message)}
                for row in day.rows
            ],
        }
        for day in days_of(first.messages, None if is_before_them else new_from, me)
    ]


_IN_THE_ROW = frozenset({"message_group_uuid", "seq", "uuid"})
"""What the page knows of a message without being told. Nor is it told what is empty, nothing or 0: it
has these values in `PLAIN` of page.js."""


def _message_row(
    row: MessageRow, known: Mapping[int, Message], names: Mapping[str, str], me: str
) -> dict[str, Any]:
    message = _plain(message_out(row.message))
    return {
        "message": message,
        "told": {
            name: value for name, value in message.items() if name not in _IN_THE_ROW and value
        },
        "is_big": is_big_emoji(row.message.message),
        "quote": quote_of(row.message, known, me),
        "chips": chips_of(row.message, names, me),
        "is_first": row.is_first,
        "is_last": row.is_last,
        "is_first_unread": row.is_first_unread,
        "is_long": is_long(row.message.message),
        "is_flowing": is_flowing(row.message.message) and not is_long(row.message.message),
    }


def _alike(group: MessageGroup, messages: Sequence[Message]) -> set[str]:
    members = [(uuid, member.display_name) for uuid, member in group.members.items()]
    return alike([*members, *((one.user_uuid, one.user_display_name) for one in messages)])


def _person(user: User) -> dict[str, Any]:
    return _plain(user_out(user))


def _plain(content: msgspec.Struct) -> dict[str, Any]:
    """Returns plain JSON values, for `tojson` in the templates."""
    plain: dict[str, Any] = msgspec.to_builtins(content)
    return plain


def _html(request: Request[Any, Any, Any], template: str, **context: object) -> Response[bytes]:
    return page_response(request, templates.render(request, template, **context))


def page_response(request: Request[Any, Any, Any], page: bytes) -> Response[bytes]:
    """Returns the answer with a page, compressed if the browser takes that."""
    headers = {"Vary": "Accept-Encoding"}
    if coding := coding_for(request):
        page, headers["Content-Encoding"] = compress_page(page, coding), coding
    return Response(page, media_type=templates.HTML, headers=headers)
