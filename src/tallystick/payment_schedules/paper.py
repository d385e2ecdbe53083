"""From an answer's figures and dates to the paper that shows them. Words are the project's; nothing is computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tallystick.claims.facts import facts_in_force
from tallystick.claims.models import Claim
from tallystick.contracts.states import ContractKind
from tallystick.core.dates import format_date, format_instant, format_range
from tallystick.core.money import format_money, format_percent
from tallystick.core.text import plural
from tallystick.documents import papers
from tallystick.documents.words import dictionary_of, paper_size
from tallystick.jurisdictions import Deadlines
from tallystick.jurisdictions.telling import cites, guidance, name_of, reckoning
from tallystick.payment_schedules.calc import Figures, ScheduleLine
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tallystick.terms import current, text

_CONTRACT_WORDS = {
    ContractKind.SUBCONTRACT: ("subcontract", "subcontractor"),
    ContractKind.PURCHASE_ORDER: ("purchase_order", "contract_company"),
    ContractKind.HEAD_CONTRACT: ("head_contract", "general_contractor"),
}
_DUE_KINDS = frozenset({PaperKind.PAYMENT_NOTICE, PaperKind.PAY_LESS_NOTICE})
"""Where the law speaks of a sum considered due, and not of a scheduled amount."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the columns and sums are called on screens and papers."""

    claimed: str
    scheduled: str
    amount: str
    claimed_amount: str


def labels_of(kind: PaperKind) -> Labels:
    """The words for the two sides, by the law's own term."""
    due = kind in _DUE_KINDS
    return Labels(
        claimed="Applied for" if due else "Claimed",
        scheduled="Considered due" if due else "Scheduled",
        amount="Sum considered due" if due else "Scheduled amount",
        claimed_amount="Sum applied for" if due else "Claimed amount",
    )


def paper_of(
    schedule: PaymentSchedule, claim: Claim, law: Deadlines, figures: Figures
) -> papers.PaymentSchedulePaper:
    """The paper of an answer that is about to be issued. To be called with the project's words in force."""
    project = claim.contract.project
    dictionary = dictionary_of(project)
    facts = facts_in_force(claim)
    kind = PaperKind(schedule.kind)
    contract, claimant = _CONTRACT_WORDS[ContractKind(facts["contract"]["kind"])]
    return papers.PaymentSchedulePaper(
        words=_words(kind, claimant),
        size=paper_size(dictionary),
        locale=project.locale,
        currency=claim.contract.currency,
        mark=f"Revision {schedule.revision}" if schedule.revision else "",
        claim_name=_claim_name(claim),
        contract_name=" · ".join(
            part
            for part in (
                f"{dictionary.cap(contract)} {facts['contract']['number']}",
                facts["contract"]["title"],
            )
            if part
        ),
        project=papers.Project(**facts["project"]),
        claimant=_party(facts["claimant"], "\n".join(one["name"] for one in facts["contacts"])),
        payer=_party(facts["payer"], ""),
        business_number=dictionary("business_number"),
        facts=_facts(schedule, claim, law),
        opening=_opening(schedule, claim, law),
        claimed_total=schedule.claimed_total,
        scheduled_total=schedule.scheduled_total,
        groups=_groups(figures),
        unlisted=_unlisted(figures),
        totals=tuple(
            papers.ScheduleTotal(row.label, row.claimed, row.scheduled, row.strong)
            for row in totals_of(schedule, claim)
        ),
        retention_reason=schedule.retention_reason,
        note=schedule.note,
        dates=tuple(
            papers.ScheduleDate(
                name_of(one, law.rule),
                format_date(one.day, project.locale) if one.day else "",
                reckoning(one, law),
            )
            for one in law.all
        ),
        guidance=guidance(),
        footer=facts["footer"],
        created=schedule.issued_at,
    )


def _words(kind: PaperKind, claimant: str) -> papers.ScheduleWords:
    labels = labels_of(kind)
    return papers.ScheduleWords(
        title=current().cap(kind.value),
        to=f"To {current()(claimant)}",
        issued_by="From",
        claimed=labels.claimed,
        scheduled=labels.scheduled,
        amount=_with_tax(labels.amount),
        claimed_amount=_with_tax(labels.claimed_amount),
        lines="Line by line, with the reasons for each difference",
        retention=text("Reason for {retention} beyond the contract’s rate"),
    )


def _with_tax(label: str) -> str:
    return text("{label}, with {tax}", label=label)


