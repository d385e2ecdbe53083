"""What the worker does for this room: thin entry points that take ids."""

import time
from typing import Any
from uuid import UUID

from tallystick.runs.context import Context
from tallystick.runs.kinds import run_kind
from tallystick.runs.periodic import register
from tallystick.signing.builtin.certificates import seal_anew
from tallystick.signing.builtin.provider import watch_mail
from tallystick.signing.collecting import collect_waiting
from tallystick.signing.docusign.tokens import refresh_due
from tallystick.signing.models import Envelope
from tallystick.signing.news import fetch_due, forget_old, reconcile
from tallystick.signing.requesting import KIND
from tallystick.signing.sending import send_one, send_waiting
from tallystick.signing.states import EnvelopeState
from tallystick.signing.taking_back import expire_due, remind_due, void_waiting

register(send_waiting, every_seconds=5.0)
register(collect_waiting, every_seconds=1.0)
register(void_waiting, every_seconds=2.0)
register(fetch_due, every_seconds=2.0)
register(remind_due, every_seconds=30.0)
register(expire_due, every_seconds=30.0)
register(reconcile, every_seconds=30.0)
register(watch_mail, every_seconds=15.0)
register(refresh_due, every_seconds=60.0)
register(seal_anew, every_seconds=60.0)
register(forget_old, every_seconds=6 * 3600.0)

BUSY_ROUNDS = 4
BUSY_SECONDS = 5.0


@run_kind(KIND)
def send_for_signature(run_id: UUID, context: Context) -> dict[str, Any]:
    """Send every envelope of the run; its result has a line for each claim.

    What another worker was at when it died is tried again after a moment. What the provider can't take now stays
    queued, and is sent by itself later.
    """
    left: list[int] = context.params["envelopes"]
    outcomes: dict[int, dict[str, Any]] = {}
    total = len(left)
    for turn in range(BUSY_ROUNDS):
        if turn:
            context.step(f"pause {turn}", pause)
        sent = context.each(
            f"send {turn}",
            send_one,
            left,
            sentence="Sending for signature",
            before=total - len(left),
            total=total,
        )
        outcomes |= {one["envelope"]: one for one in sent}
        left = [one["envelope"] for one in sent if one["busy"]]
        if not left:
            break
    return dict(context.step("tell", result_of, context.params, list(outcomes.values())))


def pause() -> None:
    """Let a request that was on its way arrive, before it is looked for."""
    time.sleep(BUSY_SECONDS)


def result_of(params: dict[str, Any], outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    """The run's result: how many are out, and for each other claim what holds it up."""
    named = {
        envelope.pk: envelope
        for envelope in Envelope.objects.filter(pk__in=[one["envelope"] for one in outcomes]).select_related(
            "claim__contract__company"
        )
    }
    rows = [
        {
            "claim": envelope.claim_id,
            "key": str(envelope.key),
            "name": f"{envelope.claim.contract.number} · {envelope.claim.number}",
            "company": envelope.claim.contract.company.name,
            "state": one["state"],
            "reason": one["reason"],
        }
        for one in outcomes
        if (envelope := named.get(one["envelope"])) is not None
    ]
    waiting = (EnvelopeState.QUEUED, EnvelopeState.FAILED, EnvelopeState.VOIDED)
    return {
        "provider": params["provider"],
        "sent": sum(row["state"] not in waiting for row in rows),
        "waiting": sum(row["state"] == EnvelopeState.QUEUED for row in rows),
        "failed": sum(row["state"] == EnvelopeState.FAILED for row in rows),
        "claims": rows,
        "left_out": params["left_out"],
    }
