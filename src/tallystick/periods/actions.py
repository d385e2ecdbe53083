"""Writing billing periods. One is open at a time; opening another closes it in the same action (R-PERIOD)."""

from datetime import date, timedelta

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.audit.actions import Changes, changed
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import is_admin_of
from tallystick.core import clock
from tallystick.core.dates import due_moment
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.models import Project
from tallystick.periods.calc import LONGEST_WAIT
from tallystick.periods.invite_mail import tell_withdrawn
from tallystick.periods.models import BillingPeriod, PeriodExtension, PeriodStatus
from tallystick.periods.policies import can_manage_periods
from tallystick.terms.context import text

LONGEST_EXTENSION = timedelta(days=366)


@transaction.atomic
def open_period(actor: Actor, project: Project, *, start: date, end: date, due: date) -> BillingPeriod:
    """Create a period and open it; the one that was open is closed in the same action."""
    project = locked_project(actor, project)
    check_dates(project, start=start, end=end, due=due)
    close_open_one(actor, project)
    period = BillingPeriod.objects.create(project=project, start=start, end=end, due=due)
    _record(actor, "period.opened", period)
    return period


@transaction.atomic
def change_period(actor: Actor, period: BillingPeriod, *, start: date, end: date, due: date) -> BillingPeriod:
    """Change a period's dates by the same rules as a new one's."""
    project = locked_project(actor, period.project)
    period = BillingPeriod.objects.select_for_update().get(pk=period.pk)
    check_dates(project, start=start, end=end, due=due, but=period)
    before = {"start": str(period.start), "end": str(period.end), "due": str(period.due)}
    changes = changed(before, {"start": str(start), "end": str(end), "due": str(due)})
    if changes:
        period.start, period.end, period.due = start, end, due
        period.save(update_fields=["start", "end", "due"])
        _record(actor, "period.changed", period, changes)
    return period


@transaction.atomic
def close_period(actor: Actor, period: BillingPeriod) -> BillingPeriod:
    """Close a period; closing a closed one changes nothing."""
    locked_project(actor, period.project)
    period = BillingPeriod.objects.select_for_update().get(pk=period.pk)
    if period.status == PeriodStatus.OPEN:
        _close(actor, period)
    return period


@transaction.atomic
def reopen_period(actor: Actor, period: BillingPeriod) -> BillingPeriod:
    """Open a closed period again; the one that was open is closed in the same action."""
    project = locked_project(actor, period.project)
    period = BillingPeriod.objects.select_for_update().get(pk=period.pk)
    if period.status == PeriodStatus.CLOSED:
        close_open_one(actor, project)
        period.status, period.closed_at = PeriodStatus.OPEN, None
        period.save(update_fields=["status", "closed_at"])
        _record(actor, "period.opened", period)
    return period


@transaction.atomic
def delete_period(actor: Actor, period: BillingPeriod) -> None:
    """Delete a period that no claim refers to; one with claims can be closed, never deleted."""
    locked_project(actor, period.project)
    claims = period.claims.count()
    if claims:
        raise Refused(
            text(
                "{claims:n} {n:belongs|belong} to this billing period, so it can't be deleted: "
                "their backups need it. Close it instead.",
                n=claims,
            )
        )
    _record(actor, "period.deleted", period)
    _withdraw_invites(actor, period)
    period.delete()


def _withdraw_invites(actor: Actor, period: BillingPeriod) -> None:
    """Whoever was asked for a period that is open is told that it is gone; its invites go with it."""
    if period.status != PeriodStatus.OPEN:
        return
    invites = list(period.invites.select_related("period", "contract__project__account", "contract__company"))
    extended = dict(period.extensions.values_list("contract_id", "due"))
    due = {invite.contract_id: extended.get(invite.contract_id, period.due) for invite in invites}
    zone = period.project.time_zone
    waiting = [invite for invite in invites if clock.now() < due_moment(due[invite.contract_id], zone)]
    tell_withdrawn(actor, period.project, waiting, due)


