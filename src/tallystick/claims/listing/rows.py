"""What the list of claims is made of: its rows, sums, counters and choices, as values.

Amounts are minor units. A row stands for a claim, or for a contract that has none in the chosen period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tallystick.claims.states import CERTIFIED, ClaimStatus, ListState, PaymentState, SignatureState
from tallystick.contracts.states import ContractKind
from tallystick.terms import text

WAITING = "waiting"
"""The filter "waiting for you"; every other state filter is a status or a ``ListState``."""

LATE = "late"
"""The filter for late ones: claims that came late, and contracts whose claim is due and has not come."""

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What the list is narrowed to. Empty means all.

    ``state`` is a status (``under_review``), a ``ListState``, or ``WAITING``; ``late`` narrows further, and so does
    ``payment``, a ``PaymentState`` of certified claims, and ``signature``, a ``SignatureState`` of theirs.
    """

    state: str = ""
    company: int = 0
    late: bool = False
    payment: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums in one currency. ``due`` and ``tax`` are those of certified claims: money that has to be paid, of which
    ``paid`` has been; both with tax leave ``outstanding``."""

    currency: str
    claims: int = 0
    contracts_without: int = 0
    certified_claims: int = 0
    claimed: int = 0
    assessed: int = 0
    certified: int = 0
    retention: int = 0
    due: int = 0
    tax: int = 0
    paid: int = 0

    @property
    def outstanding(self) -> int:
        """Still to pay, with tax."""
        return self.due + self.tax - self.paid


@dataclass(frozen=True, slots=True)
class Counter:
    """How many rows are in a state; the state is a filter's value."""

    state: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period that can be chosen for the list."""

    id: int
    start: date
    end: date
    due: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class ClaimListRow:
    """One row. Without a claim ``claim_id``, ``number`` and all amounts are ``None``.

    ``claimed`` and ``certified`` are work and new materials of the period before retention; ``retention`` is
    what is retained this period less what is released; ``due`` is line 8, once certified. ``paid``, ``outstanding``
    (both with tax) and the ``payment`` state are a certified claim's, ``None`` and empty before; so are ``signature``,
    a ``SignatureState``, and the latest request for signatures, by its state and key.

    The invite to bill is the contract's for the chosen period. ``is_over`` (its due day is), ``wants_breakdown`` (one
    has to be approved first) and ``holds_retention`` say what invites it can be sent.
    """

    contract_id: int
    contract_number: str
    contract_title: str
    contract_kind: ContractKind
    company: str
    currency: str
    state: str
    claim_id: int | None = None
    number: int | None = None
    revision: int = 0
    reference: str = ""
    has_period: bool = True
    is_late: bool = False
    is_waiting: bool = False
    has_contact: bool = True
    claimed: int | None = None
    certified: int | None = None
    retention: int | None = None
    due: int | None = None
    paid: int | None = None
    outstanding: int | None = None
    payment: str = ""
    period_start: date | None = None
    period_end: date | None = None
    signature: str = ""
    envelope_state: str = ""
    envelope_key: UUID | None = None
    papers: int = 0
    changed: datetime | None = None
    invite_type: str = ""
    invited_at: datetime | None = None
    invited_by: str = ""
    times_invited: int = 0
    answered_at: datetime | None = None
    answered_by: str = ""
    is_over: bool = False
    wants_breakdown: bool = False
    holds_retention: bool = False

    @property
    def label(self) -> str:
        """The state in words."""
        return state_label(self.state)

    @property
    def payment_label(self) -> str:
        """Unpaid, partly paid, paid or overpaid; nothing before it is certified."""
        return str(PaymentState(self.payment).label) if self.payment else ""

    @property
    def is_signed(self) -> bool:
        """Whether a signed version of this revision is there."""
        return self.signature == SignatureState.SIGNED

    @property
    def is_certified(self) -> bool:
        """Whether the claim's figures are final."""
        return self.state in CERTIFIED

    @property
    def key(self) -> str:
        """What tells this row from every other one of the list."""
        return f"claim-{self.claim_id}" if self.claim_id else f"contract-{self.contract_id}"


@dataclass(frozen=True, slots=True)
class ClaimsPage:
    """One page of the list and everything around it.

    ``figures`` are the period's whatever the filter; ``totals`` those of what is filtered, on all pages; the
    project's currency comes first in both. ``retention_held`` is held to date by the latest certified claim of
    every contract, by currency.
    """

    period: PeriodChoice | None
    periods: tuple[PeriodChoice, ...]
    counters: tuple[Counter, ...]
    payments: tuple[Counter, ...]
    signatures: tuple[Counter, ...]
    figures: tuple[Figures, ...]
    retention_held: int
    totals: tuple[Figures, ...]
    companies: tuple[tuple[int, str], ...]
    rows: tuple[ClaimListRow, ...]
    matching: int
    everything: int
    page: int
    pages: int
    sort: str
    is_admin: bool
    claims_on_project: bool = field(default=True)

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return (self.page - 1) * PAGE_SIZE + len(self.rows)


def state_label(state: str) -> str:
    """A state of a row in the words in force: a status, or why there is no claim."""
    if state in ClaimStatus.values:
        return str(ClaimStatus(state).label)
    return {
        ListState.NO_CONTACTS.value: text("No {claim_contacts}"),
        ListState.SSOV_NOT_APPROVED.value: text("{Ssov:short} not approved"),
        ListState.NOT_INVITED.value: "Not invited",
        ListState.INVITED.value: "Invited",
        ListState.ACCEPTED.value: "Accepted",
        ListState.DECLINED.value: "Declined",
        ListState.NOT_CLAIMED.value: text("Not {bill:past}"),
        LATE: "Late",
        WAITING: "Waiting for you",
    }[state]
