"""Reminding contracts of the claim that is still to come, at the press of a button (R-NOTIFY-2, R-INVITE).

Whoever was invited or has begun a claim can be reminded, once a day, by the calendar (``billing``) or by a person.
After the due day nothing can be submitted, so nobody is reminded of it, but where the project accepts what is late;
what was sent back can be resubmitted at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.policies import require_level
from tallystick.access.recording import record_all_in
from tallystick.audit.actions import Told
from tallystick.claims.models import Claim
from tallystick.claims.states import EDITABLE, ClaimStatus
from tallystick.contracts.models import Contract
from tallystick.contracts.states import CLAIMABLE, ContractStatus
from tallystick.core import clock
from tallystick.core.batches import batched
from tallystick.core.dates import due_moment, format_date, format_range
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.core.text import join_and
from tallystick.directory.models import Project
from tallystick.notifications.actions import Notice, Recipient, notify_all
from tallystick.notifications.models import Message
from tallystick.notifications.rendering import Fact
from tallystick.periods.models import BillingPeriod, Invite, InviteAnswer, PeriodExtension, PeriodStatus
from tallystick.reminders.billing import contacts_of, days_left
from tallystick.reminders.models import Reminder
from tallystick.terms import Dictionary, text

EVENT = "claim.reminder"


@dataclass(frozen=True, slots=True)
class Unsubmitted:
    """What decides about reminding one contract, looked up for many contracts at once."""

    contacts: tuple[Recipient, ...]
    invite: Invite | None
    claim: Claim | None
    due: date


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of reminding one contract: done, or left out and why."""

    contract: Contract
    decision: Decision

    @property
    def done(self) -> bool:
        """Whether its claim contacts were told."""
        return bool(self.decision)


def can_remind(actor: Actor, contract: Contract, period: BillingPeriod, known: Unsubmitted) -> Decision:
    """Remind the contract's claim contacts of what they have not submitted for the period: Admin on Commitments."""
    return (
        require_level(actor, contract.project, Tool.COMMITMENTS, Level.ADMIN, text("remind {claim_contacts}"))
        and _is_asked(contract, period, known)
        and _is_to_come(known)
        and _is_time(contract, known)
    )


def _is_asked(contract: Contract, period: BillingPeriod, known: Unsubmitted) -> Decision:
    if period.status != PeriodStatus.OPEN and not _is_sent_back(known):
        return refused(text("This {billing_period} is closed. Open it again first."))
    if contract.status not in CLAIMABLE:
        return refused(
            text(
                "The contract is {status}, so nothing is {bill:past} on it.",
                status=ContractStatus(contract.status).label,
            )
        )
    return ALLOWED


def _is_to_come(known: Unsubmitted) -> Decision:
    """Somebody is there to submit what was asked for or begun."""
    if not known.contacts:
        return refused(text("This contract has no {claim_contact}. Name one on its People tab first."))
    if known.claim is not None:
        if known.claim.status in EDITABLE:
            return ALLOWED
        return refused(
            text(
                "{A claim} for this {billing_period} is {status} already.",
                status=ClaimStatus(known.claim.status).label,
            )
        )
    if known.invite is None:
        return refused(text("The contract is not invited for this {billing_period}. Send {an invite} first."))
    if known.invite.answer == InviteAnswer.DECLINED:
        return refused(f"{known.invite.answered_by_name} said No. Invite them again to ask once more.")
    return ALLOWED


def _is_time(contract: Contract, known: Unsubmitted) -> Decision:
    """It is not too late, and nobody was reminded today."""
    project = contract.project
    is_over = clock.now() >= due_moment(known.due, project.time_zone)
    if is_over and not _is_sent_back(known) and not project.accept_late_claims:
        return refused(
            text(
                "The due date of this {billing_period} was {day}. Give the contract an extension first.",
                day=format_date(known.due, project.locale),
            )
        )
    reminder = getattr(known.invite, "reminder", None)
    if reminder is not None and reminder.last_on == clock.today_in(project.time_zone):
        return _told_today()
    return ALLOWED


def _is_sent_back(known: Unsubmitted) -> bool:
    return known.claim is not None and known.claim.status == ClaimStatus.REVISE_AND_RESUBMIT


def _told_today() -> Decision:
    return refused("They were reminded today already.")


def unsubmitted_of(period: BillingPeriod, contracts: Sequence[Contract]) -> dict[int, Unsubmitted]:
    """By the contract's id. Four queries, however many contracts of the period's project are asked about."""
    invites = {
        invite.contract_id: invite
        for invite in Invite.objects.filter(period=period).select_related("reminder").order_by("pk")
    }
    claims = {
        claim.contract_id: claim
        for claim in Claim.objects.filter(period=period, deleted_at=None).order_by("number")
    }
    extended = dict(PeriodExtension.objects.filter(period=period).values_list("contract_id", "due"))
    contacts = contacts_of(period.project)
    return {
        contract.pk: Unsubmitted(
            contacts=tuple(contacts.get(contract.pk, ())),
            invite=invites.get(contract.pk),
            claim=claims.get(contract.pk),
            due=max(period.due, extended.get(contract.pk, period.due)),
        )
        for contract in contracts
    }


