"""Who may manage billing periods, and when a contact may still claim in one (R-PERIOD-3, domain §3)."""

from datetime import date

from django.db.models import QuerySet

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import require_level, visible_projects
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.core.dates import due_moment
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodExtension, PeriodStatus


def visible_to(actor: Actor) -> QuerySet[BillingPeriod]:
    """Periods of the projects that the actor may see."""
    return BillingPeriod.objects.filter(project__in=visible_projects(actor))


def can_manage_periods(actor: Actor, project: Project) -> Decision:
    """Open, change, close and delete periods: Admin on Commitments (domain §2.2)."""
    return require_level(actor, project, Tool.COMMITMENTS, Level.ADMIN, "manage billing periods")


def due_day(period: BillingPeriod, contract: Contract) -> date:
    """The last day for this contract: the period's, or the extension's where there is one."""
    extension = PeriodExtension.objects.filter(period=period, contract=contract).first()
    return max(period.due, extension.due) if extension else period.due


def is_past_due(period: BillingPeriod, contract: Contract, *, due: date | None = None) -> bool:
    """Whether the due day has ended in the project's time zone; ``due`` is looked up where it is not given."""
    return clock.now() >= due_moment(due or due_day(period, contract), contract.project.time_zone)


def contact_may_claim(period: BillingPeriod, contract: Contract, *, due: date | None = None) -> Decision:
    """Whether a contact may create or submit a claim for this period now (R-PERIOD-3). ``due`` is the contract's own
    due day where it was looked up for many contracts at once."""
    if period.status != PeriodStatus.OPEN:
        return refused("This billing period is closed. Ask the project's administrator to open it again.")
    day = due or due_day(period, contract)
    if is_past_due(period, contract, due=day) and not contract.project.accept_late_claims:
        return refused(
            f"The due date of this billing period was {day:%-d %b %Y}. "
            "Ask the project's administrator for an extension."
        )
    return ALLOWED
