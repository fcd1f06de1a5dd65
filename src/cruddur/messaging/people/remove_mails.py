"""Remove what mail knows of an erased person: their addresses, and mails that wait."""

from collections.abc import Set as AbstractSet

from cruddur.domain.erasure import Erasure
from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Item
from cruddur.domain.model import fold
from cruddur.messaging.context import MessagingContext
from cruddur.ports.paging import all_items
from cruddur.ports.table import Delete, Equals, Query
from cruddur.schema import keys
from cruddur.schema.digest_items import digest_key
from cruddur.schema.email_items import OWNER_SK, addresses_in, email_key, keys_of_address
from cruddur.schema.mail_items import MAIL_PK

_PAGE = 100


async def remove_mails(messaging: MessagingContext, erasure: Erasure) -> None:
    """Removes all of it but the item beside the profile. It may be done again any time.

    Raises TableUnavailable.
    """
    await messaging.table.delete(Delete(digest_key(erasure.user_uuid)))
    email = await messaging.table.get(email_key(erasure.user_uuid), consistent=True)
    addresses = addresses_in(email) if email else []
    for address in addresses:
        await _remove_address(messaging, erasure.user_uuid, address)
    handles = [erasure.handle, f"@{erasure.handle}"] if erasure.handle else []
    names = {fold(one) for one in (*addresses, *handles)}
    query = Query(MAIL_PK, limit=_PAGE, consistent=True)
    for mail in await all_items(messaging.table, query):
        if _is_about(mail, erasure.user_uuid, names):
            await messaging.table.delete(Delete(keys.key_of(mail)))


async def _remove_address(messaging: MessagingContext, user_uuid: str, address: str) -> None:
    for key in keys_of_address(address):
        is_theirs = [Equals("user_uuid", user_uuid)] if key.sk == OWNER_SK else []
        try:
            await messaging.table.delete(Delete(key, is_theirs))
        except ConditionFailed:  # it waited here, and is confirmed by another account, or by none
            continue


def _is_about(mail: Item, user_uuid: str, names: AbstractSet[str]) -> bool:
    """Whether a mail is for the person, by uuid or by what somebody typed."""
    return mail.get("user_uuid") == user_uuid or fold(str(mail.get("who", ""))) in names
