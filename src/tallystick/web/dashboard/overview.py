"""What waits for whom: the reads behind the home page and a project's overview.

Both ask a number of times that does not depend on how many projects, contracts or claims there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q

from tallystick import terms
from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership
from tallystick.access.policies import level_of, visible_projects
from tallystick.claims.models import Claim
from tallystick.claims.policies import visible_to as visible_claims
from tallystick.claims.states import EDITABLE, ClaimStatus
from tallystick.contracts.models import ClaimContact
from tallystick.contracts.policies import seen_through, visible_in
from tallystick.contracts.policies import visible_to as visible_contracts
from tallystick.contracts.states import ContractStatus, SubSovStatus
from tallystick.core.dates import describe_days_left, format_range
from tallystick.core.text import join_and
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodStatus
from tallystick.web.words import dictionary_for


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project of mine: who I am on it and what waits for me there."""

    id: int
    number: str
    name: str
    address: str
    account: str
    role: str
    period: str
    days_left: str
    waiting: tuple[str, ...]


def my_projects(actor: Actor, login_id: int, *, text: str = "", reader: object = None) -> list[ProjectCard]:
    """The projects that the actor is on, by name; eight queries whatever their number."""
    projects = visible_projects(actor).filter(is_active=True).select_related("account")
    for word in text.split():
        projects = projects.filter(
            Q(name__icontains=word) | Q(number__icontains=word) | Q(address__icontains=word)
        )
    found = list(projects.order_by("name", "pk"))
    ids = [project.pk for project in found]
    own = Q(person__login_id=login_id, person__is_active=True)
    memberships = {m.project_id: m for m in Membership.objects.filter(own, project_id__in=ids)}
    administered = set(
        AccountMembership.objects.filter(own, directory=Level.ADMIN).values_list(
            "person__account_id", flat=True
        )
    )
    contact_of = dict(
        ClaimContact.objects.filter(own, contract__project_id__in=ids)
        .values_list("contract__project_id")
        .annotate(Count("pk"))
        .order_by()
    )
    periods = {
        p.project_id: p for p in BillingPeriod.objects.filter(project_id__in=ids, status=PeriodStatus.OPEN)
    }
    claims = visible_claims(actor).filter(contract__project_id__in=ids).order_by()
    in_review = _by_project(claims.filter(status=ClaimStatus.UNDER_REVIEW))
    mine = ClaimContact.objects.filter(own, contract=OuterRef("contract"))
    to_finish = _by_project(claims.filter(Exists(mine), status__in=EDITABLE))
    to_write, to_approve = _breakdowns(actor, ids, own)
    cards = []
    for project in found:
        words = dictionary_for(reader, project.account, project)
        membership = memberships.get(project.pk)
        reviews = project.account_id in administered or (
            membership is not None and membership.commitments >= Level.ADMIN
        )
        period = periods.get(project.pk)
        waiting = []
        if reviews and (count := in_review.get(project.pk, 0)):
            waiting.append(words.text("{claims:n} to review", n=count))
        if count := to_finish.get(project.pk, 0):
            waiting.append(words.text("{claims:n} to finish and submit", n=count))
        if reviews and (count := to_approve.get(project.pk, 0)):
            waiting.append(words.text("{Ssov:short} of {n} {n:contract|contracts} to review", n=count))
        if count := to_write.get(project.pk, 0):
            waiting.append(words.text("{Ssov:short} of {n} {n:contract|contracts} to write", n=count))
        cards.append(
            ProjectCard(
                id=project.pk,
                number=project.number,
                name=project.name,
                address=" · ".join(project.address.split("\n")),
                account=project.account.name,
                role=_role(
                    words, membership, project.account_id in administered, contact_of.get(project.pk, 0)
                ),
                period=format_range(period.start, period.end, words.locale.code) if period else "",
                days_left=describe_days_left(period.due, project.time_zone) if period else "",
                waiting=tuple(waiting),
            )
        )
    return cards


def _breakdowns(actor: Actor, projects: list[int], own: Q) -> tuple[dict[int, int], dict[int, int]]:
    """By project: contracts that the actor is to break down, and those whose breakdown waits for review (R-SSOV)."""
    mine = ClaimContact.objects.filter(own, contract=OuterRef("pk"))
    open_ones = visible_contracts(actor).filter(project_id__in=projects, uses_sub_sov=True)
    found = (
        open_ones.exclude(sub_sov_status=SubSovStatus.APPROVED)
        .annotate(is_mine=Exists(mine))
        .order_by()
        .values_list("project_id", "sub_sov_status", "is_mine")
        .annotate(Count("pk"))
    )
    to_write: dict[int, int] = {}
    to_approve: dict[int, int] = {}
    for project, status, is_mine, count in found:
        if status == SubSovStatus.UNDER_REVIEW:
            to_approve[project] = to_approve.get(project, 0) + count
        elif is_mine:
            to_write[project] = to_write.get(project, 0) + count
    return to_write, to_approve