@transaction.atomic
def extend_period(
    actor: Actor, period: BillingPeriod, contract: Contract, *, due: date, reason: str = ""
) -> PeriodExtension:
    """Give one contract a later due day, or change the one it has (decisions, Periods)."""
    locked_project(actor, period.project)
    if contract.project_id != period.project_id or not is_admin_of(actor, contract):
        raise Refused("This contract does not belong to the billing period's project.")
    period = BillingPeriod.objects.select_for_update().get(pk=period.pk)
    if due <= period.due:
        raise BadInput(
            f"The extension has to end after the period's due date, {period.due:%-d %b %Y}.",
            {"due": "Choose a later day."},
        )
    if due > period.end + LONGEST_EXTENSION:
        raise BadInput(
            f"An extension ends within a year of the period, by {period.end + LONGEST_EXTENSION:%-d %b %Y}.",
            {"due": "Choose an earlier day."},
        )
    reason = reason.strip()
    kept = PeriodExtension.objects.filter(period=period, contract=contract).first()
    before = {"due": str(kept.due), "reason": kept.reason} if kept is not None else {}
    changes = changed(before, {"due": str(due), "reason": reason})
    if kept is not None and not changes:
        return kept
    extension, _ = PeriodExtension.objects.update_or_create(
        period=period, contract=contract, defaults={"due": due, "reason": reason}
    )
    facts = {"contract": str(contract), "due": f"{due:%-d %b %Y}"}
    _record(actor, "period.extended", period, changes, facts)
    record_in(period.project, actor, "period.extended", contract, changes=changes, facts=facts)
    return extension


@transaction.atomic
def take_back_extension(actor: Actor, period: BillingPeriod, contract: Contract) -> None:
    """Let the period's own due day hold for this contract again; nothing to take back changes nothing."""
    locked_project(actor, period.project)
    extension = PeriodExtension.objects.filter(period=period, contract=contract).first()
    if extension is None:
        return
    facts = {"contract": str(contract)}
    changes = {"due": [str(extension.due), str(period.due)]}
    extension.delete()
    _record(actor, "period.extension_taken_back", period, changes, facts)
    record_in(period.project, actor, "period.extension_taken_back", contract, changes=changes, facts=facts)


def check_dates(
    project: Project, *, start: date, end: date, due: date, but: BillingPeriod | None = None
) -> None:
    """Raise ``BadInput`` unless the dates are in order and overlap no other period of the project."""
    if end < start:
        raise BadInput("The period ends before it starts.", {"end": "Choose a day on or after the start."})
    if not start <= due <= end + LONGEST_WAIT:
        raise BadInput(
            "The due date lies from the start of the period to 60 days after its end.",
            {"due": f"Choose a day from {start:%-d %b %Y} to {end + LONGEST_WAIT:%-d %b %Y}."},
        )
    others = BillingPeriod.objects.filter(project=project, start__lte=end, end__gte=start)
    if but is not None:
        others = others.exclude(pk=but.pk)
    other = others.order_by("start").first()
    if other is not None:
        raise BadInput(
            f"These dates overlap the period {other.start:%-d %b %Y} to {other.end:%-d %b %Y}. "
            "Periods of a project may not overlap.",
            {"start": "Overlaps another period."},
        )


def locked_project(actor: Actor, project: Project) -> Project:
    """The project, held until the transaction ends: whatever changes its periods comes one after the other."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    can_manage_periods(actor, project).require()
    return project


def close_open_one(actor: Actor, project: Project) -> None:
    """Close the period that is open, if one is."""
    current = (
        BillingPeriod.objects.select_for_update().filter(project=project, status=PeriodStatus.OPEN).first()
    )
    if current is not None:
        _close(actor, current)


def _close(actor: Actor, period: BillingPeriod) -> None:
    period.status, period.closed_at = PeriodStatus.CLOSED, clock.now()
    period.save(update_fields=["status", "closed_at"])
    _record(actor, "period.closed", period)


def _record(
    actor: Actor,
    name: str,
    period: BillingPeriod,
    changes: Changes | None = None,
    facts: dict[str, str] | None = None,
) -> None:
    record_in(period.project, actor, name, period, changes=changes, facts=facts)
