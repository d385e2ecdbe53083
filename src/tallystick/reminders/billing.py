"""Reminders to bill (R-NOTIFY-2, R-INVITE, domain §4, §12).

The first comes the set number of days after the invite, then at that interval, until the contract's claim of the period
is submitted, the invite is declined, the period is closed or the due day, an extension counted, is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse

from tallystick.claims.models import Claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts.models import ClaimContact
from tallystick.contracts.states import CLAIMABLE
from tallystick.core.dates import format_date, format_range
from tallystick.directory.models import Project
from tallystick.notifications.actions import Recipient, notify
from tallystick.notifications.rendering import Fact
from tallystick.periods.models import BillingPeriod, Invite, InviteAnswer, PeriodExtension, PeriodStatus
from tallystick.periods.wording import type_label
from tallystick.reminders.calc import is_reminded
from tallystick.reminders.models import Reminder
from tallystick.terms import Dictionary


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An invite after which no claim has come yet."""

    invite: Invite
    due: date
    left: int
    draft: Claim | None


def remind_to_bill(project: Project, today: date) -> int:
    """Write this day's reminders of the project; how many. Reading takes as many queries however many are invited."""
    period = BillingPeriod.objects.filter(project=project, status=PeriodStatus.OPEN).first()
    if period is None:
        return 0
    due = [row for row in _waiting(project, period, today) if _is_due(project, row.invite, today)]
    contacts = contacts_of(project) if due else {}
    written = 0
    for row in due:
        told = _remind(project, period, row, contacts.get(row.invite.contract_id, []), today)
        written += told
        if told:
            _note(row.invite, today)
    return written


def _waiting(project: Project, period: BillingPeriod, today: date) -> list[_Waiting]:
    claims = Claim.objects.filter(period=period, deleted_at=None)
    beyond_draft = claims.exclude(status=ClaimStatus.DRAFT)
    invites = (
        Invite.objects.filter(period=period, contract__project=project, contract__status__in=CLAIMABLE)
        .exclude(answer=InviteAnswer.DECLINED)
        .exclude(Exists(beyond_draft.filter(contract=OuterRef("contract"))))
        .select_related("contract__company", "reminder")
        .order_by("contract__number", "pk")
    )
    extended = dict(PeriodExtension.objects.filter(period=period).values_list("contract_id", "due"))
    drafts = {claim.contract_id: claim for claim in claims.filter(status=ClaimStatus.DRAFT)}
    found = []
    for invite in invites:
        due = max(period.due, extended.get(invite.contract_id, period.due))
        if due >= today:
            found.append(_Waiting(invite, due, (due - today).days, drafts.get(invite.contract_id)))
    return found


def _is_due(project: Project, invite: Invite, today: date) -> bool:
    invited_on = invite.sent_at.astimezone(ZoneInfo(project.time_zone)).date()
    reminder = getattr(invite, "reminder", None)
    return is_reminded(invited_on, reminder and reminder.last_on, project.remind_every_days, today)


def contacts_of(project: Project) -> dict[int, list[Recipient]]:
    """Whom to remind, by the contract's id: its claim contacts who are active, by name. One query."""
    found: dict[int, list[Recipient]] = {}
    rows = ClaimContact.objects.filter(contract__project=project, person__is_active=True)
    for contact in rows.select_related("person__login").order_by("person__name", "pk"):
        found.setdefault(contact.contract_id, []).append(Recipient.of_person(contact.person))
    return found


def _note(invite: Invite, today: date) -> None:
    reminder = getattr(invite, "reminder", None)
    if reminder is None:
        Reminder.objects.create(invite=invite, last_on=today)
        return
    reminder.last_on = today
    reminder.times += 1
    reminder.save(update_fields=["last_on", "times"])


def _remind(
    project: Project, period: BillingPeriod, row: _Waiting, contacts: list[Recipient], today: date
) -> int:
    contract, draft = row.invite.contract, row.draft
    return len(
        notify(
            "invite.reminder",
            account=project.account,
            project=project,
            to=contacts,
            key=f"invite:{row.invite.pk}:{today.isoformat()}",
            thread=f"invite:{row.invite.pk}",
            path=reverse("claim", args=[draft.pk]) if draft else reverse("contract", args=[contract.pk]),
            values={
                "by": row.invite.invited_by_name,
                "contract": f"{contract.number} {contract.title}",
                "project": f"{project.number} {project.name}",
                "left": days_left(row.left),
                "stands": lambda words: _stands(row, words),
                "open": lambda words: words.text("open the {claim}" if draft else "open the {commitment}"),
                "said": project.invite_message,
                "terms": lambda words: _terms(period, row, words),
            },
        )
    )


def days_left(days: int) -> str:
    """How many days are left to bill, in words: ``today is the last day``."""
    return {0: "today is the last day", 1: "tomorrow is the last day"}.get(days, f"{days} days left")


def _stands(row: _Waiting, words: Dictionary) -> str:
    if row.draft is not None:
        return words.text("{Claim} {number} is a draft: submit it.", number=row.draft.number)
    if row.invite.answer == InviteAnswer.ACCEPTED:
        return words.text("You want to bill this period, and no {claim} has been started yet.")
    return words.text(
        "Say on the page of the {commitment} whether you want to bill this period, or start {a claim} there."
    )


def _terms(period: BillingPeriod, row: _Waiting, words: Dictionary) -> list[Fact]:
    contract, locale = row.invite.contract, words.locale.code
    return [
        Fact(words.cap("commitment"), f"{contract.number} {contract.title}"),
        Fact(words.text("Type of {claim}"), type_label(row.invite.claim_type)),
        Fact(words.cap("billing_period"), format_range(period.start, period.end, locale)),
        Fact("Invited by", row.invite.invited_by_name),
        Fact("Due", format_date(row.due, locale)),
    ]
