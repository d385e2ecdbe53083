"""A claim contact with contracts in every state, on projects of two accounts, for tests of their own view.

The clock is the caller's: periods are those of March 2026, and claims are made before their due day.
"""

from __future__ import annotations

from datetime import date

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.review.marking import Mark, mark_lines
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.directory.models import Account, Person, Project
from tallystick.mine.groups import Group
from tallystick.periods.invites import send_invites
from tallystick.periods.models import BillingPeriod, InviteType
from tests import factories as make


class Firm:
    """A subcontractor's person in the directory of one account, and what is let to their company there."""

    def __init__(self, account: Account, email: str, name: str = "Dana Reyes", firm: str = "Apex Concrete"):
        self.account = account
        self.company = make.make_company(account, firm)
        self.person = make.make_person(self.company, name, email=email)

    def contract(
        self, project: Project, number: str = "", title: str = "Concrete works", **facts: object
    ) -> make.Contract:
        """A contract of the firm's on which the person claims, with Read Only."""
        level = facts.pop("level", Level.READ_ONLY)
        contract = make.make_contract(
            project, self.company, number=number, title=title, currency=project.currency, **facts
        )
        make.make_member(project, person=self.person, commitments=level)
        make.contracts.add_claim_contact(make.OPERATOR, contract, self.person)
        return contract


def claim_of(
    contract: make.Contract, period: BillingPeriod, *amounts: int, by: Person | None = None
) -> Claim:
    """A draft with these amounts of work on its lines, minor units."""
    actor = make.actor_of(by) if by else make.OPERATOR
    claim = create_claim(actor, contract, period)
    edits = [EntryEdit(line.pk, work=amount) for line, amount in zip(lines_of(claim), amounts, strict=False)]
    save_entries(actor, claim, edits)
    return Claim.objects.get(pk=claim.pk)


def certified(contract: make.Contract, period: BillingPeriod, *amounts: int) -> Claim:
    """A claim that was submitted and approved as it was made."""
    claim = move_claim(make.OPERATOR, claim_of(contract, period, *amounts), ClaimStatus.UNDER_REVIEW)
    return move_claim(make.OPERATOR, claim, ClaimStatus.APPROVED)


def sent_back(
    contract: make.Contract, period: BillingPeriod, *amounts: int, reason: str = "Not poured yet", to: int = 0
) -> Claim:
    """A claim whose first line came back rejected with a reason, ``to`` proposed."""
    claim = move_claim(make.OPERATOR, claim_of(contract, period, *amounts), ClaimStatus.UNDER_REVIEW)
    mark = Mark(lines_of(claim)[0].pk, LineReview.REJECTED, reason, work=to)
    mark_lines(make.OPERATOR, claim, [mark])
    return move_claim(
        make.OPERATOR, claim, ClaimStatus.REVISE_AND_RESUBMIT, reason="See the line that is marked."
    )


def put_in(group: Group, contract: make.Contract, period: BillingPeriod) -> None:
    """Take the contract to where the group finds it."""
    match group:
        case Group.ASKED:
            send_invites(make.OPERATOR, period, [contract], InviteType.ALL)
        case Group.DRAFT:
            claim_of(contract, period, 12_000_00)
        case Group.SENT_BACK:
            sent_back(contract, period, 12_000_00, 3_000_00, to=8_000_00)
        case Group.REVIEW:
            move_claim(make.OPERATOR, claim_of(contract, period, 12_000_00), ClaimStatus.UNDER_REVIEW)
        case Group.CERTIFIED:
            certified(contract, period, 12_000_00)
        case Group.QUIET:
            make.contracts.move_contract(make.OPERATOR, contract, make.ContractStatus.COMPLETE)
        case Group.TO_CLAIM:
            pass


def march_of(project: Project, due: date = date(2026, 3, 25)) -> BillingPeriod:
    """The project's open period."""
    return make.open_period_of(project, due=due)
