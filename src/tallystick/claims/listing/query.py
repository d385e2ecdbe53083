"""The list of claims as one query: commitments, each joined to its claims of the period.

Joining from the contract's side lets a contract without a claim be a row of the same list, so that filters,
search, order, counters and pages work on both kinds alike. What somebody may see is decided where it always is,
in ``contracts.policies``.

The claim's columns are annotations (``claim_id``, ``reference`` …): a second ``filter`` on the relation itself
would join the claims once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import level_of
from tallystick.claims.listing.row_states import (
    INVITE,
    NEVER,
    has_contact,
    is_over,
    needs_breakdown,
    state_of,
    state_rank,
)
from tallystick.claims.listing.rows import LATE, WAITING, ListFilters
from tallystick.claims.models import Claim
from tallystick.claims.states import (
    CERTIFIED,
    IN_SIGNATURE_STATE,
    ClaimStatus,
    ListState,
    PaymentState,
    SignatureState,
)
from tallystick.contracts.models import ClaimContact, Contract
from tallystick.contracts.policies import visible_in
from tallystick.contracts.states import CLAIMABLE
from tallystick.directory.models import Project, UninvitedClaims
from tallystick.periods.invite_policies import is_awaited
from tallystick.periods.models import (
    BillingPeriod,
    PeriodStatus,
)

Rows = QuerySet[Any]

CLAIM = {
    "claim_id": "c__id",
    "claim_number": "c__number",
    "reference": "c__reference",
    "comment": "c__comment",
    "late": "c__is_late",
    "claimed": "c__claimed_this_period",
    "assessed": "c__assessed_this_period",
    "certified": "c__certified_this_period",
    "changed": "c__updated_at",
    "period_start": "c__period_start",
}
"""Columns of the claim under the names that filters, sorts and sums use."""

SORTS: dict[str, tuple[str, ...]] = {
    "contract": ("number", "claim_number"),
    "company": ("company__name", "number", "claim_number"),
    "number": ("claim_number", "number"),
    "period": ("period_start", "number", "claim_number"),
    "status": ("state_rank", "number", "claim_number"),
    "claimed": ("claimed", "number", "claim_number"),
    "certified": ("certified", "number", "claim_number"),
    "retention": ("net_retention", "number", "claim_number"),
    "due": ("due", "number", "claim_number"),
    "paid": ("paid", "number", "claim_number"),
    "outstanding": ("outstanding", "number", "claim_number"),
    "payment": ("payment_rank", "number", "claim_number"),
    "signature": ("signature_rank", "number", "claim_number"),
    "papers": ("papers", "number", "claim_number"),
    "changed": ("changed", "number", "claim_number"),
}
DEFAULT_SORT = "contract"


def commitments_of(actor: Actor, project: Project) -> QuerySet[Contract]:
    """The project's commitments that the actor may see."""
    return visible_in(actor, project, Tool.COMMITMENTS)


def rows_of(actor: Actor, project: Project, period: BillingPeriod | None) -> Rows:
    """Every row of the list: of a period, its claims and the contracts that have none; without one, all claims.

    Annotated are the columns of the claim and of the invite, ``state``, ``payment`` (``PaymentState``), ``signature``
    (``SignatureState``), both None before it is certified, ``is_mine`` (the actor claims on the
    contract) and ``is_over`` (its due day in the open period is).
    """
    joined = Q(claims__deleted_at=None)
    if period is not None:
        joined &= Q(claims__period=period)
    contracts: Rows = commitments_of(actor, project).annotate(
        c=FilteredRelation("claims", condition=joined), **{name: F(path) for name, path in CLAIM.items()}
    )
    if period is None:
        contracts = contracts.filter(claim_id__isnull=False).annotate(
            state=F("c__status"), is_over=Value(0), **dict.fromkeys(INVITE, NEVER)
        )
    else:
        contracts = contracts.annotate(
            i=FilteredRelation("invites", condition=Q(invites__period=period)),
            **{name: F(path) for name, path in INVITE.items()},
        )
        invited = Q(invite_answer__isnull=False, status__in=CLAIMABLE)
        contracts = contracts.filter(Q(claim_id__isnull=False) | is_awaited(period) | invited).annotate(
            is_over=is_over(project, period)
        )
        contracts = contracts.annotate(state=state_of(period))
    rows: Rows = contracts.annotate(
        is_mine=_is_mine(actor, project),
        payment=_payment(),
        signature=_signature(project),
    )
    return rows


def is_admin(actor: Actor, project: Project) -> bool:
    """Whether the actor administers the project's commitments."""
    return level_of(actor, project, Tool.COMMITMENTS) >= Level.ADMIN


