"""What tests of invites begin with: a contract with its contact in an open period, and an administrator."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.periods import actions as periods
from tallystick.periods.invites import send_invites
from tallystick.periods.models import Invite, InviteAnswer, InviteType
from tests import factories as make

T, A = InviteType, InviteAnswer
OPERATOR = make.OPERATOR
EARLY = datetime(2026, 3, 10, tzinfo=UTC)
"""Two weeks before the period is due."""


class Job:
    """A contract with its contact in the open period of March, and an administrator."""

    def __init__(self, **project: Any) -> None:
        self.project = make.make_project(**project)
        self.period = make.open_period_of(self.project)
        self.contract = make.make_contract(self.project, number="SC-1")
        self.person = make.make_claim_contact(self.contract, "Carl Contact")
        self.contact = make.actor_of(self.person)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN, name="Ann Admin"))

    def invite(self, claim_type: InviteType = T.ALL) -> Invite:
        """Send the invite, by the administrator."""
        (outcome,) = send_invites(self.admin, self.period, [self.contract], claim_type)
        assert outcome.done, outcome.decision.reason
        return self.stored()

    def stored(self) -> Invite:
        """The invite as it is in the database."""
        return Invite.objects.get(contract=self.contract, period=self.period)

    def hold_retention(self) -> None:
        """An earlier claim, certified, which leaves retention on the contract."""
        february = make.open_period_of(self.project, date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 25))
        claim = create_claim(OPERATOR, self.contract, february)
        claim = save_entries(OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=10_000_00)]).claim
        move_claim(OPERATOR, move_claim(OPERATOR, claim, ClaimStatus.UNDER_REVIEW), ClaimStatus.APPROVED)
        self.period = periods.reopen_period(OPERATOR, self.period)
