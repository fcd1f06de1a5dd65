"""Pushes new messages to browsers whose page is closed."""

from collections.abc import Sequence
from functools import partial

from cruddur.bootstrap import Application
from cruddur.identity.secret import derivations
from cruddur.messaging.push.consumer import PUSHES
from cruddur.messaging.push.context import push_context
from cruddur.messaging.push.find_push_key import find_in_use
from cruddur.messaging.push.push_messages import push_messages
from cruddur.messaging.push.push_to_devices import push_waiting
from cruddur.messaging.push.sender import PushSender
from cruddur.ports.consumers import NamedConsumer, Wanted

NAMES = PUSHES.name


def consumers(application: Application) -> Wanted:
    """Returns the consumer, as long as there may be a device to push to."""
    identity, messaging = application.identity, application.messaging
    derive = derivations(identity.secret, identity.secret_before)
    push = push_context(messaging, application.settings, derive)
    sender = PushSender(push, application.outbound)
    named = NamedConsumer(PUSHES, partial(push_messages, sender), partial(push_waiting, sender))

    async def wanted() -> Sequence[NamedConsumer]:
        if not push.is_on or (await find_in_use(push)).until < messaging.clock().timestamp():
            return []
        return [named]

    return wanted
