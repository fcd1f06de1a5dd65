"""What it costs to keep a page open."""

from tests.prices.asks_sessions import elsewhere, opened
from tests.prices.patterns import Stage, asks, cost_of

from cruddur.identity.check_open_stream import check_token
from cruddur.identity.tokens import verify_token
from cruddur.ports.metering import Units


@asks("keep a page open an hour")
async def keep_open(stage: Stage, pattern: str) -> Units:
    """One question an hour, where events of other processes arrive: see SessionChecks."""
    session = await verify_token(elsewhere(stage), await opened(stage))
    return await cost_of(pattern, check_token(elsewhere(stage), session))
