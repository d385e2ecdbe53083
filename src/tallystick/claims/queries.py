"""The list of a project's claims (R-CLAIM, domain §14). The number of queries does not depend on the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, Sum

from tallystick.access.actor import Actor
from tallystick.claims.listing import query
from tallystick.claims.listing.row_states import INVITE, STATES
from tallystick.claims.listing.rows import (
    LATE,
    PAGE_SIZE,
    WAITING,
    ClaimListRow,
    ClaimsPage,
    Counter,
    Figures,
    ListFilters,
    PeriodChoice,
    state_label,
)
from tallystick.claims.states import CERTIFIED, ClaimStatus, ListState, PaymentState, SignatureState
from tallystick.contracts.states import ContractKind
from tallystick.directory.models import Company, Project
from tallystick.periods.models import BillingPeriod, PeriodStatus

__all__ = [
    "ClaimListRow",
    "ClaimsPage",
    "ListFilters",
    "claims_page",
    "matching_claims",
    "matching_contracts",
    "matching_rows",
    "periods_of",
    "state_counts",
]

_AT_ONCE = 500

_NO_CLAIM = frozenset(ListState.values)


def claims_page(
    actor: Actor,
    project: Project,
    *,
    period: BillingPeriod | None,
    filters: ListFilters | None = None,
    sort: str = query.DEFAULT_SORT,
    search: str = "",
    page: int = 1,
) -> ClaimsPage:
    """One page of the project's claims as the actor may see them.

    Of ``period`` with the contracts that have no claim in it; with ``None`` the claims of all periods. A sort
    or page that does not exist becomes the nearest one that does.
    """
    filters = filters or ListFilters()
    to = query.narrowing(actor, project, period, filters, search)
    sort = sort if sort.removeprefix("-") in query.SORTS else query.DEFAULT_SORT
    admin, waiting = not to.mine_only, to.waiting
    rows = query.rows_of(actor, project, period)

    groups = _groups(query.narrowed(rows, to, by_state=False))
    whole = _groups(rows) if search.split() or filters.company else groups
    left = [group for group in groups if _is_left(group, filters, waiting, admin)]
    of_payment = [group for group in groups if _is_like(group, filters)]
    of_state = [group for group in groups if _is_left(group, replace(filters, payment=""), waiting, admin)]
    of_both = [group for group in groups if _is_left(group, replace(filters, signature=""), waiting, admin)]

    matching = sum(group["rows"] for group in left)
    pages = max(1, -(-matching // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = query.ordered(query.narrowed(rows, to), sort)
    periods = periods_of(project)
    return ClaimsPage(
        period=_choice(period) if period else None,
        periods=periods,
        counters=_counters(of_payment, waiting, admin),
        payments=_payments(of_state, filters),
        signatures=_signatures(of_both),
        figures=_figures(whole, project.currency),
        retention_held=_retention_held(actor, project, period),
        totals=_figures(left, project.currency),
        companies=_companies(actor, project),
        rows=_rows(rows, found, (page - 1) * PAGE_SIZE, waiting, admin),
        matching=matching,
        everything=sum(group["rows"] for group in of_payment),
        page=page,
        pages=pages,
        sort=sort,
        is_admin=admin,
        claims_on_project=bool(whole),
    )


def state_counts(actor: Actor, project: Project, period: BillingPeriod) -> dict[str, int]:
    """How many of the period's rows that the actor may see are in each state: one query."""
    rows = query.rows_of(actor, project, period).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def matching_claims(
    actor: Actor,
    project: Project,
    *,
    period: BillingPeriod | None,
    filters: ListFilters | None = None,
    search: str = "",
) -> list[int]:
    """Ids of all claims that the filter leaves, on all pages, by contract and claim number: "select all"."""
    found = _matching(actor, project, period, filters, search).filter(claim_id__isnull=False)
    return list(found.order_by("number", "claim_number").values_list("claim_id", flat=True))


def matching_contracts(
    actor: Actor,
    project: Project,
    *,
    period: BillingPeriod | None,
    filters: ListFilters | None = None,
    search: str = "",
) -> list[int]:
    """Ids of all contracts without a claim in the period that the filter leaves, by number."""
    found = _matching(actor, project, period, filters, search).filter(claim_id__isnull=True)
    return list(found.order_by("number").values_list("pk", flat=True))


