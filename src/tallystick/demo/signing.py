"""The act of signatures: some claims signed here, one that waits for its signer, one that was declined."""

from __future__ import annotations

from collections.abc import Mapping

from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED
from tallystick.core import clock
from tallystick.demo.billing import Stage
from tallystick.demo.content import companies
from tallystick.demo.content.calendar import PERIODS
from tallystick.runs.models import Run
from tallystick.signing.builtin.answering import (
    Circumstances,
    Reading,
    decline,
    open_document,
    pages_of,
    sign,
)
from tallystick.signing.builtin.consent import CURRENT
from tallystick.signing.builtin.handwriting import Strokes
from tallystick.signing.collecting import collect_one
from tallystick.signing.models import Envelope
from tallystick.signing.requesting import request_signatures
from tallystick.signing.sending import send_one

Key = tuple[str, int]

DRAWN: Strokes = [
    [[60, 210], [90, 90], [130, 60], [120, 150], [100, 230], [170, 190], [200, 150], [190, 210], [240, 180]],
    [[250, 150], [270, 210], [300, 160], [320, 210], [350, 150], [380, 205], [430, 170], [520, 190]],
    [[80, 250], [300, 235], [560, 240]],
]

SIGNED: Mapping[Key, Strokes | None] = {("SC-011", 11): None, ("SC-008", 11): DRAWN}
"""Signed by their contacts, by a typed name or a drawn one."""

OUT: Key = ("SC-003", 11)
"""Waits for one of those who can sign in to the sample."""

DECLINED: Mapping[Key, str] = {("SC-013", 11): "Line 4 shows 35 %. We agreed on 40 % on site last Thursday."}
"""With what the contact had to say."""

_HERE = Circumstances(
    "203.0.113.24", "Firefox on Windows", {"said": "a code mailed to the address", "at": "", "message_id": ""}
)


def play_signing(stage: Stage) -> None:
    """After the answers to the claims of the last closed period."""
    wanted = (*SIGNED, OUT, *DECLINED)
    sent = {key: stage.claims[key] for key in wanted if key in stage.claims}
    sent = {key: claim for key, claim in sent.items() if claim.status in CERTIFIED}
    if not sent:
        return
    with clock.at(stage.calendar.moment(PERIODS, 330)):
        envelopes = _send(stage, sent)
    for at, (key, envelope) in enumerate(envelopes.items()):
        trade = stage.let[key[0]].plan.trade
        actor = stage.cast.contact_actor(trade)
        if key == OUT:
            continue
        with clock.at(stage.calendar.moment(PERIODS, 400 + 10 * at)):
            open_document(actor, envelope, _HERE)
        with clock.at(stage.calendar.moment(PERIODS, 405 + 10 * at)):
            if key in DECLINED:
                decline(actor, envelope, _HERE, reason=DECLINED[key])
                continue
            drawn = SIGNED[key]
            sign(
                actor,
                envelope,
                _HERE,
                reading=Reading(range(1, pages_of(envelope) + 1)),
                consent=CURRENT,
                written_name="" if drawn else companies.FIRMS[trade].contact,
                strokes=drawn,
            )
            collect_one(envelope.pk)


def _send(stage: Stage, claims: Mapping[Key, Claim]) -> dict[Key, Envelope]:
    """Asked for and sent at once; no run is left for a worker to do."""
    project = stage.cast.project
    requested = request_signatures(stage.cast.claims, project, [claim.pk for claim in claims.values()])
    Run.objects.filter(pk=requested.run.pk).delete()
    keys = {claim.pk: key for key, claim in claims.items()}
    for envelope in requested.envelopes:
        send_one(envelope.pk)
    found = Envelope.objects.filter(pk__in=[one.pk for one in requested.envelopes]).select_related("document")
    return {keys[envelope.claim_id]: envelope for envelope in found.order_by("pk")}