def _is_mine(actor: Actor, project: Project) -> Combinable:
    reads = level_of(actor, project, Tool.COMMITMENTS) >= Level.READ_ONLY
    if is_admin(actor, project) or not reads or actor.login_id is None:
        return Value(0, output_field=IntegerField())
    mine = list(
        ClaimContact.objects.filter(
            contract__project=project, person__login_id=actor.login_id, person__is_active=True
        ).values_list("contract_id", flat=True)
    )
    return Case(When(pk__in=mine, then=Value(1)), default=Value(0), output_field=IntegerField())


def waiting_states(actor: Actor, project: Project, period: BillingPeriod | None) -> frozenset[str]:
    """States in which a row waits for the actor, given that it is theirs: an administrator's are all rows."""
    if is_admin(actor, project):
        return frozenset({ClaimStatus.UNDER_REVIEW.value})
    mine = {ClaimStatus.DRAFT.value, ClaimStatus.REVISE_AND_RESUBMIT.value}
    if period is not None and period.status == PeriodStatus.OPEN:
        mine |= {ListState.INVITED.value, ListState.ACCEPTED.value}
        if project.uninvited_claims != UninvitedClaims.NONE:
            mine.add(ListState.NOT_INVITED.value)
    return frozenset(mine)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Filter and search, with what they mean for the actor: what waits, and whether only on their own contracts."""

    filters: ListFilters
    search: str
    waiting: frozenset[str]
    mine_only: bool


def narrowing(
    actor: Actor, project: Project, period: BillingPeriod | None, filters: ListFilters, search: str
) -> Narrowing:
    """What filter and search mean for the actor."""
    return Narrowing(filters, search, waiting_states(actor, project, period), not is_admin(actor, project))


def narrowed(rows: Rows, to: Narrowing, *, by_state: bool = True) -> Rows:
    """The rows that are left; without ``by_state`` states are left out of the filter, for counting them."""
    for word in to.search.split()[:8]:
        rows = rows.filter(_found(word))
    if to.filters.company:
        rows = rows.filter(company_id=to.filters.company)
    if not by_state:
        return rows
    if to.filters.payment:
        rows = rows.filter(payment=to.filters.payment)
    if to.filters.signature:
        rows = rows.filter(signature=to.filters.signature)
    if to.filters.late:
        rows = rows.filter(Q(late=True) | Q(state=LATE))
    if to.filters.state == WAITING:
        rows = rows.filter(state__in=to.waiting)
        return rows.filter(is_mine=1) if to.mine_only else rows
    return rows.filter(state=to.filters.state) if to.filters.state else rows


def _found(word: str) -> Q:
    anywhere = (
        Q(number__icontains=word)
        | Q(title__icontains=word)
        | Q(company__name__icontains=word)
        | Q(reference__icontains=word)
        | Q(comment__icontains=word)
    )
    return (
        anywhere | Q(claim_number=int(word))
        if word.isascii() and word.isdigit() and len(word) < 6
        else anywhere
    )


def ordered(rows: Rows, sort: str) -> Rows:
    """The rows in the order of a column; rows without a figure come last either way."""
    name = sort.removeprefix("-")
    columns = SORTS.get(name, SORTS[DEFAULT_SORT])
    if columns[0] in _COMPUTED:
        rows = rows.annotate(**{columns[0]: _COMPUTED[columns[0]]()})
    first = F(columns[0])
    lead = first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True)
    return rows.order_by(lead, *columns[1:], "pk", "claim_id")


def with_details(rows: Rows) -> Rows:
    """What a row shows beside the columns of its tables."""
    detailed: Rows = rows.annotate(
        net_retention=_net_retention(),
        due=due(),
        paid=paid(),
        outstanding=outstanding(),
        papers=_papers(),
        envelope_state=_latest_envelope("state"),
        envelope_key=_latest_envelope("key"),
        has_contact=has_contact(),
        wants_breakdown=Case(When(needs_breakdown(), then=Value(1)), default=Value(0)),
        retained=_latest_retention(),
        revision=F("c__revision"),
        period_id=F("c__period_id"),
        period_end=F("c__period_end"),
    )
    return detailed


def due() -> Case:
    """Line 8 of certified claims: what has to be paid. Nothing yet for the others."""
    return Case(When(c__status__in=CERTIFIED, then=F("c__payment_due")))


def due_tax() -> Case:
    """The tax on it."""
    return Case(When(c__status__in=CERTIFIED, then=F("c__tax")))


def paid() -> Case:
    """What was paid on certified claims, tax included."""
    return Case(When(c__status__in=CERTIFIED, then=F("c__paid")))


def outstanding() -> Case:
    """What is still to be paid on them, with tax; negative where too much was."""
    return Case(When(c__status__in=CERTIFIED, then=F("c__payment_due_with_tax") - F("c__paid")))


def _payment() -> Case:
    """``states.payment_state`` of certified claims as the database tells it."""
    due, paid = F("c__payment_due_with_tax"), F("c__paid")
    beyond = Q(c__payment_due_with_tax__gte=0) & (Q(c__paid__lt=0) | Q(c__paid__gt=due))
    beyond |= Q(c__payment_due_with_tax__lt=0) & (Q(c__paid__gt=0) | Q(c__paid__lt=due))
    return Case(
        When(~Q(c__status__in=CERTIFIED) | Q(c__status=None), then=Value(None)),
        When(c__payment_due_with_tax=paid, then=Value(PaymentState.PAID.value)),
        When(c__paid=0, then=Value(PaymentState.UNPAID.value)),
        When(beyond, then=Value(PaymentState.OVERPAID.value)),
        default=Value(PaymentState.PART_PAID.value),
        output_field=CharField(),
    )


PAYMENTS = (PaymentState.UNPAID, PaymentState.PART_PAID, PaymentState.OVERPAID, PaymentState.PAID)
"""Payment states in the order of the work."""


def _payment_rank() -> Case:
    return Case(
        *(When(payment=state.value, then=Value(rank)) for rank, state in enumerate(PAYMENTS)),
        output_field=IntegerField(),
    )


def _net_retention() -> Combinable:
    return F("c__retention_this_period") - F("c__retention_released")


def _latest_retention() -> Subquery:
    """What is retained by the contract's latest claim: what a release could give back."""
    latest = Claim.objects.filter(contract=OuterRef("pk"), deleted_at=None).order_by("-number")
    return Subquery(latest.values("total_retention")[:1])