def matching_rows(
    actor: Actor,
    project: Project,
    *,
    period: BillingPeriod | None,
    filters: ListFilters | None = None,
    sort: str = query.DEFAULT_SORT,
    search: str = "",
) -> list[ClaimListRow]:
    """All rows that the filter leaves, on all pages, in the list's order: for exporting. Two queries for 500 rows."""
    to = query.narrowing(actor, project, period, filters or ListFilters(), search)
    sort = sort if sort.removeprefix("-") in query.SORTS else query.DEFAULT_SORT
    rows = query.rows_of(actor, project, period)
    ordered = query.ordered(query.narrowed(rows, to), sort)
    found: list[ClaimListRow] = []
    while part := _rows(rows, ordered, len(found), to.waiting, not to.mine_only, size=_AT_ONCE):
        found += part
        if len(part) < _AT_ONCE:
            break
    return found


def _matching(
    actor: Actor, project: Project, period: BillingPeriod | None, filters: ListFilters | None, search: str
) -> query.Rows:
    to = query.narrowing(actor, project, period, filters or ListFilters(), search)
    return query.narrowed(query.rows_of(actor, project, period), to)


# --- sums and counters ---------------------------------------------------------------------------------------


def _groups(rows: query.Rows) -> list[dict[str, Any]]:
    """Everything that is counted or summed, in one pass over the rows."""
    return list(
        rows.order_by()
        .values("state", "currency", "is_mine", "late", "payment", "signature")
        .annotate(
            rows=Count("pk"),
            claims=Count("claim_id"),
            claimed_sum=Sum("claimed"),
            assessed_sum=Sum("assessed"),
            certified_sum=Sum("certified"),
            retained=Sum("c__retention_this_period"),
            released=Sum("c__retention_released"),
            due_sum=Sum(query.due()),
            tax_sum=Sum(query.due_tax()),
            paid_sum=Sum(query.paid()),
        )
    )


def _is_left(group: dict[str, Any], filters: ListFilters, waiting: frozenset[str], admin: bool) -> bool:
    if (filters.late and not _is_late(group)) or not _is_like(group, filters):
        return False
    if filters.state == WAITING:
        return _is_waiting(group, waiting, admin)
    return not filters.state or group["state"] == filters.state


def _is_like(group: dict[str, Any], filters: ListFilters) -> bool:
    """By payment and signature."""
    return (not filters.payment or group["payment"] == filters.payment) and (
        not filters.signature or group["signature"] == filters.signature
    )


def _is_late(group: dict[str, Any]) -> bool:
    return bool(group["late"]) or group["state"] == LATE


def _is_waiting(group: dict[str, Any], waiting: frozenset[str], admin: bool) -> bool:
    return group["state"] in waiting and (admin or bool(group["is_mine"]))


def _counters(groups: list[dict[str, Any]], waiting: frozenset[str], admin: bool) -> tuple[Counter, ...]:
    """Waiting for the reader first, then the states that occur; an administrator always has every stored status."""
    counts: defaultdict[str, int] = defaultdict(int)
    for group in groups:
        counts[group["state"]] += group["rows"]
    mine = sum(group["rows"] for group in groups if _is_waiting(group, waiting, admin))
    always = set(ClaimStatus.values) if admin else set()
    states = [state.value for state in STATES if counts[state.value] or state.value in always]
    return (
        Counter(WAITING, state_label(WAITING), mine),
        *(Counter(state, state_label(state), counts[state]) for state in states),
    )


def _payments(groups: list[dict[str, Any]], filters: ListFilters) -> tuple[Counter, ...]:
    """Certified claims by what was paid on them: the three usual states always, overpaid where it occurs."""
    counts: defaultdict[str, int] = defaultdict(int)
    for group in groups:
        counts[group["payment"] or ""] += group["rows"]
    return tuple(
        Counter(state.value, str(state.label), counts[state.value])
        for state in query.PAYMENTS
        if state is not PaymentState.OVERPAID or counts[state.value] or filters.payment == state
    )


def _signatures(groups: list[dict[str, Any]]) -> tuple[Counter, ...]:
    """Certified claims by how far their signatures are."""
    counts: defaultdict[str, int] = defaultdict(int)
    for group in groups:
        counts[group["signature"] or ""] += group["rows"]
    return tuple(Counter(state.value, str(state.label), counts[state.value]) for state in query.SIGNATURES)


def _figures(groups: Iterable[dict[str, Any]], home: str) -> tuple[Figures, ...]:
    """Sums by currency, the project's own first and always there."""
    sums: dict[str, dict[str, int]] = {home: defaultdict(int)}
    for group in groups:
        into = sums.setdefault(group["currency"], defaultdict(int))
        into["claims"] += group["claims"]
        into["contracts_without"] += group["rows"] - group["claims"]
        into["certified_claims"] += group["claims"] if group["state"] in CERTIFIED else 0
        for name in ("claimed", "assessed", "certified", "due", "tax", "paid"):
            into[name] += group[f"{name}_sum"] or 0
        into["retention"] += (group["retained"] or 0) - (group["released"] or 0)
    return tuple(Figures(currency, **found) for currency, found in sums.items())


