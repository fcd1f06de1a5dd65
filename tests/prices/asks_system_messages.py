"""What a line of the service costs: what any message costs."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.messages.tell_conversation import tell_conversation
from cruddur.ports.metering import Units


@asks("send a message of the service")
async def tell(stage: Stage, pattern: str) -> Units:
    cold = beside(stage.messaging)
    telling = tell_conversation(cold, stage.group, stage.text(), display_name="The shop")
    return await cost_of(pattern, telling)
