"""Whether a person wants mails of what stays unread, and the link by which they stop them.

The link's token is signed and stored nowhere, since it must work for good and for programs of mailboxes,
which sign in nowhere (RFC 8058). It can do nothing but stop these mails.
"""

import hmac
import uuid

from cruddur.domain.base64url import from_base64url, to_base64url
from cruddur.domain.digest import UNREAD_SECONDS, DigestState
from cruddur.domain.errors import ConditionFailed, Conflict, NotFound, declare_code
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_email import find_email
from cruddur.identity.secret import derived_key
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Condition, Delete, Put
from cruddur.schema.digest_items import digest_item, digest_key

_MISSING = declare_code("email_missing", "The caller has no confirmed e-mail address.")
_INVALID = declare_code("stop_link_invalid", "The link is cut off or was changed.")
_MAC_BYTES = 16
_UUID_BYTES = 16


async def wants_digests(identity: IdentityContext, user_uuid: str) -> bool:
    """Whether the person gets such mails. Raises TableUnavailable."""
    return await identity.table.get(digest_key(user_uuid), consistent=True) is not None


@access_pattern("set_digest", Ceiling("H", "turn mails of what is unread on", write=1, read=1))
async def start_digests(identity: IdentityContext, user_uuid: str) -> None:
    """Tells the person by mail of what stays unread. Raises Conflict without a confirmed address."""
    if (await find_email(identity, user_uuid)).address is None:
        raise Conflict(_MISSING, "Confirm an e-mail address first.")
    try:
        await identity.table.put(new_digest(identity, user_uuid, IF_NEW))
    except ConditionFailed:  # they are on
        return


async def stop_digests(identity: IdentityContext, user_uuid: str) -> None:
    """Ends these mails. Raises TableUnavailable."""
    await identity.table.delete(Delete(digest_key(user_uuid)))


def new_digest(identity: IdentityContext, user_uuid: str, condition: Condition = ()) -> Put:
    """Returns the write that begins with these mails, an hour from now."""
    due = int(identity.clock().timestamp()) + UNREAD_SECONDS
    state = DigestState(user_uuid=user_uuid, due_at=due)
    return Put(digest_item(state), condition)


def stop_token_of(identity: IdentityContext, user_uuid: str) -> str:
    """Returns what the link of a person ends in."""
    plain = uuid.UUID(user_uuid).bytes
    return to_base64url(plain + _mac(identity.secret, plain))


def user_of_stop_token(identity: IdentityContext, text: str) -> str:
    """Returns whose link it is. Raises NotFound for any other text."""
    try:
        token = from_base64url(text)
    except ValueError:
        token = b""
    plain, mac = token[:_UUID_BYTES], token[_UUID_BYTES:]
    known = filter(None, (identity.secret, identity.secret_before))
    if not any(hmac.compare_digest(_mac(secret, plain), mac) for secret in known):
        raise NotFound(_INVALID, "This link is not whole. Copy all of it from the mail.")
    return str(uuid.UUID(bytes=plain))


def _mac(secret: bytes, plain: bytes) -> bytes:
    return hmac.digest(derived_key(secret, "digests"), plain, "sha256")[:_MAC_BYTES]
