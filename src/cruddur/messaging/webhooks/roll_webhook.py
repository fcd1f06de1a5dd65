"""Give a webhook another secret. For a day what is sent is signed with both."""

import msgspec

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.webhook import ROLLED_SECONDS, Webhook, new_secret
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import changed_elsewhere, read_webhook
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Update
from cruddur.schema.webhook_items import webhook_key


@access_pattern("manage_webhooks", Ceiling("V", "roll a webhook's secret", write=1, read=1))
async def roll_webhook(messaging: MessagingContext, name: str) -> Webhook:
    """Returns the webhook with its new secret. Raises NotFound, Busy, TableUnavailable."""
    webhook = await read_webhook(messaging, name)
    rolled = msgspec.structs.replace(
        webhook,
        secret=new_secret(),
        secret_before=webhook.secret,
        rolled_until=int(messaging.clock().timestamp()) + ROLLED_SECONDS,
    )
    names = ("secret", "secret_before", "rolled_until")
    values = {name: getattr(rolled, name) for name in names}
    # Of two rolls at once one fails: otherwise the secret of the other would be the one before of none.
    unchanged = [Equals("secret", webhook.secret)]
    try:
        await messaging.table.update(Update(webhook_key(name), values, condition=unchanged))
    except ConditionFailed:
        raise changed_elsewhere() from None
    return rolled
