"""Doing what the calendar asks for, once for each project or account, at a sensible hour of its own zone.

Every worker looks once a minute, by three queries while nothing is due. A round is done in one transaction that holds
its row: whoever comes second, on whichever host, finds the next turn moved on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tallystick.core import clock
from tallystick.directory.models import Account, Insurance, Project
from tallystick.reminders.billing import remind_to_bill
from tallystick.reminders.calc import MONDAY, is_daytime, next_turn
from tallystick.reminders.digest import send_digest
from tallystick.reminders.insurance import tell_of_expiry
from tallystick.reminders.models import Round, RoundKind

logger = logging.getLogger("tallystick.reminders")

AFTER_A_FAULT = timedelta(hours=1)

Subject = TypeVar("Subject", Project, Account)


@dataclass(frozen=True, slots=True)
class Turn(Generic[Subject]):
    """How the rounds of one kind go: who has them, on which weekday if not on every one, and what is done."""

    kind: RoundKind
    subjects: Callable[[], QuerySet[Subject]]
    do: Callable[[Subject, date], int]
    weekday: int | None = None


def _billing() -> QuerySet[Project]:
    return Project.objects.filter(is_active=True, remind_every_days__gt=0)


def _digesting() -> QuerySet[Project]:
    return Project.objects.filter(is_active=True, weekly_digest=True)


def _insuring() -> QuerySet[Account]:
    told = Insurance.objects.filter(company__account=OuterRef("pk"), notify_expiry=True, is_exempt=False)
    return Account.objects.filter(Exists(told))


BILL = Turn(RoundKind.BILL, _billing, remind_to_bill)
DIGEST = Turn(RoundKind.DIGEST, _digesting, send_digest, weekday=MONDAY)
INSURANCE = Turn(RoundKind.INSURANCE, _insuring, tell_of_expiry)


def do_due_rounds() -> int:
    """Do every round whose moment has come; how many messages were written."""
    return _do_all(BILL) + _do_all(DIGEST) + _do_all(INSURANCE)


def _do_all(turn: Turn[Subject]) -> int:
    written = 0
    for pk in list(_waiting(turn).order_by("pk").values_list("pk", flat=True)):
        try:
            written += _do(turn, pk)
        except Exception:
            logger.exception("%s of %s did not work; it is tried again in an hour", turn.kind, pk)
            _put_off(turn, pk)
    return written


def _waiting(turn: Turn[Subject]) -> QuerySet[Subject]:
    subjects = turn.subjects()
    later = Round.objects.filter(kind=turn.kind, next_at__gt=clock.now())
    if subjects.model is Project:
        return subjects.exclude(Exists(later.filter(project=OuterRef("pk"))))
    return subjects.exclude(Exists(later.filter(account=OuterRef("pk"), project=None)))


@transaction.atomic
def _do(turn: Turn[Subject], pk: int) -> int:
    subject = turn.subjects().filter(pk=pk).first()
    if subject is None:
        return 0
    row = _held(turn, subject)
    now = clock.now()
    if row.next_at > now:
        return 0  # another worker was first
    zone = subject.time_zone
    today = clock.today_in(zone)
    written = 0
    if is_daytime(now, zone) and turn.weekday in (None, today.weekday()):
        written = turn.do(subject, today)
    row.next_at = next_turn(now, zone, weekday=turn.weekday)
    row.save(update_fields=["next_at"])
    return written


def _held(turn: Turn[Subject], subject: Subject) -> Round:
    """The row of this round, held until the transaction ends; made at the first time."""
    of = _names(subject)
    Round.objects.get_or_create(kind=turn.kind, **of, defaults={"next_at": clock.now()})
    return Round.objects.select_for_update(of=("self",)).get(Q(**of), kind=turn.kind)


def _names(subject: Project | Account) -> dict[str, int | None]:
    if isinstance(subject, Project):
        return {"account_id": subject.account_id, "project_id": subject.pk}
    return {"account_id": subject.pk, "project_id": None}


@transaction.atomic
def _put_off(turn: Turn[Subject], pk: int) -> None:
    subject = turn.subjects().filter(pk=pk).first()
    if subject is not None:
        row = _held(turn, subject)
        row.next_at = max(row.next_at, clock.now() + AFTER_A_FAULT)
        row.save(update_fields=["next_at"])
