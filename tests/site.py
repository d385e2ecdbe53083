"""A small believable project, and the addresses of every page that it has: for tests that look at all pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from tallystick.access.entry import entry_path
from tallystick.access.levels import Level, Tool
from tallystick.claims.creation import create_claim
from tallystick.claims.models import Claim, CustomField
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.sub_sov import DetailInput, breakdown_of, save_breakdown, use_breakdown
from tallystick.core import clock
from tallystick.directory.actions import change_project
from tallystick.directory.insurance import Policy, add_insurance
from tallystick.directory.models import Account, Insurance, Person, Project
from tallystick.notifications.actions import Recipient, notify, suppress_address
from tallystick.notifications.distribution import add_to_distribution
from tallystick.notifications.models import Message
from tallystick.periods.invite_links import answer_path
from tallystick.periods.invites import send_invites
from tallystick.periods.models import BillingPeriod, Invite, InviteAnswer, InviteType
from tallystick.sheets.book import Book, Sheet
from tallystick.web.models import HeldSheet
from tests import factories as make

TRADES = (
    ("Apex Concrete", "Structural concrete works"),
    ("Ironbark Steel", "Structural steel supply and erection"),
    ("Cooper Electrical", "Electrical services installation"),
)


def _break_down(contract: make.Contract) -> None:
    """The first line in two parts, the second one short of something, the third not begun."""
    use_breakdown(make.OPERATOR, contract, True)
    first, second, _ = (part.line.pk for part in breakdown_of(contract))
    details = {
        first: [DetailInput("Conduits, levels 1 to 6", 20_000_00), DetailInput("Levels 7 to 12", 30_000_00)],
        second: [DetailInput("Switchboards", 12_500_00)],
    }
    save_breakdown(make.OPERATOR, contract, details)


def _messages(contact: Person) -> Message:
    """One that tells the contact of a backup, and an address that takes no mail."""
    suppress_address(contact.account, "gone@ironbark.example", "550 5.1.1 No such user here")
    (message,) = notify(
        "backup.ready",
        account=contact.account,
        to=[Recipient.of_person(contact)],
        key="backup:0",
        thread="backup:0",
        path="/backups/0/file",
        values={
            "count": 3,
            "project": "NB-014 Harbour Tower",
            "pages": "412 pages",
            "file": "Backup.pdf",
            "until": "21 Apr 2026",
        },
    )
    return message


def _invited(account: Account) -> tuple[Invite, Person]:
    """On another project, whose period is open today: a contract that was invited, and its contact."""
    project = make.make_project(account, "NB-015", "Riverside Tower", invite_message="Please be early.")
    today = clock.today_in(project.time_zone)
    start, end, due = (today + timedelta(days=days) for days in (-10, 20, 10))
    period = make.open_period_of(project, start, end, due)
    contract = make.make_contract(project, make.make_company(account, "Harris Glazing"), title="Glazing")
    contact = make.make_claim_contact(contract, "Gus Glazier")
    send_invites(make.OPERATOR, period, [contract], InviteType.ALL)
    return Invite.objects.select_related("contract").get(contract=contract), contact


@dataclass
class Site:
    """The project, its people and what its pages are about."""

    account: Account
    project: Project
    contract: make.Contract
    by_unit: make.Contract
    broken_down: make.Contract
    head_contract: make.Contract
    variation: make.Variation
    draft_variation: make.Variation
    period: BillingPeriod
    claim: Claim
    insurance: Insurance
    own_field: CustomField
    boss: Person
    admin: Person
    contact: Person
    message: Message
    invite: Invite
    invited: Person

    @classmethod
    def create(cls) -> Site:
        """Three subcontracts by amount, one by quantity, a head contract, variations, periods and people."""
        account = make.make_account("Northbuild Constructions")
        project = make.make_project(account, "NB-014", "Harbour Tower")
        contracts = [
            make.make_contract(
                project,
                make.make_company(account, name, trade="Structure", tax_number="53 004 085 616"),
                title=title,
                is_private=number == 0,
            )
            for number, (name, title) in enumerate(TRADES)
        ]
        first = contracts[0]
        contact = make.make_claim_contact(first, "Carl Contact")
        make.make_claim_contact(first, "Stan Standard", level=Level.STANDARD)
        approved = make.make_variation(first)
        draft = make.make_variation(
            first, [("Omit topping slab", -3_200_00)], title="Omit topping", status=make.VariationStatus.DRAFT
        )
        by_unit = make.make_contract(
            project,
            title="Bulk excavation",
            accounting_method="unit",
            lines=[
                make.LineInput("Dig in rock", quantity=12_500_0000, unit="m³", unit_price=18_5000),
                make.LineInput("Cart away", quantity=12_500_0000, unit="m³", unit_price=42_0875),
            ],
        )
        head = make.make_head_contract(project)
        make.open_period_of(project, date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 25))
        period = make.open_period_of(project)
        claim = create_claim(make.OPERATOR, contracts[1], period)
        move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
        _break_down(contracts[2])
        change_project(
            (None, "Operator"), project, required_papers=["Statutory declaration"], jurisdiction="au-nsw"
        )
        boss = make.make_account_admin(account, "Bea Boss")
        admin = make.make_member(project, Level.ADMIN, name="Ann Admin")
        add_to_distribution(make.OPERATOR, project, admin)
        account.required_insurance = ["public_liability", "workers_compensation"]
        account.save(update_fields=["required_insurance"])
        insured = add_insurance(
            (None, "Operator"),
            first.company,
            Policy(
                "public_liability",
                insurer="Meridian Mutual",
                policy_number="PL-20418",
                limit=20_000_000_00,
                effective_on=date(2025, 7, 1),
                expires_on=date(2026, 6, 30),
            ),
        )
        own_field = make.make_claim_field(account, "Site order", "choice", choices=["Issued", "Waited for"])
        invite, invited = _invited(account)
        return cls(
            account=account,
            project=project,
            contract=first,
            by_unit=by_unit,
            broken_down=contracts[2],
            head_contract=head,
            variation=approved,
            draft_variation=draft,
            period=period,
            claim=claim,
            insurance=insured,
            own_field=own_field,
            boss=boss,
            admin=admin,
            contact=contact,
            message=_messages(contact),
            invite=invite,
            invited=invited,
        )

    def pages(self) -> dict[str, str]:
        """Every page that an administrator of the account can open: name → address."""
        account, project, contract = self.account.pk, self.project.pk, self.contract.pk
        claim = self.claim.pk
        plain = {
            name: reverse(name, args=arguments)
            for name, arguments in (
                ("home", []),
                ("my-contracts", []),
                ("preferences", []),
                ("own-sign-in", []),
                ("proof", []),
                ("runs", []),
                ("account-settings", [account]),
                ("outbox", [account]),
                ("docusign", [account]),
                ("account-seal", [account]),
                ("message", [self.message.pk]),
                ("project-notifications", [project]),
                ("project-new", [account]),
                ("companies", [account]),
                ("company-new", [account]),
                ("company", [self.contract.company_id]),
                ("company-facts", [self.contract.company_id]),
                ("person-new", [self.contract.company_id]),
                ("company-history", [self.contract.company_id]),
                ("directory-people", [account]),
                ("person", [self.contact.pk]),
                ("person-facts", [self.contact.pk]),
                ("person-company", [self.contact.pk]),
                ("person-deactivation", [self.contact.pk]),
                ("insurances", [account]),
                ("insurance-new", [self.contract.company_id]),
                ("insurance", [self.insurance.pk]),
                ("project", [project]),
                ("project-settings", [project]),
                ("project-claiming", [project]),
                ("project-checks", [project]),
                ("project-contracts", [project]),
                ("project-papers", [project]),
                ("project-signing", [project]),
                ("project-law", [project]),
                ("project-settings-history", [project]),
                ("account-claiming", [account]),
                ("account-beginnings", [account]),
                ("project-fields", [project]),
                ("account-fields", [account]),
                ("claim-field-new", [account]),
                ("claim-field", [self.own_field.pk]),
                ("account-sign-in", [account]),
                ("account-settings-history", [account]),
                ("periods", [project]),
                ("period-new", [project]),
                ("period-schedule", [project]),
                ("period", [self.period.pk]),
                ("commitments", [project]),
                ("commitment-new", [project]),
                ("head-contracts", [project]),
                ("head-contract-new", [project]),
                ("contract", [contract]),
                ("contract-edit", [contract]),
                ("contract-settings", [contract]),
                ("contract-history", [contract]),
                ("contract-people", [contract]),
                ("sov", [contract]),
                ("sov-edit", [contract]),
                ("sov-headings", [contract]),
                ("sub-sov", [contract]),
                ("variations", [contract]),
                ("variation-new", [contract]),
                ("variation", [self.variation.pk]),
                ("variation-edit", [self.draft_variation.pk]),
                ("claims", [project]),
                ("claim-new", [project]),
                ("backups", [project]),
                ("claim", [claim]),
                ("claim-summary", [claim]),
                ("claim-papers", [claim]),
                ("claim-history", [claim]),
                ("claim-review", [claim]),
                ("claim-comparison", [claim]),
                ("claim-as-at", [claim]),
                ("claim-details", [claim]),
                ("claim-payment-schedule", [claim]),
                ("project-retention", [project]),
                ("project-retention-statement", [project]),
                ("claim-retention", [claim]),
                ("claim-payments", [claim]),
                ("contract-retention", [contract]),
                ("contract-retention-statement", [contract]),
                ("contract-retention-preview", [contract]),
                ("contract-payments", [contract]),
                ("project-people", [project]),
                ("member-new", [project]),
                ("member-access", [project, self.contact.pk]),
                ("member-levels", [project, self.contact.pk]),
                ("member-removal", [project, self.contact.pk]),
                ("my-access", [project]),
                ("account-access", [account]),
                ("templates", [account]),
                ("template-new", [account]),
                ("template", [make.make_template(self.account, {Tool.COMMITMENTS: Level.READ_ONLY}).pk]),
                ("claim-contact-new", [contract]),
            )
        }
        return plain | {
            "breakdown-in-use": reverse("sub-sov", args=[self.broken_down.pk]),
            "by-unit-sov": reverse("sov", args=[self.by_unit.pk]),
            "draft-variation": reverse("variation", args=[self.draft_variation.pk]),
            "by-unit-sov-edit": reverse("sov-edit", args=[self.by_unit.pk]),
            "contract-with-claim": reverse("contract", args=[self.claim.contract_id]),
            "schedule-of-weeks": reverse("period-schedule", args=[project])
            + "?frequency=weekly&starts_on=2026-03-02&weekday=0&due_offset=3",
            "schedule-that-does-not-work": reverse("period-schedule", args=[project])
            + "?frequency=monthly&starts_on=2026-04-01&start_day=10&end_day=31&due_day=5&due_month=0",
            "claims-of-all-periods": reverse("claims", args=[project]) + "?period=all",
            "claims-of-nothing": reverse("claims", args=[project]) + "?q=nothing+like+this",
            "insurance-missing": reverse("insurances", args=[account]) + "?show=missing",
            "people-of-a-company": reverse("directory-people", args=[account])
            + f"?company={self.contract.company_id}&show=all",
            "entry": entry_path(self.contact.login, reverse("claim", args=[claim]))
            if self.contact.login
            else "",
            "invite-answer": answer_path(self.invite, self.invited, InviteAnswer.ACCEPTED),
            "invited-contract": reverse("contract", args=[self.invite.contract_id]),
            "claims-invited": reverse("claims", args=[self.invite.contract.project_id]),
            "head-contract": reverse("contract", args=[self.head_contract.pk]),
            **self.sheet_pages(),
        }

    def sheet_pages(self) -> dict[str, str]:
        """Spreadsheets that the account's administrator uploaded and looks at: good ones, and one with mistakes."""
        head = ["Item", "Description", "Amount", "This period"]
        good = [
            head,
            ["", "Structure"],
            ["1", "Footings", "50000", "1200"],
            ["2", "Slab on ground", "30000", ""],
        ]
        wrong = [*good, ["3", "Columns", "TBA", "x"], ["", "Total", "99", ""]]
        pages = {}
        for name, purpose, subject in (
            ("sov-import", "sov", self.contract.pk),
            ("claim-fill", "claim", self.claim.pk),
        ):
            pages[name] = reverse(name, args=[subject])
            for kind, rows in (("good", good), ("wrong", wrong)):
                held = HeldSheet.objects.create(
                    account=self.account,
                    login=self.boss.login,
                    purpose=purpose,
                    subject_id=subject,
                    name="schedule.xlsx",
                    book=Book(
                        "", (Sheet("", [[f"t{c}" if c else "" for c in row] for row in rows]),)
                    ).packed(),
                )
                pages[f"{name}-{kind}"] = reverse(f"{name}-check", args=[subject, held.pk])
        return pages