# Papers and signed versions belong to a room above this one; the claim knows them as what refers to it.


def _papers() -> Combinable:
    kept = apps.get_model("documents", "Attachment").objects.filter(
        claim=OuterRef("claim_id"), deleted_at=None
    )
    counted = kept.order_by().values("claim").annotate(papers=Count("pk")).values("papers")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _latest_envelope(column: str) -> Subquery:
    """Of the claim's latest request for signatures."""
    latest = apps.get_model("signing", "Envelope").objects.filter(
        claim=OuterRef("claim_id"), claim_revision=OuterRef("c__revision")
    )
    return Subquery(latest.order_by("-requested_at", "-pk").values(column)[:1])


def _signature(project: Project) -> Case:
    """Told by lists of claims that the database makes once for all rows: one lookup a row would be the most costly
    part of the list."""
    in_force = Q(claim__contract__project=project, claim_revision=F("claim__revision"))
    asked = apps.get_model("signing", "Envelope").objects.filter(in_force)
    later = apps.get_model("signing", "Envelope").objects.filter(
        claim=OuterRef("claim"), requested_at__gt=OuterRef("requested_at")
    )
    signed = apps.get_model("documents", "SignedDocument").objects.filter(
        claim__contract__project=project, revision=F("claim__revision"), withdrawn_at=None
    )
    of_state = {state: asked.filter(state__in=sorted(names)) for state, names in IN_SIGNATURE_STATE.items()}
    # One that is out is the latest: none is asked for beside it. One that ended may have been followed by another.
    of_state[SignatureState.STUCK] = of_state[SignatureState.STUCK].exclude(Exists(later))
    found = {SignatureState.SIGNED: signed, **of_state}
    return Case(
        When(~Q(c__status__in=CERTIFIED) | Q(c__status=None), then=Value(None)),
        *(
            When(claim_id__in=claims.order_by().values("claim_id"), then=Value(state.value))
            for state, claims in found.items()
        ),
        default=Value(SignatureState.UNSIGNED.value),
        output_field=CharField(),
    )


SIGNATURES = (SignatureState.UNSIGNED, SignatureState.OUT, SignatureState.STUCK, SignatureState.SIGNED)
"""In the order of the work."""


def _signature_rank() -> Case:
    return Case(
        *(When(signature=state.value, then=Value(rank)) for rank, state in enumerate(SIGNATURES)),
        output_field=IntegerField(),
    )


_COMPUTED: dict[str, Any] = {
    "state_rank": state_rank,
    "net_retention": _net_retention,
    "due": due,
    "paid": paid,
    "outstanding": outstanding,
    "payment_rank": _payment_rank,
    "papers": _papers,
    "signature_rank": _signature_rank,
}


def retention_held(actor: Actor, project: Project, period: BillingPeriod | None) -> Rows:
    """The actor's commitments with ``held``: retention to date by the latest certified claim, up to the period."""
    certified = Claim.objects.filter(contract=OuterRef("pk"), deleted_at=None, status__in=CERTIFIED)
    if period is not None:
        certified = certified.filter(period_start__lte=period.end)
    latest = certified.order_by("-number").values("total_retention")[:1]
    contracts: Rows = commitments_of(actor, project).annotate(held=Subquery(latest))
    return contracts