@transaction.atomic
def remind_now(actor: Actor, period: BillingPeriod, contracts: Sequence[Contract]) -> list[Reminded]:
    """Remind the claim contacts of each contract of what is still to come; each is done, or left out and why.

    Again on the same day reminds nobody. The number of queries grows only with what a statement can hold.
    """
    # Closing the period, and whoever else reminds for it, comes before this or after it.
    period = (
        BillingPeriod.objects.select_for_update(of=("self",))
        .select_related("project__account")
        .get(pk=period.pk)
    )
    contracts = list({contract.pk: contract for contract in contracts}.values())
    known = unsubmitted_of(period, contracts)
    decisions = {
        contract.pk: can_remind(actor, contract, period, known[contract.pk]) for contract in contracts
    }
    asked = [contract for contract in contracts if decisions[contract.pk]]
    if asked:
        today = clock.today_in(period.project.time_zone)
        notices = {one.pk: _notice(actor, period, one, known[one.pk], today) for one in asked}
        told = _tell(period.project, notices)
        decisions |= {contract.pk: _told_today() for contract in asked if contract.pk not in told}
        done = [contract for contract in asked if contract.pk in told]
        _note([invite for one in done if (invite := known[one.pk].invite)], today)
        _record(actor, period, done, known)
    return [Reminded(contract, decisions[contract.pk]) for contract in contracts]


def _tell(project: Project, notices: dict[int, Notice]) -> set[int]:
    """Write the messages; ids of the contracts of which somebody was told by this."""
    written = notify_all(EVENT, notices.values(), account=project.account, project=project)
    keys: set[str] = set()
    for some in batched(written):
        keys.update(Message.objects.filter(pk__in=some).values_list("key", flat=True))
    occasions = {key.removeprefix(f"{EVENT}:").rpartition(":")[0] for key in keys}
    return {contract for contract, notice in notices.items() if notice.key in occasions}


def _note(invites: Sequence[Invite], today: date) -> None:
    """Reminders by the calendar count from today."""
    before = [invite.reminder for invite in invites if hasattr(invite, "reminder")]
    for reminder in before:
        reminder.last_on, reminder.times = today, reminder.times + 1
    for some in batched(before):
        Reminder.objects.bulk_update(list(some), ["last_on", "times"])
    Reminder.objects.bulk_create(
        Reminder(invite=invite, last_on=today) for invite in invites if not hasattr(invite, "reminder")
    )


def _record(
    actor: Actor, period: BillingPeriod, contracts: Sequence[Contract], known: dict[int, Unsubmitted]
) -> None:
    span = format_range(period.start, period.end, period.project.locale)
    record_all_in(
        period.project,
        actor,
        "contract.reminded",
        [
            Told(
                contract,
                facts={
                    "period": span,
                    "people": join_and([to.name for to in known[contract.pk].contacts], limit=8),
                },
            )
            for contract in contracts
        ],
    )


def _notice(
    actor: Actor, period: BillingPeriod, contract: Contract, known: Unsubmitted, today: date
) -> Notice:
    project, claim = period.project, known.claim
    return Notice(
        to=known.contacts,
        key=f"contract:{contract.pk}:{period.pk}:{today.isoformat()}",
        thread=f"invite:{known.invite.pk}" if known.invite else f"contract:{contract.pk}",
        path=reverse("claim", args=[claim.pk]) if claim else reverse("contract", args=[contract.pk]),
        values={
            "by": actor.name,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{project.number} {project.name}",
            "stands": lambda words: _stands(known, words),
            "open": lambda words: words.text("open the {claim}" if claim else "open the {commitment}"),
            "terms": lambda words: _terms(period, contract, known, today, words),
        },
    )


def _stands(known: Unsubmitted, words: Dictionary) -> str:
    if known.claim is None:
        if known.invite is not None and known.invite.answer == InviteAnswer.ACCEPTED:
            return words.text("You want to {bill} this period, and no {claim} has been started yet.")
        return words.text(
            "Say on the page of the {commitment} whether you want to {bill} this period, or start {a claim} there."
        )
    if known.claim.status == ClaimStatus.REVISE_AND_RESUBMIT:
        return words.text(
            "{Claim} {number} was sent back: revise and resubmit it.", number=known.claim.number
        )
    return words.text("{Claim} {number} is a draft: submit it.", number=known.claim.number)


def _terms(
    period: BillingPeriod, contract: Contract, known: Unsubmitted, today: date, words: Dictionary
) -> list[Fact]:
    locale = words.locale.code
    left = (known.due - today).days
    due = format_date(known.due, locale) + (f", {days_left(left)}" if left >= 0 else "")
    return [
        Fact(words.cap("commitment"), f"{contract.number} {contract.title}"),
        Fact(words.cap("billing_period"), format_range(period.start, period.end, locale)),
        Fact("Due", due),
    ]