def _retention_held(actor: Actor, project: Project, period: BillingPeriod | None) -> int:
    held = query.retention_held(actor, project, period).filter(currency=project.currency)
    return int(held.order_by().aggregate(held_to_date=Sum("held"))["held_to_date"] or 0)


# --- rows ----------------------------------------------------------------------------------------------------


_COLUMNS = (
    "pk",
    "number",
    "title",
    "kind",
    "company__name",
    "currency",
    "state",
    "is_mine",
    "claim_id",
    "claim_number",
    "revision",
    "reference",
    "period_id",
    "late",
    "claimed",
    "certified",
    "net_retention",
    "due",
    "paid",
    "outstanding",
    "payment",
    "period_start",
    "period_end",
    "signature",
    "envelope_state",
    "envelope_key",
    "papers",
    "has_contact",
    "changed",
    *INVITE,
    "is_over",
    "wants_breakdown",
    "retained",
)


def _rows(
    rows: query.Rows,
    found: query.Rows,
    start: int,
    waiting: frozenset[str],
    admin: bool,
    *,
    size: int = PAGE_SIZE,
) -> tuple[ClaimListRow, ...]:
    """The page's rows: first which they are, in order, then what they show, so that only they are looked up."""
    keys = list(found.values_list("pk", "claim_id")[start : start + size])
    if not keys:
        return ()
    claims = [claim for _, claim in keys if claim is not None]
    wanted = Q(pk__in={contract for contract, _ in keys})
    wanted &= Q(claim_id__in=claims) | Q(claim_id__isnull=True)
    details = query.with_details(rows.filter(wanted)).order_by().values(*_COLUMNS)
    by_key = {(row["pk"], row["claim_id"]): _row(row, waiting, admin) for row in details}
    return tuple(by_key[key] for key in keys if key in by_key)


def _row(row: dict[str, Any], waiting: frozenset[str], admin: bool) -> ClaimListRow:
    return ClaimListRow(
        contract_id=row["pk"],
        contract_number=row["number"],
        contract_title=row["title"],
        contract_kind=ContractKind(row["kind"]),
        company=row["company__name"],
        currency=row["currency"],
        state=row["state"],
        claim_id=row["claim_id"],
        number=row["claim_number"],
        revision=row["revision"] or 0,
        reference=row["reference"] or "",
        has_period=row["period_id"] is not None,
        is_late=bool(row["late"]) or row["state"] == LATE,
        is_waiting=_is_waiting(row, waiting, admin),
        has_contact=row["has_contact"],
        claimed=row["claimed"],
        certified=row["certified"],
        retention=row["net_retention"],
        due=row["due"],
        paid=row["paid"],
        outstanding=row["outstanding"],
        payment=row["payment"] or "",
        period_start=row["period_start"],
        period_end=row["period_end"],
        signature=row["signature"] or "",
        envelope_state=row["envelope_state"] or "",
        envelope_key=row["envelope_key"],
        papers=row["papers"],
        changed=row["changed"],
        invite_type=row["invite_type"] or "",
        invited_at=row["invited_at"],
        invited_by=row["invited_by"] or "",
        times_invited=row["times_invited"] or 0,
        answered_at=row["answered_at"],
        answered_by=row["answered_by"] or "",
        is_over=bool(row["is_over"]),
        wants_breakdown=bool(row["wants_breakdown"]),
        holds_retention=bool(row["retained"]),
    )


# --- around the list -----------------------------------------------------------------------------------------


def periods_of(project: Project) -> tuple[PeriodChoice, ...]:
    """The project's periods, the latest first."""
    return tuple(
        _choice(period) for period in BillingPeriod.objects.filter(project=project).order_by("-start")
    )


def _choice(period: BillingPeriod) -> PeriodChoice:
    return PeriodChoice(period.pk, period.start, period.end, period.due, period.status == PeriodStatus.OPEN)


def _companies(actor: Actor, project: Project) -> tuple[tuple[int, str], ...]:
    contracts = query.commitments_of(actor, project).order_by().values("company_id")
    return tuple(Company.objects.filter(pk__in=contracts).order_by("name").values_list("pk", "name"))


def is_known_state(state: str) -> bool:
    """Whether the list can be filtered by this state."""
    return state in ClaimStatus.values or state in _NO_CLAIM or state == WAITING


def is_known_payment(state: str) -> bool:
    """Whether the list can be filtered by this payment state."""
    return state in PaymentState.values


def is_known_signature(state: str) -> bool:
    """Whether the list can be filtered by this state of signatures."""
    return state in SignatureState.values
