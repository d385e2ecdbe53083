"""A project with claims in three months, for the tests of the dashboard; sums are easy to add in one's head."""

from datetime import UTC, date, datetime, timedelta

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.payments.actions import Confirmed, record_payment
from tests import factories as make

S = ClaimStatus
OPERATOR = make.OPERATOR


def month(number: int) -> tuple[date, date, date]:
    """First, last and due day of a month of 2026: the due day is the 25th."""
    first = date(2026, number, 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1), first.replace(day=25)


def a_claim(contract, period, amount=10_000_00, status=S.DRAFT, *, by=OPERATOR, materials=0):
    """A claim for ``amount`` of work on the first line, taken to the status."""
    claim = create_claim(by, contract, period, in_spite_of_unfinished=True)
    edit = EntryEdit(
        lines_of(claim)[0].pk, work=amount, **({"materials_new": materials} if materials else {})
    )
    claim = save_entries(by, claim, [edit]).claim
    if status is not S.DRAFT:
        claim = move_claim(by, claim, S.UNDER_REVIEW)
    if status not in (S.DRAFT, S.UNDER_REVIEW):
        claim = move_claim(by, claim, status, reason="Please look at it again.")
    return claim


class Job:
    """January and February are certified, March is open: two contracts with 5 % retention and 10 % GST.

    SC-1 claims 10,000.00 each month, SC-2 20,000.00; what is due of 10,000.00 is 9,500.00 and 950.00 of GST.
    """

    def __init__(self, **settings):
        self.project = make.make_project(accept_late_claims=True, **settings)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))
        account = self.project.account
        self.first = make.make_contract(
            self.project, make.make_company(account, "Apex Concrete"), number="SC-1"
        )
        self.second = make.make_contract(
            self.project, make.make_company(account, "Ironbark Steel"), number="SC-2"
        )
        self.periods = []
        for number in (1, 2, 3):
            with clock.at(datetime(2026, number, 10, tzinfo=UTC)):
                self.periods.append(make.open_period_of(self.project, *month(number)))
                status = S.UNDER_REVIEW if number == 3 else S.APPROVED
                a_claim(self.first, self.periods[-1], 10_000_00, status)
                a_claim(self.second, self.periods[-1], 20_000_00, status)

    def claim(self, contract, number) -> Claim:
        return Claim.objects.get(contract=contract, number=number)

    def pay(self, contract, number, amount):
        """Pay on a claim; number 0 is on account."""
        claim = self.claim(contract, number) if number else None
        return record_payment(
            self.admin,
            contract,
            amount=amount,
            claim=claim,
            paid_on=date(2026, 3, 2),
            confirmed=Confirmed(overpayment=True),
        )


__all__ = ["CERTIFIED", "Job", "S", "a_claim", "month"]
