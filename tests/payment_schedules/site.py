"""A claim that arrived in Sydney on Tuesday 24 March 2026 and was cut on one line."""

from datetime import UTC, date, datetime

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.directory.actions import change_project
from tallystick.payment_schedules.actions import issue_payment_schedule
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tests import factories as make

RECEIVED = datetime(2026, 3, 23, 22, 30, tzinfo=UTC)
"""Half past nine in the morning of 24 March in Sydney."""
LATER = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)

LINES = [
    make.LineInput("Footings", 50_000_00, item_number="1"),
    make.LineInput("Slab on ground", 30_000_00, item_number="2"),
    make.LineInput("Columns", 20_000_00, item_number="3"),
]


class Site:
    """A project in a place of the table, its administrator, and a claim contact on one contract."""

    def __init__(self, jurisdiction: str = "au-nsw", *, project: dict | None = None, **contract) -> None:
        self.project = make.make_project(**(project or {}))
        if jurisdiction:
            self.project = change_project((None, "Operator"), self.project, jurisdiction=jurisdiction)
        self.period = make.open_period_of(self.project)
        self.admin = make.make_member(self.project, Level.ADMIN, name="Ana Ferreira")
        self.actor = make.actor_of(self.admin)
        self.contract = make.make_contract(
            self.project,
            **{"lines": LINES, "contract_date": date(2025, 7, 1), "number": "SC-012", **contract},
        )
        self.contact = make.make_claim_contact(self.contract, "Carl Contact")

    def submitted(self, amounts=(10_000_00, 6_000_00, 0)) -> Claim:
        """A claim of $16,000.00, received on 24 March 2026."""
        with clock.at(RECEIVED):
            claim = create_claim(self.actor, self.contract, self.period)
            edits = [
                EntryEdit(line.pk, work=amount)
                for line, amount in zip(lines_of(claim), amounts, strict=True)
                if amount
            ]
            claim = save_entries(self.actor, claim, edits).claim
            return move_claim(self.actor, claim, ClaimStatus.UNDER_REVIEW)

    def cut(self, claim: Claim, at: int = 1, to: int = 4_500_00, reason: str = "") -> Claim:
        """The reviewer assesses less on a line, with or without saying why."""
        line = lines_of(claim)[at]
        edit = EntryEdit(line.pk, work=to, review_reason=reason) if reason else EntryEdit(line.pk, work=to)
        return save_entries(self.actor, claim, [edit]).claim

    def issue(self, claim: Claim, kind: PaperKind = PaperKind.PAYMENT_SCHEDULE, **more) -> PaymentSchedule:
        """Issue the answer by e-mail."""
        return issue_payment_schedule(
            self.actor,
            claim,
            kind,
            **{"service_method": ServiceMethod.EMAIL, "served_to": "accounts@apex.example", **more},
        )