def _by_project(claims: object) -> dict[int, int]:
    counted = claims.values_list("contract__project_id").annotate(Count("pk"))  # type: ignore[attr-defined]
    return dict(counted)


def _role(words: terms.Dictionary, membership: Membership | None, administers: bool, contact_of: int) -> str:
    if administers:
        return "Administrator of the account"
    if contact_of:
        return words.text("{Claim_contact} of {n} {n:contract|contracts}", n=contact_of)
    if membership is None:
        return ""
    names = {
        Tool.COMMITMENTS: words("commitments_tool"),
        Tool.HEAD_CONTRACTS: words("upstream_tool"),
        Tool.DIRECTORY: "Directory",
    }
    by_level: dict[Level, list[str]] = {}
    for tool in Tool:
        if level := membership.level(tool):
            by_level.setdefault(level, []).append(names[tool])
    return "; ".join(
        f"{level.label} on {join_and(tools)}" for level, tools in sorted(by_level.items(), reverse=True)
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: a sentence, and the page where it is done."""

    text: str
    label: str
    url_name: str
    query: str = ""
    of: int = 0
    """The id that the address takes; the project's where there is none."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Beside a project's month: how many claims of all periods are in each status, and what else is to be done."""

    by_status: dict[str, int]
    steps: tuple[Step, ...] = field(default=())


def overview_of(actor: Actor, project: Project, period: BillingPeriod | None) -> Overview:
    """What the actor may see of the project's claims, and what an administrator does next beside the ``period`` that is
    shown."""
    seen = seen_through(actor, project, Tool.COMMITMENTS, "contract__")
    counted = (
        Claim.objects.filter(seen, deleted_at=None)
        .order_by()
        .values_list("status", "period_id")
        .annotate(Count("pk"))
    )
    by_status: dict[str, int] = {}
    review_elsewhere = 0
    for status, of_period, count in counted:
        by_status[status] = by_status.get(status, 0) + count
        if status == ClaimStatus.UNDER_REVIEW and (period is None or of_period != period.pk):
            review_elsewhere += count
    admin = level_of(actor, project, Tool.COMMITMENTS) >= Level.ADMIN
    steps = _steps(actor, project, period, review_elsewhere) if admin else ()
    return Overview(by_status, tuple(steps))


def _steps(actor: Actor, project: Project, period: BillingPeriod | None, review_elsewhere: int) -> list[Step]:
    words = terms.current()
    if not visible_in(actor, project, Tool.COMMITMENTS).exists():
        return [
            Step(
                words.text("The project has no {commitments} yet. {Claims} are made against them."),
                words.text("Create {a commitment}"),
                "commitment-new",
            )
        ]
    steps: list[Step] = []
    if review_elsewhere:
        steps.append(
            Step(
                words.text(
                    "{claims:n} of other {billing_periods} {n:waits|wait} for review."
                    if period
                    else "{claims:n} {n:waits|wait} for review.",
                    n=review_elsewhere,
                ),
                words.text("Review {claims}"),
                "claims",
                "?period=all&status=under_review",
            )
        )
    waiting = list(
        visible_in(actor, project, Tool.COMMITMENTS)
        .filter(uses_sub_sov=True, sub_sov_status=SubSovStatus.UNDER_REVIEW)
        .order_by("number")
        .values_list("pk", flat=True)
    )
    if waiting:
        steps.append(
            Step(
                words.text(
                    "{Ssov:short} of {n} {n:contract waits|contracts wait} for review.", n=len(waiting)
                ),
                words.text("Review {ssov:short}"),
                "sub-sov",
                of=waiting[0],
            )
        )
    if period is None or period.status != PeriodStatus.OPEN:
        steps += _to_open(project)
    if period is None and (without := _without_contacts(actor, project)):
        steps.append(
            Step(
                words.text(
                    "{n} approved {n:commitment has|commitments have} no {claim_contact}: "
                    "nobody outside can {bill} on {n:it|them}.",
                    n=without,
                ),
                words.text("See {commitments}"),
                "commitments",
                "?status=approved",
            )
        )
    return steps


def _to_open(project: Project) -> list[Step]:
    if BillingPeriod.objects.filter(project=project, status=PeriodStatus.OPEN).exists():
        return []
    words = terms.current()
    return [
        Step(
            words.text("No {billing_period} is open, so nobody can make {a claim}."),
            words.text("Open {a billing_period}"),
            "period-new",
        )
    ]


def _without_contacts(actor: Actor, project: Project) -> int:
    contact = ClaimContact.objects.filter(contract=OuterRef("pk"))
    return (
        visible_in(actor, project, Tool.COMMITMENTS)
        .filter(~Exists(contact), status=ContractStatus.APPROVED)
        .count()
    )
