"""Find what a person has chosen, their devices, and their sessions: all in one question."""

from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import keys, push_keys
from cruddur.schema.push_items import PersonalPush, personal_push


@access_pattern("find_personal_push")
async def find_personal_push(
    messaging: MessagingContext, user_uuid: str, *, consistent: bool = False
) -> PersonalPush:
    """Returns what the table has, also devices whose session has ended. Raises TableUnavailable."""
    lies_between = Range(at_least=push_keys.CHOICES_SK, at_most=push_keys.LAST_SESSION_SK)
    query = Query(keys.user_key(user_uuid).pk, lies_between, consistent=consistent)
    return personal_push(user_uuid, await all_items(messaging.table, query))
