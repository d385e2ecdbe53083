"""In which state a row of the list is: how far its claim has come, or why there is none (decisions, Statuses).

All are annotations and conditions for the list's one query; ``query`` puts them together.
"""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable

from tallystick.claims.states import ClaimStatus, ListState
from tallystick.contracts.models import ClaimContact
from tallystick.contracts.states import SubSovStatus
from tallystick.core import clock
from tallystick.core.dates import due_moment
from tallystick.directory.models import Project
from tallystick.periods.models import (
    BillingPeriod,
    InviteAnswer,
    InviteType,
    PeriodExtension,
    PeriodStatus,
)

STATES = (
    ListState.NO_CONTACTS,
    ListState.SSOV_NOT_APPROVED,
    ListState.NOT_INVITED,
    ListState.INVITED,
    ListState.ACCEPTED,
    ListState.LATE,
    ListState.DECLINED,
    ListState.NOT_CLAIMED,
    ClaimStatus.DRAFT,
    ClaimStatus.UNDER_REVIEW,
    ClaimStatus.REVISE_AND_RESUBMIT,
    ClaimStatus.PENDING_OWNER_APPROVAL,
    ClaimStatus.APPROVED_AS_NOTED,
    ClaimStatus.APPROVED,
)
"""All states of a row in the order of the work: what is furthest from done comes first."""

INVITE = {
    "invite_answer": "i__answer",
    "invite_type": "i__claim_type",
    "invited_at": "i__sent_at",
    "invited_by": "i__invited_by_name",
    "times_invited": "i__times_sent",
    "answered_at": "i__answered_at",
    "answered_by": "i__answered_by_name",
}
"""Columns of the contract's invite to bill in the period; None where it was not invited."""

NEVER = Value(None, output_field=CharField())


def state_of(period: BillingPeriod) -> Case:
    """A claim's status; else what stands in the way of one, else what came of the invite (decisions, Statuses)."""
    is_open = period.status == PeriodStatus.OPEN
    whens = [
        When(claim_id__isnull=False, then=F("c__status")),
        When(~has_contact(), then=Value(ListState.NO_CONTACTS.value)),
        When(needs_breakdown() & ~_asked_to_release(), then=Value(ListState.SSOV_NOT_APPROVED.value)),
        When(invite_answer=InviteAnswer.DECLINED, then=Value(ListState.DECLINED.value)),
    ]
    if is_open:
        whens += [
            When(is_over=1, then=Value(ListState.LATE.value)),
            When(invite_answer=InviteAnswer.ACCEPTED, then=Value(ListState.ACCEPTED.value)),
            When(invite_answer=InviteAnswer.NONE, then=Value(ListState.INVITED.value)),
        ]
    awaited = ListState.NOT_INVITED if is_open else ListState.NOT_CLAIMED
    return Case(*whens, default=Value(awaited.value), output_field=CharField())


def needs_breakdown() -> Q:
    """A condition: the contract's breakdown has to be approved before anything but retention is billed on it."""
    return Q(uses_sub_sov=True) & ~Q(sub_sov_status=SubSovStatus.APPROVED)


def _asked_to_release() -> Q:
    return Q(invite_type__isnull=False, invite_type=InviteType.RELEASE)


def is_over(project: Project, period: BillingPeriod) -> Combinable:
    """1 where the contract's due day in the open period is over, its extension counted."""
    over = clock.now() >= due_moment(period.due, project.time_zone)
    if period.status != PeriodStatus.OPEN or not over:
        return Value(0, output_field=IntegerField())
    return Case(
        When(_has_extension(project, period), then=Value(0)), default=Value(1), output_field=IntegerField()
    )


def has_contact() -> Exists:
    """A condition: somebody who is active is designated to claim on the contract."""
    return Exists(ClaimContact.objects.filter(contract=OuterRef("pk"), person__is_active=True))


def _has_extension(project: Project, period: BillingPeriod) -> Exists:
    """A later due day of the contract's own that is not over yet."""
    today = clock.today_in(project.time_zone)
    return Exists(PeriodExtension.objects.filter(period=period, contract=OuterRef("pk"), due__gte=today))


def state_rank() -> Case:
    """Where the state stands in the order of the work, for sorting."""
    return Case(
        *(When(state=state.value, then=Value(rank)) for rank, state in enumerate(STATES)),
        default=Value(len(STATES)),
        output_field=IntegerField(),
    )
