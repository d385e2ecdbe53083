"""Issuing the answer to a claim, recording its service, withdrawing it, setting the day of receipt (domain §6.10)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.claims.facts import with_facts
from tallystick.claims.models import Claim
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim
from tallystick.core import clock
from tallystick.core.dates import format_date
from tallystick.core.errors import BadInput
from tallystick.core.money import format_money
from tallystick.core.text import join_and
from tallystick.documents.kinds import clean_name
from tallystick.documents.papers import render_payment_schedule
from tallystick.documents.store import keep_bytes
from tallystick.documents.words import dictionary_of
from tallystick.jurisdictions import Deadlines
from tallystick.payment_schedules.calc import Figures, ScheduleLine, Side
from tallystick.payment_schedules.figures import figures_of
from tallystick.payment_schedules.law import frozen_law, law_of, received_on
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.paper import paper_of
from tallystick.payment_schedules.policies import (
    can_change_receipt,
    can_issue,
    can_record_service,
    can_withdraw,
)
from tallystick.payment_schedules.states import PaperKind, ServiceMethod
from tallystick.terms.context import current, text, use

MOST_NAMED = 6
EARLIEST = timedelta(days=366)
"""So long before its period ends a claim may have arrived; an earlier day is a slip of the finger."""
LONGEST_ADDRESS = 200


@transaction.atomic
def issue_payment_schedule(
    actor: Actor,
    claim: Claim,
    kind: PaperKind,
    *,
    service_method: ServiceMethod,
    served_to: str,
    retention_reason: str = "",
    note: str = "",
    version: int | None = None,
) -> PaymentSchedule:
    """Issue the answer with the figures that are assessed, or certified, now; its PDF is kept for ever.

    Raises ``Refused``; ``BadInput`` where a line was cut, or more retention is held than the contract's rules ask
    for, and nobody has said why: every reason has to be given; ``Stale`` where ``version`` is not the claim's.
    """
    lock_claim(claim.pk, version=version)
    claim = with_facts(Claim.objects.filter(pk=claim.pk)).get()
    can_issue(actor, claim, kind).require()
    figures = figures_of(claim, lines_of(claim))
    _check_reasons(figures, retention_reason, kind)
    if not served_to.strip():
        raise BadInput(
            "Say to whom and where it is served, such as an e-mail address.",
            {"served_to": "Type to whom and where it is served."},
        )
    law = law_of(claim)
    schedule = PaymentSchedule(
        claim=claim,
        kind=kind,
        revision=PaymentSchedule.objects.filter(claim=claim, kind=kind).count(),
        claim_revision=claim.revision,
        received_on=law.received_on,
        serve_by=_serve_by(law, kind),
        pay_by=law.pay.day,
        rule_key=law.rule.key,
        lines=[line.frozen() for line in figures.lines],
        retention_reason=retention_reason.strip(),
        note=note.strip(),
        issued_at=clock.now(),
        issued_by_id=actor.login_id,
        issued_by_name=actor.name,
        service_method=service_method,
        served_to=" ".join(served_to.split())[:LONGEST_ADDRESS],
        adjustment=figures.adjustment,
        **_side("claimed", figures.claimed),
        **_side("scheduled", figures.scheduled),
    )
    with use(dictionary_of(claim.contract.project)):
        schedule.law = frozen_law(law)
        schedule.file_name = file_name(schedule, claim)
        data = render_payment_schedule(paper_of(schedule, claim, law, figures))
    schedule.file = keep_bytes(claim.contract.project.account, data, "application/pdf")
    schedule.save()
    amount = format_money(schedule.scheduled_total, claim.contract.currency, claim.contract.project.locale)
    record_on(
        actor,
        "payment_schedule.issued",
        claim,
        paper=current()(kind.value),
        amount=amount,
        schedule=schedule.pk,
    )
    return schedule


def _serve_by(law: Deadlines, kind: PaperKind) -> date | None:
    if kind is PaperKind.PAY_LESS_NOTICE:
        return law.pay_less.day if law.pay_less else None
    return law.answer.day


def _side(name: str, side: Side) -> dict[str, int]:
    return {
        f"{name}_{field}": getattr(side, field)
        for field in ("work", "retention", "released", "due", "tax", "total")
    }


def _check_reasons(figures: Figures, retention_reason: str, kind: PaperKind) -> None:
    """Every cut has its reason (domain §6.10: if less than claimed, every reason)."""
    if missing := figures.without_reason:
        raise BadInput(
            f"{named(missing)} {'was' if len(missing) == 1 else 'were'} cut without a reason. "
            f"The {current()(kind.value)} has to give every reason: type it on the line, then issue."
        )
    if figures.retention_without_reason and not retention_reason.strip():
        raise BadInput(
            text(
                "More {retention} is held on {lines} than the contract’s rules ask for. Say why.",
                lines=_lowered(named(figures.retention_without_reason)),
            ),
            {"retention_reason": text("Say why more {retention} is held.")},
        )
    if not figures.add_up():
        raise BadInput(
            text("The figures of this {claim} do not add up as they are stored. ")
            + "Reopen it for review and save it once; then issue."
        )


def named(lines: tuple[ScheduleLine, ...]) -> str:
    """``Lines 1.2, 3 and 4 more``: by item number, else by description."""
    names = [line.item or f"“{line.description}”" for line in lines]
    return f"{'Line' if len(lines) == 1 else 'Lines'} {join_and(names, limit=MOST_NAMED)}"


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def file_name(schedule: PaymentSchedule, claim: Claim) -> str:
    """What the download is called: ``Payment schedule - SC-012 - 4 r1.pdf``."""
    word = current().cap(schedule.kind)
    revision = f" r{schedule.revision}" if schedule.revision else ""
    return clean_name(f"{word} - {claim.contract.number} - {claim.number}{revision}.pdf".replace("/", "-"))


@transaction.atomic
def record_service(
    actor: Actor,
    schedule: PaymentSchedule,
    *,
    served_on: date,
    service_method: ServiceMethod,
    served_to: str,
) -> PaymentSchedule:
    """Record when and how the paper reached the claimant. Recording it again corrects it; the history has both."""
    schedule = _locked(schedule)
    can_record_service(actor, schedule).require()
    zone = schedule.claim.contract.project.time_zone
    if served_on > clock.today_in(zone):
        raise BadInput(
            "Service is recorded once it has happened.", {"served_on": "This day is still to come."}
        )
    if served_on < schedule.received_on:
        raise BadInput(
            text("It can’t have been served before the {claim} was received."),
            {"served_on": text("This is before the {claim} was received.")},
        )
    before = schedule.served_on
    schedule.served_on = served_on
    schedule.service_method = service_method
    schedule.served_to = " ".join(served_to.split())[:LONGEST_ADDRESS] or schedule.served_to
    schedule.save(update_fields=["served_on", "service_method", "served_to"])
    locale = schedule.claim.contract.project.locale
    day = format_date(served_on, locale)
    record_on(
        actor,
        "payment_schedule.served",
        schedule.claim,
        changes={"served_on": [format_date(before, locale), day]} if before and before != served_on else None,
        paper=current()(schedule.kind),
        day=day,
    )
    return schedule


@transaction.atomic
def withdraw_payment_schedule(actor: Actor, schedule: PaymentSchedule, *, reason: str) -> PaymentSchedule:
    """Take an issued paper back. It stays readable, marked as withdrawn; the next one issued is its revision."""
    schedule = _locked(schedule)
    if schedule.withdrawn_at is not None:
        return schedule
    can_withdraw(actor, schedule).require()
    if not reason.strip():
        raise BadInput(
            "Say why it is withdrawn; the reason stays with it.", {"withdrawn_reason": "Type the reason."}
        )
    schedule.withdrawn_at = clock.now()
    schedule.withdrawn_by_id = actor.login_id
    schedule.withdrawn_reason = reason.strip()
    schedule.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record_on(
        actor,
        "payment_schedule.withdrawn",
        schedule.claim,
        paper=current()(schedule.kind),
        reason=reason.strip(),
    )
    return schedule


def _locked(schedule: PaymentSchedule) -> PaymentSchedule:
    return (
        PaymentSchedule.objects.select_for_update(of=("self",))
        .select_related("claim__contract__project__account", "file")
        .get(pk=schedule.pk)
    )


@transaction.atomic
def set_received_on(actor: Actor, claim: Claim, day: date, *, version: int | None = None) -> Claim:
    """Correct the day on which the claim arrived, as where it came on paper and was entered later."""
    claim = lock_claim(claim.pk, version=version)
    can_change_receipt(actor, claim).require()
    if day > clock.today_in(claim.contract.project.time_zone):
        raise BadInput(
            text("{A claim} is received once it is there."), {"received_on": "This day is still to come."}
        )
    if day < claim.period_end - EARLIEST:
        raise BadInput(
            text("This {claim} can’t have been received more than a year before its period ends."),
            {"received_on": "Check the year."},
        )
    before = received_on(claim)
    if day == before:
        return claim
    claim.received_on = day
    save_claim(claim)
    locale = claim.contract.project.locale
    said = format_date(day, locale)
    record_on(
        actor,
        "payment_schedule.receipt_changed",
        claim,
        changes={"received_on": [format_date(before, locale), said]} if before else None,
        day=said,
    )
    return claim
