"""What a payment schedule, payment notice or pay less notice shows, complete: frozen values, figures as stored."""

from dataclasses import dataclass
from datetime import datetime

from tallystick.documents.papers.model import PaperSize, Party, Project


@dataclass(frozen=True, slots=True)
class ScheduleWords:
    """What is written between the values, with the nouns of the dictionary; terms of law as the Act has them."""

    title: str
    """Payment schedule"""
    to: str
    """To the subcontractor"""
    issued_by: str
    """From"""
    claimed: str
    scheduled: str
    """Scheduled; in Great Britain: considered due"""
    amount: str
    """Scheduled amount"""
    claimed_amount: str
    lines: str
    """heading over the lines"""
    retention: str
    """heading over the reasons for retention beyond the rules"""


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A line: what was claimed, what is scheduled, why they differ."""

    item: str
    description: str
    claimed: int
    scheduled: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleGroup:
    """The contract's own lines (no title) or a variation's."""

    title: str
    rows: tuple[ScheduleRow, ...]


@dataclass(frozen=True, slots=True)
class ScheduleTotal:
    """A row under the lines. ``strong`` for sums."""

    label: str
    claimed: int
    scheduled: int
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ScheduleDate:
    """A date and how it was counted."""

    name: str
    day: str
    reckoning: str


@dataclass(frozen=True, slots=True)
class PaymentSchedulePaper:
    """Everything on the paper."""

    words: ScheduleWords
    size: PaperSize
    locale: str
    currency: str
    mark: str
    """A word in a frame on every page, such as Revision 1; mostly empty."""
    claim_name: str
    contract_name: str
    project: Project
    claimant: Party
    payer: Party
    business_number: str
    """What a company's number is called."""
    facts: tuple[tuple[str, str], ...]
    """Label and value: reference, period, received, Act, issued, service."""
    opening: str
    claimed_total: int
    scheduled_total: int
    groups: tuple[ScheduleGroup, ...]
    unlisted: str
    """Says how many lines have nothing in this claim; may be empty."""
    totals: tuple[ScheduleTotal, ...]
    retention_reason: str
    note: str
    dates: tuple[ScheduleDate, ...]
    guidance: str
    footer: str = ""
    created: datetime | None = None
    """For the file's properties. Aware."""