def _claim_name(claim: Claim) -> str:
    name = f"{current().cap('claim')} {claim.number}"
    return f"{name}, revision {claim.revision}" if claim.revision else name


def _party(facts: Mapping[str, Any], contact: str) -> papers.Party:
    return papers.Party(
        name=facts["name"], business_number=facts["tax_number"], address=facts["address"], contact=contact
    )


def _facts(schedule: PaymentSchedule, claim: Claim, law: Deadlines) -> tuple[tuple[str, str], ...]:
    project = claim.contract.project
    locale = project.locale
    issued = format_instant(schedule.issued_at, project.time_zone, locale, with_zone=True)
    how = ServiceMethod(schedule.service_method).label
    rows = [
        (text("{Claim} received"), format_date(schedule.received_on, locale)),
        (current().cap("billing_period"), format_range(claim.period_start, claim.period_end, locale)),
        ("Claimant’s reference", claim.reference),
        ("Act", cites(law.rule)),
        ("Issued", f"{schedule.issued_by_name}\n{issued}"),
        ("Service", f"{how}\n{schedule.served_to}"),
    ]
    return tuple((label, value) for label, value in rows if value)


def _opening(schedule: PaymentSchedule, claim: Claim, law: Deadlines) -> str:
    locale, currency = claim.contract.project.locale, claim.contract.currency
    named = {
        "paper": current()(schedule.kind),
        "claim": _claim_name(claim),
        "received": format_date(schedule.received_on, locale),
        "act": law.rule.act,
        "claimed": format_money(schedule.claimed_total, currency, locale),
        "scheduled": format_money(schedule.scheduled_total, currency, locale),
    }
    answers = "This {paper} answers {claim}, received on {received}, under the {act}. ".format(**named)
    kind = PaperKind(schedule.kind)
    if kind in _DUE_KINDS:
        return (
            answers
            + "Of {claimed} applied for, {scheduled} is considered due; the basis is below.".format(**named)
        )
    return answers + "Of {claimed} claimed, {scheduled} is scheduled to be paid.".format(**named)


def _groups(figures: Figures) -> tuple[papers.ScheduleGroup, ...]:
    shown = [line for line in figures.lines if line.is_shown]
    return tuple(
        papers.ScheduleGroup(title, tuple(_row(line) for line in lines))
        for title, lines in groupby(shown, key=lambda line: line.group)
    )


def _row(line: ScheduleLine) -> papers.ScheduleRow:
    return papers.ScheduleRow(line.item, line.description, line.claimed, line.scheduled, line.reason)


def _unlisted(figures: Figures) -> str:
    left = sum(1 for line in figures.lines if not line.is_shown)
    if not left:
        return ""
    return text(
        "{lines} of the contract {left:has|have} nothing in this {claim} and {left:is|are} not listed.",
        lines=plural(left, "other line"),
        left=left,
    )


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row under the lines, on screens and papers alike."""

    label: str
    claimed: int
    scheduled: int
    strong: bool = False

    @property
    def difference(self) -> int:
        """Claimed less scheduled."""
        return self.claimed - self.scheduled


def totals_of(schedule: PaymentSchedule, claim: Claim) -> tuple[TotalRow, ...]:
    """From the lines' sum to the total with tax; the rows of each side add up."""
    rows = [
        TotalRow(
            "Work and materials of the period", schedule.claimed_work, schedule.scheduled_work, strong=True
        ),
        TotalRow(text("Less {retention} held"), -schedule.claimed_retention, -schedule.scheduled_retention),
    ]
    if schedule.claimed_released or schedule.scheduled_released:
        rows.append(
            TotalRow(text("{Retention} released"), schedule.claimed_released, schedule.scheduled_released)
        )
    if schedule.adjustment:
        rows.append(TotalRow("Adjustment to earlier certificates", schedule.adjustment, schedule.adjustment))
    rate = format_percent(claim.contract.tax_bp)
    taxed = bool(schedule.claimed_tax or schedule.scheduled_tax or claim.contract.tax_bp)
    rows.append(
        TotalRow(
            text("Amount without {tax}") if taxed else "Amount",
            schedule.claimed_due,
            schedule.scheduled_due,
            strong=True,
        )
    )
    if taxed:
        rows.append(TotalRow(f"{text('{Tax}')}, {rate}", schedule.claimed_tax, schedule.scheduled_tax))
        rows.append(
            TotalRow(text("Amount with {tax}"), schedule.claimed_total, schedule.scheduled_total, strong=True)
        )
    return tuple(rows)
