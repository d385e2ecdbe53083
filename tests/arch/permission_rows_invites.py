"""Rows of the permission matrix for invites to bill, and the things that their addresses name."""

from datetime import timedelta

from tallystick.core import clock
from tallystick.periods.invite_links import answer_path
from tallystick.periods.invites import send_invites
from tallystick.periods.models import Invite, InviteAnswer, InviteType
from tests import factories as make
from tests.arch.permission_world import (
    ANYBODY,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    NOT_TAKEN,
    PROJECT_ADMIN,
    Row,
    World,
)

INVITES: dict[str, Row] = {
    # Whoever holds the link answers in the name of the person it was mailed to
    "invite-answer": (ANYBODY, ANYBODY),
    "claim-invites": (NOT_TAKEN, PROJECT_ADMIN),
    "month-invites": (NOT_TAKEN, PROJECT_ADMIN),
    "month-reminders": (NOT_TAKEN, PROJECT_ADMIN),
    "month-signatures": (NOT_TAKEN, PROJECT_ADMIN),
    "contract-invite": (NOT_TAKEN, CONTRACT_ADMIN),
    "contract-invite-answer": (NOT_TAKEN, CONTRACT_READER),
}


def add_invites(world: World) -> None:
    """Add the link of an invite that is open today to ``world.ids``; its project is one that no reader is on."""
    project = make.make_project()
    today = clock.today_in(project.time_zone)
    period = make.open_period_of(
        project, today - timedelta(days=10), today + timedelta(days=20), today + timedelta(days=10)
    )
    contract = make.make_contract(project)
    contact = make.make_claim_contact(contract)
    send_invites(make.OPERATOR, period, [contract], InviteType.ALL)
    path = answer_path(Invite.objects.get(contract=contract), contact, InviteAnswer.DECLINED)
    world.ids["invite_token"] = path.rsplit("/", 1)[-1]
