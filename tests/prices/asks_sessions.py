"""What sessions cost: a minute, an hour, and their end."""

from tests.prices.patterns import Stage, asks, cost_of

from cruddur.identity.change_password import change_password
from cruddur.identity.context import IdentityContext
from cruddur.identity.end_session import end_session
from cruddur.identity.list_sessions import list_sessions
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.identity.open_session import open_session
from cruddur.identity.reset_password import reset_password
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import sign_in
from cruddur.identity.tokens import verify_token
from cruddur.ports.metering import Units, measured

SESSIONS = 10
PASSWORD = "correct horse"
DEVICE, ADDRESS = "Samsung Internet on Android", "2001:db8:1234:5678::/64"


def elsewhere(stage: Stage) -> IdentityContext:
    """A process that remembers nothing."""
    cost = stage.identity.password_cost
    return IdentityContext(stage.table, stage.identity.secret, stage.clock, password_cost=cost)


async def opened(stage: Stage) -> str:
    return (await open_session(stage.identity, stage.me.user_uuid, DEVICE, ADDRESS))[1]


@asks("check a session, once a minute")
async def check(stage: Stage, pattern: str) -> Units:
    token = await opened(stage)
    units = await cost_of(pattern, verify_token(elsewhere(stage), token))
    warm = elsewhere(stage)
    await verify_token(warm, token)
    with measured() as within_the_minute:
        await verify_token(warm, token)
    assert within_the_minute == Units()
    return units


@asks("note that a session is used, once an hour")
async def note(stage: Stage, pattern: str) -> Units:
    token = await opened(stage)
    stage.clock.turn(hours=1)
    with measured() as both:
        await verify_token(elsewhere(stage), token)
    checked = await cost_of("check_session", verify_token(elsewhere(stage), token))
    assert checked.write == 0
    return Units(both.table_read - checked.table_read, 0, both.table_write, both.index_write)


@asks("list one's ten sessions")
async def list_(stage: Stage, pattern: str) -> Units:
    for session in await list_sessions(stage.identity, stage.other.user_uuid):
        await end_session(stage.identity, stage.other.user_uuid, session.session_id)
    for _ in range(SESSIONS):
        await open_session(stage.identity, stage.other.user_uuid, DEVICE, ADDRESS)
    return await cost_of(pattern, list_sessions(stage.identity, stage.other.user_uuid))


@asks("end a session")
async def end(stage: Stage, pattern: str) -> Units:
    session = await verify_token(stage.identity, await opened(stage))
    ended = end_session(stage.identity, session.user_uuid, session.token_id)
    return await cost_of(pattern, ended)


@asks("sign in from a known address")
async def sign_in_again(stage: Stage, pattern: str) -> Units:
    handle, password = stage.people[2].handle, PASSWORD
    await set_password(stage.identity, handle, password)
    await sign_in(stage.identity, handle, password, address=ADDRESS, device=DEVICE)
    again = sign_in(elsewhere(stage), handle, password, address=ADDRESS, device=DEVICE)
    with measured() as units:
        await again
    return units


@asks("change one's password, with another session open")
async def change(stage: Stage, pattern: str) -> Units:
    user = stage.people[3]
    await set_password(stage.identity, user.handle, PASSWORD)
    tokens = [
        (await open_session(stage.identity, user.user_uuid, DEVICE, ADDRESS))[1] for _ in range(2)
    ]
    session = await verify_token(stage.identity, tokens[0])
    with measured() as units:
        await change_password(stage.identity, user, session, PASSWORD, f"{PASSWORD} 2")
    return units


@asks("make a link for another password")
async def make_link(stage: Stage, pattern: str) -> Units:
    with measured() as units:
        await make_reset_token(elsewhere(stage), stage.people[4].handle)
    return units


@asks("set another password by a link, with a session open")
async def use_link(stage: Stage, pattern: str) -> Units:
    user = stage.people[4]
    await set_password(stage.identity, user.handle, PASSWORD)
    await open_session(stage.identity, user.user_uuid, DEVICE, ADDRESS)
    token = (await make_reset_token(stage.identity, user.handle)).token
    with measured() as units:
        await reset_password(elsewhere(stage), token, f"{PASSWORD} 2")
    return units
