"""Taking in what comes back for a message: its address names it, what it says decides what becomes of it (R-NOTIFY).

``bounces+ID@DOMAIN`` is the envelope sender of the message with that id (``smtp.envelope_sender``). Only that address
tells which message, and so which recipient, a report is about; nothing that stands in the report does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tallystick.audit.actions import record
from tallystick.core.errors import NotFound, Refused
from tallystick.notifications.actions import BY, suppress_address
from tallystick.notifications.models import Message
from tallystick.notifications.reports import Verdict, header_texts, read_report
from tallystick.notifications.states import AddressTrouble, MessageStatus

ENVELOPE_HEADERS = ("Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To", "To")
"""Where mail systems write whom a message was delivered to, the surest first."""


class Effect(Enum):
    """What was done with what came back."""

    SUPPRESSED = "The message did not arrive, and nothing more is sent to its address."
    FAILED = "The message did not arrive."
    NOTED = "What the mail system said is noted on the message."
    DROPPED = "It is no report of a mail system, so it was dropped."


@dataclass(frozen=True, slots=True)
class Taken:
    """Which message it was about, and what was done."""

    message: Message
    effect: Effect


@transaction.atomic
def take_report(content: bytes, recipient: str = "") -> Taken:
    """Take in a mail that was delivered to ``recipient``; where it is empty, to whom its headers say.

    Raises ``NotFound`` where that names no message of ours, and ``Refused`` where no address for reports is set. The
    same report again changes nothing.
    """
    message = _message(recipient, content)
    report = read_report(content)
    match report.verdict:
        case Verdict.NO_REPORT | Verdict.AUTOMATIC:
            return Taken(message, Effect.DROPPED)
        case Verdict.NO_SUCH_ADDRESS:
            _fail(message, "It came back: the mail server of the address does not know it.", report.said)
            suppress_address(message.account, message.address, report.said or "No such address.")
            return Taken(message, Effect.SUPPRESSED)
        case Verdict.COMPLAINT:
            _note(message, report.said)
            suppress_address(
                message.account,
                message.address,
                "Its reader called a message unwanted.",
                trouble=AddressTrouble.COMPLAINED,
            )
            return Taken(message, Effect.SUPPRESSED)
        case Verdict.REFUSED:
            _fail(message, "It came back: it could not be delivered.", report.said)
            return Taken(message, Effect.FAILED)
        case _:
            _note(message, report.said)
            return Taken(message, Effect.NOTED)


def _message(recipient: str, content: bytes) -> Message:
    bounces = settings.MAIL_BOUNCES
    if not bounces:
        raise Refused("TALLYSTICK_MAIL_BOUNCES is not set, so no address belongs to reports. Set it first.")
    places = [recipient] if recipient else header_texts(content, ENVELOPE_HEADERS)
    wanted = next((found for place in places if (found := _id_in(place, bounces)) is not None), None)
    message = (
        Message.objects.select_for_update(of=("self",)).select_related("account").filter(pk=wanted).first()
        if wanted is not None
        else None
    )
    if message is None:
        raise NotFound(
            "There is no message for this address. It takes reports of mail that could not be delivered, and "
            "nobody reads what else comes here."
        )
    return message


def _id_in(text: str, bounces: str) -> UUID | None:
    local, _, domain = bounces.partition("@")
    found = re.search(
        rf"(?<![\w.+-]){re.escape(local)}\+([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})@{re.escape(domain)}(?![\w.-])",
        text[:1000],
        re.IGNORECASE,
    )
    return UUID(found[1]) if found else None


def _fail(message: Message, reason: str, said: str) -> None:
    """Mark it, once. A worker that is still waiting for the server's last word does not overwrite it."""
    if message.status == MessageStatus.FAILED:
        return
    message.status, message.reason, message.last_answer = MessageStatus.FAILED, reason, said
    message.taken_by = ""
    if message.is_secret:
        message.text, message.html, message.files = "", "", []
    message.save(update_fields=["status", "reason", "last_answer", "taken_by", "text", "html", "files"])
    record(
        None,
        "message.came_back",
        message,
        account_id=message.account_id,
        project_id=message.project_id,
        actor_name=BY,
        facts={"address": message.address, "why": said or reason},
    )


def _note(message: Message, said: str) -> None:
    if said:
        message.last_answer = said
        message.save(update_fields=["last_answer"])
