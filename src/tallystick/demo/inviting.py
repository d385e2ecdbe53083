"""The act between: invites to bill in the open period, answered or not, one declined, one asked twice."""

from collections.abc import Iterable, Mapping

from tallystick.core import clock
from tallystick.demo.cast import Cast
from tallystick.demo.content.calendar import PERIODS, Calendar
from tallystick.demo.content.progress import dice
from tallystick.demo.letting import Let
from tallystick.periods.invites import answer_invite, send_invites
from tallystick.periods.models import BillingPeriod, InviteAnswer, InviteType

NOT_ASKED = frozenset({"PO-003", "PO-005", "SC-015"})
"""Nobody has invited these: one has claimed all the same, one has not."""

TO_RELEASE = ("SC-005", "SC-007")
"""Off site since a while, and invited to the release of what is retained."""

ASKED_TWICE = "SC-016"

ANSWERS: Mapping[str, InviteAnswer] = {
    "SC-002": InviteAnswer.ACCEPTED,
    "SC-007": InviteAnswer.ACCEPTED,
    "SC-009": InviteAnswer.ACCEPTED,
    "SC-012": InviteAnswer.ACCEPTED,
    "SC-019": InviteAnswer.DECLINED,
    "SC-021": InviteAnswer.ACCEPTED,
}
"""What claim contacts have answered; the others have not, or went on to claim without a word."""


def play_invites(cast: Cast, calendar: Calendar, let: Mapping[str, Let], period: BillingPeriod) -> None:
    """Before anybody claims in the open period."""

    def send(numbers: Iterable[str], claim_type: InviteType, share: int) -> None:
        contracts = [let[number].contract for number in numbers if number in let]
        with clock.at(calendar.moment(PERIODS, share)):
            send_invites(cast.claims, period, contracts, claim_type)

    on_site = [
        number
        for number, one in let.items()
        if one.plan.claims_in(PERIODS) and one.plan.has_contact and number not in NOT_ASKED
    ]
    send(on_site, InviteType.ALL, 12)
    send(TO_RELEASE, InviteType.RELEASE, 15)
    for number, answer in ANSWERS.items():
        if number in let:
            with clock.at(calendar.moment(PERIODS, 60 + dice(number, "invite") % 400)):
                answer_invite(
                    cast.contact_actor(let[number].plan.trade), let[number].contract, period, answer
                )
    send([ASKED_TWICE], InviteType.ALL, 540)
