"""The open period's invite on a commitment's page: the question to its claim contacts, what administrators can send."""

from __future__ import annotations

from typing import Any

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.core.dates import describe_days_left, format_date, format_range
from tallystick.periods.invite_queries import Question, contract_invite
from tallystick.periods.models import Invite, InviteAnswer
from tallystick.periods.wording import SAID, type_label
from tallystick.terms import current, text
from tallystick.web.people.lately import when


def invited_to(actor: Actor, contract: Contract) -> dict[str, Any] | None:
    """What ``invites/_of_contract.html`` shows; None where there is nothing to ask or to tell."""
    found = contract_invite(actor, contract)
    if found is None or (found.question is None and not found.sending):
        return None
    locale = current().locale.code
    left = describe_days_left(found.due, contract.project.time_zone)
    return {
        "period": found.period,
        "due": f"due {format_date(found.due, locale)}, {left[:1].lower()}{left[1:]}",
        "sending": [
            {"value": kind.value, "label": type_label(kind), "decision": decision}
            for kind, decision in found.sending.items()
        ],
        "label": text("Send {an invite}") if found.question is None else text("Send the {invite} again"),
        "told": _told(found.question.invite, locale) if found.question else "Not invited yet.",
        "answered": _answered(found.question.invite, locale) if found.question else "",
        **(_asked(found.question, locale) if found.question and not found.sending else {}),
    }


def _asked(question: Question, locale: str) -> dict[str, str | bool]:
    """The question to whoever may answer: asked once, and the answer can be changed while it matters."""
    if not question.can_answer:
        return {}
    invite = question.invite
    if invite.answer == InviteAnswer.NONE:
        span = format_range(invite.period.start, invite.period.end, locale)
        return {
            "asks": True,
            "asked": text(
                "{by} has invited you to bill {period}: {kind}. Do you want to?",
                by=question.asked_by,
                period=span,
                kind=question.kind,
            ),
        }
    other = InviteAnswer.DECLINED if invite.answer == InviteAnswer.ACCEPTED else InviteAnswer.ACCEPTED
    return {"changes_to": other.value, "change_label": f"Answer {SAID[other]} instead"}


def _told(invite: Invite, locale: str) -> str:
    day = when(invite.sent_at, invite.contract.project.time_zone, locale)[0]
    by = f" by {invite.invited_by_name}" if invite.invited_by_name else ""
    times = f", {invite.times_sent} times" if invite.times_sent > 1 else ""
    return f"Invited {day}{by}{times}: {type_label(invite.claim_type)}."


def _answered(invite: Invite, locale: str) -> str:
    if invite.answer == InviteAnswer.NONE or invite.answered_at is None:
        return ""
    day = when(invite.answered_at, invite.contract.project.time_zone, locale)[0]
    return f"{invite.answered_by_name} answered {SAID[invite.answer]}, {day}."
