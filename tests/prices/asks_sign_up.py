"""What invitations to make an account cost."""

from tests.prices.patterns import Stage, asks, cost_of

from cruddur.domain.sign_up_invites import OPEN_INVITES_MAX
from cruddur.identity.find_sign_up_invite import find_sign_up_invite
from cruddur.identity.list_sign_up_invites import list_sign_up_invites
from cruddur.identity.make_sign_up_invite import SignUpInviteMade, make_sign_up_invite
from cruddur.identity.revoke_sign_up_invite import revoke_sign_up_invite
from cruddur.identity.sign_up_by_invite import sign_up_by_invite
from cruddur.ports.metering import Units


async def _made(stage: Stage) -> SignUpInviteMade:
    return await make_sign_up_invite(stage.identity, stage.me.user_uuid, uses=1, days=7)


async def _end_all(stage: Stage) -> None:
    for one in await list_sign_up_invites(stage.identity, stage.me.user_uuid):
        await revoke_sign_up_invite(stage.identity, one.made_by, one.invite_id)


@asks("invite somebody to make an account")
async def make(stage: Stage, pattern: str) -> Units:
    units = await cost_of(pattern, _made(stage))
    await _end_all(stage)
    return units


@asks("look at an invitation to make an account")
async def look(stage: Stage, pattern: str) -> Units:
    token = (await _made(stage)).token
    units = await cost_of(pattern, find_sign_up_invite(stage.identity, token))
    await _end_all(stage)
    return units


@asks("make an account by a member's invitation")
async def use(stage: Stage, pattern: str) -> Units:
    token = (await _made(stage)).token
    made = sign_up_by_invite(stage.identity, token, "noa", "Noa Lindqvist", "correct horse")
    return await cost_of(pattern, made)


@asks("list the ten invitations of a person")
async def list_ten(stage: Stage, pattern: str) -> Units:
    for _ in range(OPEN_INVITES_MAX):
        await _made(stage)
    units = await cost_of(pattern, list_sign_up_invites(stage.identity, stage.me.user_uuid))
    await _end_all(stage)
    return units


@asks("end an invitation")
async def end(stage: Stage, pattern: str) -> Units:
    invite = (await _made(stage)).invite
    ending = revoke_sign_up_invite(stage.identity, invite.made_by, invite.invite_id)
    return await cost_of(pattern, ending)
