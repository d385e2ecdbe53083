"""What the claim's paper shows, complete: frozen values, every figure already computed and stored.

Amounts are minor units, percentages basis points, quantities and unit prices ten-thousandths (``core.money``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tallystick.terms.dictionary import Dictionary

PaperSize = Literal["A4", "Letter"]


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """The nouns of the dictionary in force (R-TERMS), as inside a sentence; names of taxes as they are written."""

    form: str
    """application and certificate for payment"""
    sheet: str
    """continuation sheet"""
    claim: str
    """progress claim"""
    contract: str
    """subcontract, purchase order or head contract: of this claim"""
    claimant: str
    """subcontractor: who claims"""
    certifier: str
    """superintendent: who certifies"""
    variations: str
    retention: str
    stored_materials: str
    billing_period: str
    tax: str
    """GST"""
    business_number: str
    """ABN"""

    @classmethod
    def of(
        cls, dictionary: Dictionary, *, contract: str = "subcontract", claimant: str = "subcontractor"
    ) -> "ClaimWords":
        """The words of a dictionary; ``contract`` and ``claimant`` are the concepts that this claim is about."""
        return cls(
            form=dictionary("claim_form"),
            sheet=dictionary("continuation_sheet"),
            claim=dictionary("claim"),
            contract=dictionary(contract),
            claimant=dictionary(claimant),
            certifier=dictionary("certifier"),
            variations=dictionary.plural("variation"),
            retention=dictionary("retention"),
            stored_materials=dictionary("stored_materials"),
            billing_period=dictionary("billing_period"),
            tax=dictionary("tax"),
            business_number=dictionary("business_number"),
        )


@dataclass(frozen=True, slots=True)
class Project:
    number: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A company as the paper names it. ``contact`` may have several lines."""

    name: str
    business_number: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Lines 1 to 9 (domain §16.2), then tax; the percentages of 5a and 5b are shown where they are known."""

    original_sum: int
    net_variations: int
    sum_to_date: int
    completed_to_date: int
    work_retention: int
    materials_retention: int
    total_retention: int
    earned_less_retention: int
    previous_certificates: int
    payment_due: int
    balance_to_finish: int
    work_retention_bp: int | None = None
    materials_retention_bp: int | None = None
    tax: int | None = None
    """None where the contract has no tax: then neither tax row is shown."""
    payment_due_with_tax: int | None = None
    tax_bp: int | None = None


@dataclass(frozen=True, slots=True)
class VariationBox:
    """Deductions are negative amounts, as they are stored."""

    additions_previous: int = 0
    deductions_previous: int = 0
    additions_this: int = 0
    deductions_this: int = 0
    additions: int = 0
    deductions: int = 0
    net: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the schedule of values. The figures are the certified ones where there are such."""

    item: str
    description: str
    scheduled_value: int
    previous: int
    this_period: int
    materials_stored: int
    total: int
    percent_bp: int | None
    balance: int
    retention_held: int
    retention_released: int = 0
    cost_code: str = ""
    unit: str = ""
    quantity: int | None = None
    """With ``unit`` and ``unit_price`` on contracts by unit price, else None."""
    unit_price: int | None = None
    quantity_previous: int | None = None
    quantity_this: int | None = None
    quantity_total: int | None = None
    claimed: int | None = None
    """What was claimed for this period, work and materials, where the reviewer came to something else."""
    accepted: int | None = None
    """What was proposed, assessed or certified in its place, on the same basis; ``this_period`` where None."""
    reason: str = ""
    """What the reviewer says of the line, unless that stands in the table of differences."""
    comment: str = ""
    """What the claimant says of it."""


