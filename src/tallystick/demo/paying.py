"""What was paid on the claims: most in full a few weeks after they were certified, some in two parts, a few late."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.core import clock
from tallystick.demo.content.calendar import PERIODS, ZONE, Calendar
from tallystick.demo.content.progress import dice
from tallystick.payments.actions import record_payment

_LATE = 1
"""How many periods later a claim is paid that is not paid with the others."""


Claims = Mapping[tuple[str, int], Claim]
"""By contract number and billing period."""


def play_payments(actor: Actor, calendar: Calendar, claims: Claims, period: int) -> None:
    """The payment run in the third week of ``period``: for what was claimed in the month before."""
    for number, claimed in list(claims):
        late = claimed < PERIODS - 2 and dice(number, claimed, "late") % 9 == 0
        if claimed + 1 + (_LATE if late else 0) != period:
            continue
        claim = Claim.objects.select_related("contract__project").get(pk=claims[number, claimed].pk)
        amounts = _amounts(claim, number, claimed)
        for index, amount in enumerate(amounts):
            with clock.at(calendar.moment(period, 640 + index * 160)):
                record_payment(
                    actor,
                    claim.contract,
                    claim=claim,
                    amount=amount,
                    paid_on=clock.now().astimezone(ZoneInfo(ZONE)).date(),
                    reference=f"EFT {20000 + dice(number, claimed, str(index)) % 70000}",
                )


def _amounts(claim: Claim, number: str, claimed: int) -> list[int]:
    due = claim.payment_due_with_tax
    if claim.status not in CERTIFIED or claim.status == ClaimStatus.PENDING_OWNER_APPROVAL or due <= 0:
        return []
    chance = dice(number, claimed, "parts") % 12
    if chance == 0:
        return [due // 2, due - due // 2]
    if chance == 1 and claimed >= PERIODS - 3:
        return [due * 6 // 10]
    return [due]
