"""Sending what is due: each message once, however many workers there are.

A worker takes a message by a transaction: on PostgreSQL it passes over rows that another one holds
(``FOR UPDATE SKIP LOCKED``), on SQLite writers take turns. Before the content goes out the worker notes it. A message
that a dead worker had taken is taken anew, unless that note is there: then it may have arrived, and an administrator
decides.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.notifications.actions import BY, suppress_address, why_not
from tallystick.notifications.models import Message
from tallystick.notifications.rules import is_known, rule_for
from tallystick.notifications.smtp import Answer, Outcome, transport
from tallystick.notifications.states import UNDER_WAY, MessageStatus

logger = logging.getLogger("tallystick.notifications")

ROUND = 200
LEASE = timedelta(minutes=15)
"""Longer than handing over one message can take: whoever holds one for longer is dead."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440))
"""After each try that did not work; there is one try more than pauses."""

NO_SERVER_PAUSE = timedelta(minutes=1)
EXAMPLES = (".example", ".invalid", ".test")

MAY_HAVE_ARRIVED = (
    "The worker stopped while it handed the message over, so it may have arrived. "
    "Send it again if it has not."
)


def send_due(limit: int = ROUND) -> int:
    """Send what is due, up to ``limit`` messages; how many were taken. Any number of workers may call it at once."""
    if not _due().exists():
        return 0
    taken = 0
    with transport() as way:
        while taken < limit and (message := take()) is not None:
            taken += 1
            if reason := _reason_against(message):
                _finish(message, status=MessageStatus.SUPPRESSED, reason=reason)
                continue
            answer = way.deliver(message, lambda row=message: _note(row))  # type: ignore[misc]
            _settle(message, answer)
            if answer.outcome is Outcome.NO_SERVER:
                break
    return taken


def _due() -> QuerySet[Message]:
    instant = clock.now()
    return Message.objects.filter(
        Q(status=MessageStatus.QUEUED, next_try_at__lte=instant)
        | Q(status=MessageStatus.SENDING, taken_at__lte=instant - LEASE)
    )


def take() -> Message | None:
    """Take the message that has waited longest; nobody else gets it. None: nothing is due."""
    while True:
        with transaction.atomic():
            rows = _due().order_by("next_try_at", "pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            found = rows.values_list("pk", "status", "handed_over_at").first()
            if found is None:
                return None
            pk, status, handed_over_at = found
            if status == MessageStatus.SENDING and handed_over_at is not None:
                left = Message.objects.get(pk=pk)
                _finish(left, status=MessageStatus.FAILED, reason=MAY_HAVE_ARRIVED)
                continue
            number = str(uuid4())
            Message.objects.filter(pk=pk).update(
                status=MessageStatus.SENDING,
                taken_by=number,
                taken_at=clock.now(),
                handed_over_at=None,
                tries=F("tries") + 1,
            )
        return Message.objects.select_related("account", "project", "person", "login").get(
            pk=pk, taken_by=number
        )


def _reason_against(message: Message) -> str:
    """What has changed since it was written: the person left, switched it off, or the address takes no mail."""
    if not is_known(message.event):
        return ""
    rule = rule_for(message.event)
    if reason := why_not(message, rule):
        return reason
    if rule.good_for is not None and clock.now() >= message.created_at + rule.good_for:
        return "It could not be sent in time, and what it tells is not good any more."
    if settings.MAIL_SERVER and message.address.endswith(EXAMPLES):
        return f"{message.address} is an address of an example: there is nobody to get mail."
    return ""


def _note(message: Message) -> None:
    _update(message, handed_over_at=clock.now())


def _settle(message: Message, answer: Answer) -> None:
    """Write down what came of it, in one transaction with what follows from it."""
    match answer.outcome:
        case Outcome.SENT | Outcome.KEPT:
            status = MessageStatus.SENT if answer.outcome is Outcome.SENT else MessageStatus.KEPT
            _finish(message, status=status, last_answer=answer.said, sent_at=clock.now())
        case Outcome.NO_SUCH_ADDRESS:
            with transaction.atomic():
                _finish(
                    message,
                    status=MessageStatus.FAILED,
                    last_answer=answer.said,
                    reason="The mail server of the address does not know it.",
                )
                suppress_address(message.account, message.address, answer.said)
        case Outcome.REFUSED:
            _give_up(
                message, MessageStatus.FAILED, answer.said, "The mail server refused this message for good."
            )
        case Outcome.LATER | Outcome.NO_SERVER:
            _later(message, answer)


def _later(message: Message, answer: Answer) -> None:
    logger.warning("message %s was not sent at try %d: %s", message.pk, message.tries, answer.said)
    if message.tries > len(PAUSES):
        reason = f"It was tried {message.tries} times without success."
        _give_up(message, MessageStatus.GIVEN_UP, answer.said, reason)
        return
    pause = PAUSES[message.tries - 1]
    _finish(message, status=MessageStatus.QUEUED, last_answer=answer.said, next_try_at=clock.now() + pause)
    if answer.outcome is Outcome.NO_SERVER:
        # None of the others would fare better: they wait a minute, and none of their tries is spent.
        Message.objects.filter(status=MessageStatus.QUEUED, next_try_at__lte=clock.now()).update(
            next_try_at=clock.now() + NO_SERVER_PAUSE
        )


def _give_up(message: Message, status: MessageStatus, said: str, reason: str) -> None:
    with transaction.atomic():
        _finish(message, status=status, last_answer=said, reason=reason)
        record(
            None,
            "message.given_up",
            message,
            account_id=message.account_id,
            project_id=message.project_id,
            actor_name=BY,
            facts={"address": message.address, "why": said},
        )


def _finish(message: Message, *, status: MessageStatus, **values: object) -> None:
    """Nothing more is done now. What lets somebody in is forgotten with the last thing that was to be done."""
    if message.is_secret and status not in UNDER_WAY:
        values |= {"text": "", "html": "", "files": []}
    _update(message, taken_by="", status=status, **values)


def _update(message: Message, **values: object) -> None:
    """Only while it is still ours: a worker that was thought dead changes nothing."""
    Message.objects.filter(pk=message.pk, taken_by=message.taken_by).update(**values)
