"""March 2026 of a project with a contract in every state that the list of claims knows, on 20 March."""

from __future__ import annotations

from datetime import UTC, datetime

from tallystick.access.levels import Level
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.dashboard.acting import Shown
from tallystick.dashboard.month import Month, month_of
from tallystick.periods.invites import answer_as, send_invites
from tallystick.periods.models import InviteAnswer, InviteType
from tests import factories as make
from tests.dashboard.story import a_claim, month

COMPANIES = {
    "no_contacts": "Alone Tiling",
    "ssov_not_approved": "Broken Down Electrics",
    "not_invited": "Apex Concrete",
    "invited": "Ironbark Steel",
    "accepted": "Willing Glass",
    "declined": "Declining Demolition",
    "draft": "Drafty Doors",
    "under_review": "Waiting Waterproofing",
    "revise_and_resubmit": "Sent Back Scaffolds",
    "approved": "Certified Cranes",
    "approved_as_noted": "Noted Nails",
    "pending_owner_approval": "Owner Oak",
}


def day(number: int, hour: int = 2):
    """That day of March, at noon in Sydney."""
    return clock.at(datetime(2026, 3, number, hour, tzinfo=UTC))


class March:
    """``contracts`` by the state that each is in; every claim is for 10,000.00."""

    def __init__(self, **settings):
        with day(1):
            self.project = make.make_project(name="Harbour Tower", **settings)
            self.admin_person = make.make_member(self.project, Level.ADMIN, name="Ann Admin")
            self.admin = make.actor_of(self.admin_person)
            self.period = make.open_period_of(self.project, *month(3))
            self.contracts: dict[str, Contract] = {}
            self.contacts = {}
            for number, (state, company) in enumerate(COMPANIES.items(), 1):
                self._make(f"SC-{number:02}", state, company)
        with day(10):
            self._ask()
            self._claim()

    def _make(self, number, state, company):
        contract = make.make_contract(
            self.project,
            make.make_company(self.project.account, company),
            number=number,
            uses_sub_sov=state == "ssov_not_approved",
        )
        self.contracts[state] = contract
        if state != "no_contacts":
            self.contacts[state] = make.make_claim_contact(contract, f"{company.split()[0]} Contact")

    def _ask(self):
        for state, answer in (("invited", None), ("accepted", "accepted"), ("declined", "declined")):
            contract = self.contracts[state]
            send_invites(self.admin, self.period, [contract], InviteType.ALL)
            if answer:
                answer_as(self.contacts[state], contract, self.period, InviteAnswer(answer))

    def _claim(self):
        for status in ClaimStatus:
            a_claim(self.contracts[status.value], self.period, 10_000_00, status)

    def more(self, company: str, **facts) -> Contract:
        """One more contract that is not invited."""
        with day(2):
            contract = make.make_contract(
                self.project, make.make_company(self.project.account, company), **facts
            )
            make.make_claim_contact(contract)
        return contract

    def month(self, actor=None) -> Month:
        return month_of(actor or self.admin, self.project, self.period)

    def shown(self, state: str) -> Shown:
        """The group as a page shows it now."""
        group = self.month().group(state)
        seen = frozenset(member.contract_id for member in group.members) if group else frozenset()
        return Shown(self.period, state, seen)