@dataclass(frozen=True, slots=True)
class LineTotals:
    """A subtotal or the grand total."""

    scheduled_value: int
    previous: int
    this_period: int
    materials_stored: int
    total: int
    percent_bp: int | None
    balance: int
    retention_held: int
    retention_released: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the schedule that was broken down (R-SSOV): the heading of its details, which alone are billed."""

    first: int
    """Which of the group's lines is its first detail."""
    count: int
    """How many of them are its details."""
    item: str
    description: str
    totals: LineTotals
    cost_code: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The contract's own lines, or those of one variation."""

    title: str
    lines: tuple[Line, ...]
    totals: LineTotals
    parts: tuple[Part, ...] = ()


Compared = Literal["proposed", "assessed", "certified"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A line on which claimant and reviewer differ: work and materials of this period. None is not there yet."""

    item: str
    description: str
    claimed: int
    proposed: int | None = None
    assessed: int | None = None
    certified: int | None = None
    difference: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Differences:
    """Claimed, assessed and certified side by side. ``others`` are the lines that don't differ, ``total`` is all."""

    compared: Compared
    lines: tuple[Difference, ...]
    others: Difference
    total: Difference


@dataclass(frozen=True, slots=True)
class VariationRow:
    """One variation as this claim carries it."""

    number: str
    title: str
    approved_on: date | None
    amount: int
    this_period: int
    to_date: int


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """What is held, on work or on stored materials: before + moved + this period − released = held."""

    before: int
    this_period: int
    released: int
    moved: int
    held: int


@dataclass(frozen=True, slots=True)
class Retention:
    """The retention of this claim."""

    work: RetentionRow
    materials: RetentionRow
    total: RetentionRow


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid on a certified claim, tax included."""

    due: int
    paid: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign. What is empty gets a line to write on."""

    name: str = ""
    signed: str = ""
    """How it was signed electronically, in words; empty leaves room for a pen."""
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class SignSpot:
    """Where a drawn paper has its line to sign: the page from 0, and a rectangle in points from the page's lower left
    corner, standing on the line."""

    page_index: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SignPlace:
    """One who signs a copy that goes to a provider of signatures, and the texts by which it finds the place of each
    field. They are drawn in white, so that the paper looks as ever."""

    name: str
    email: str
    signature: str
    name_anchor: str
    date: str


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper attached to the claim; ``note`` is what ingest made of it ("3 pages, repaired")."""

    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClaimPaper:
    """Everything that the application and certificate with its continuation sheets shows."""

    words: ClaimWords
    size: PaperSize
    locale: str
    currency: str
    project: Project
    claimant: Party
    recipient: Party
    """Whom the claim is made to; certifies it."""
    contract_number: str
    contract_title: str
    contract_date: date | None
    claim_number: int
    revision: int
    reference: str
    """The claimant's own number."""
    period_start: date
    period_end: date
    due_date: date | None
    billing_date: date
    status: str
    is_certified: bool
    certified_on: date | None
    summary: Summary
    variations: VariationBox
    claimed_this_period: int
    """Work and new materials as claimed, before retention."""
    certified_this_period: int | None
    """The same as certified; None before."""
    groups: tuple[Group, ...]
    totals: LineTotals
    claimant_signature: Signature = Signature()
    certifier_signature: Signature = Signature()
    attachments: tuple[ListedPaper, ...] = ()
    comment: str = ""
    footer: str = ""
    claim_type: str = ""
    """What the claim bills, in words."""
    submitted_on: date | None = None
    assessed_this_period: int | None = None
    """As ``claimed_this_period``; None while nobody has assessed it."""
    differences: Differences | None = None
    shows_claimed: bool = True
    """Whether claimed amounts stand beside what was assessed or certified, as the project has it (domain §12)."""
    more: tuple[tuple[str, str], ...] = ()
    """The account's own fields: label and value in words."""
    variation_rows: tuple[VariationRow, ...] = ()
    retention: Retention | None = None
    paid: Paid | None = None
    """None before the claim is certified, and while nothing was paid."""
    as_at: date | None = None
    """Set where the paper shows an earlier day's claim: it says so on every page, and is no certificate."""
    created: datetime | None = None
    """For the file's properties; left out of them when None. Aware."""
