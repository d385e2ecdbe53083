"""The third act: twelve billing periods with their variations, claims and reviews, by the product's own actions."""

from dataclasses import dataclass, field

from tallystick.access.actor import Actor
from tallystick.claims.creation import create_claim
from tallystick.claims.details import change_details
from tallystick.claims.entries import save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus, ClaimType
from tallystick.claims.storage import lines_of
from tallystick.contracts.actions import LineInput, move_contract
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.states import AccountingMethod, ContractStatus, VariationStatus
from tallystick.contracts.variations import create_variation, move_variation
from tallystick.core import clock
from tallystick.core.arithmetic import SCALE
from tallystick.demo.attaching import Clerk
from tallystick.demo.cast import Cast
from tallystick.demo.content.calendar import PERIODS, Calendar
from tallystick.demo.content.progress import dice
from tallystick.demo.content.variations import CHANGES, Change
from tallystick.demo.entries import claimant_edits
from tallystick.demo.inviting import play_invites
from tallystick.demo.letting import Let
from tallystick.demo.paying import play_payments
from tallystick.demo.reviewing import Case, answer
from tallystick.periods.actions import open_period
from tallystick.periods.models import BillingPeriod

S = ClaimStatus

NOW: dict[str, ClaimStatus | None] = {
    "SC-002": None,
    "SC-008": S.UNDER_REVIEW,
    "SC-009": S.UNDER_REVIEW,
    "SC-010": S.REVISE_AND_RESUBMIT,
    "SC-011": S.DRAFT,
    "SC-012": S.UNDER_REVIEW,
    "SC-013": S.APPROVED_AS_NOTED,
    "SC-014": S.PENDING_OWNER_APPROVAL,
    "SC-015": S.DRAFT,
    "SC-016": None,
    "SC-017": S.REVISE_AND_RESUBMIT,
    "SC-018": S.UNDER_REVIEW,
    "SC-019": None,
    "SC-020": None,
    "SC-021": S.APPROVED,
    "SC-022": S.UNDER_REVIEW,
    "PO-002": S.APPROVED,
    "PO-003": None,
    "PO-004": S.DRAFT,
    "PO-005": S.APPROVED,
}
"""Where the claims of the open period have got to; None: nothing has been claimed yet."""

WAITING_FOR_OWNER = frozenset({("SC-008", 10), ("SC-010", 11), ("SC-014", 11)})
"""Earlier claims that the owner has not answered."""


@dataclass(slots=True)
class Stage:
    """What the acts before have put there, and what this one adds."""

    cast: Cast
    calendar: Calendar
    let: dict[str, Let]
    head_contract: Contract
    clerk: Clerk
    periods: dict[int, BillingPeriod] = field(default_factory=dict)
    claims: dict[tuple[str, int], Claim] = field(default_factory=dict)
    """By contract number and billing period."""
    variations: dict[Change, Variation] = field(default_factory=dict)


def play_periods(stage: Stage) -> None:
    """All twelve periods, the last one left open."""
    for period in range(1, PERIODS + 1):
        _open(stage, period)
        _change(stage, period)
        _certify_period(stage, period - 1, in_period=period)
        if period == PERIODS:
            play_invites(stage.cast, stage.calendar, stage.let, stage.periods[period])
        _claim(stage, period)
        play_payments(stage.cast.claims, stage.calendar, stage.claims, period)
    _bring_open_claims_forward(stage)


def _open(stage: Stage, period: int) -> None:
    calendar = stage.calendar
    with clock.at(calendar.moment(period, 1)):
        stage.periods[period] = open_period(
            stage.cast.claims,
            stage.cast.project,
            start=calendar.start(period),
            end=calendar.end(period),
            due=calendar.due(period),
        )


def _change(stage: Stage, period: int) -> None:
    numbers = _numbers()
    for index, change in enumerate(CHANGES):
        if change.contract not in stage.let and change.contract != stage.head_contract.number:
            continue
        if change.raised == period:
            with clock.at(stage.calendar.moment(period, 20 + index)):
                stage.variations[change] = _raise(stage, change, numbers[change])
        if change.settled == period:
            with clock.at(stage.calendar.moment(period, 320 + index)):
                move_variation(stage.cast.claims, stage.variations[change], change.status)


def _numbers() -> dict[Change, str]:
    counts: dict[str, int] = {}
    numbers = {}
    for change in CHANGES:
        counts[change.contract] = counts.get(change.contract, 0) + 1
        numbers[change] = f"V{counts[change.contract]:02d}"
    return numbers


def _raise(stage: Stage, change: Change, number: str) -> Variation:
    let = stage.let.get(change.contract)
    contract = let.contract if let else stage.head_contract
    by_quantity = contract.accounting_method == AccountingMethod.UNIT
    lines = [
        LineInput(text, quantity=SCALE, unit="item", unit_price=dollars * SCALE, cost_code="99-100")
        if by_quantity
        else LineInput(text, scheduled_value=dollars * 100, cost_code="99-100")
        for text, dollars in change.lines
    ]
    variation = create_variation(stage.cast.claims, contract, number=number, title=change.title, lines=lines)
    if change.status != VariationStatus.DRAFT:
        variation = move_variation(stage.cast.claims, variation, VariationStatus.PENDING)
    return variation


def _claim(stage: Stage, period: int) -> None:
    """Everybody on site claims in the last third of the month, on their own or by the administrator's hand."""
    for index, let in enumerate(stage.let.values()):
        plan = let.plan
        if not plan.claims_in(period) or (period == PERIODS and NOW.get(plan.number) is None):
            continue
        share = 560 + (index * 11 + dice(plan.number, period) % 90)
        claim = _make_claim(stage, let, period, share)
        if period == PERIODS and NOW[plan.number] == S.DRAFT:
            continue
        with clock.at(stage.calendar.moment(period, share + 14)):
            stage.claims[plan.number, period] = move_claim(_claimant(stage, let), claim, S.UNDER_REVIEW)


def _make_claim(stage: Stage, let: Let, period: int, share: int) -> Claim:
    plan = let.plan
    releases = plan.only_releases_in(period)
    actor = stage.cast.claims if releases else _claimant(stage, let)
    with clock.at(stage.calendar.moment(period, share)):
        claim = create_claim(
            actor,
            let.contract,
            stage.periods[period],
            reference=f"{plan.trade[:3].upper()}-{3100 + dice(plan.trade) % 800 + period}",
            claim_type=ClaimType.RELEASE if releases else ClaimType.ALL,
        )
    with clock.at(stage.calendar.moment(period, share + 9)):
        saved = save_entries(actor, claim, claimant_edits(let, lines_of(claim), period))
    with clock.at(stage.calendar.moment(period, share + 12)):
        stage.clerk.hand_in(actor, let, saved, period, stage.calendar.start(period))
        claim = _commented(actor, saved.claim, dice(plan.number, period, "comment"))
    if plan.released == period and plan.last < period:
        with clock.at(stage.calendar.moment(period, 20)):
            move_contract(stage.cast.claims, let.contract, ContractStatus.COMPLETE)
    stage.claims[plan.number, period] = claim
    return claim


_COMMENTS = (
    "Materials in our yard can be inspected any weekday; ring the office first.",
    "Includes the hours agreed at the site meeting.",
    "Please note our new bank details on the tax invoice; confirm by telephone before paying.",
    "The balance of this level follows next month, once access is given.",
)


def _commented(actor: Actor, claim: Claim, chance: int) -> Claim:
    """Every sixth claimant has something to say."""
    if chance % 6:
        return claim
    return change_details(
        actor,
        claim,
        period=claim.period,
        billing_date=claim.billing_date,
        reference=claim.reference,
        comment=_COMMENTS[chance // 6 % len(_COMMENTS)],
    )


def _claimant(stage: Stage, let: Let) -> Actor:
    """Most subcontractors claim themselves; for a few, and where nobody is designated, the administrator types."""
    if not let.plan.has_contact or let.plan.trade in ("cleaning", "precast", "landscaping"):
        return stage.cast.claims
    return stage.cast.contact_actor(let.plan.trade)


def _certify_period(stage: Stage, claimed: int, *, in_period: int) -> None:
    """The answers to the claims of the period before, in the first ten days of the month."""
    for number, period in list(stage.claims):
        if period != claimed:
            continue
        share = 110 + dice(number, period, "answer") % 180
        stage.claims[number, period] = _answer(stage, (number, period), (in_period, share))


def _answer(
    stage: Stage, key: tuple[str, int], when: tuple[int, int], target: ClaimStatus | None = None
) -> Claim:
    number, period = key
    let = stage.let[number]
    case = Case(
        let, stage.claims[key], period, stage.calendar, stage.cast.claims, _claimant(stage, let), when
    )
    if key in WAITING_FOR_OWNER:
        target = S.PENDING_OWNER_APPROVAL
    return answer(case, target)


def _bring_open_claims_forward(stage: Stage) -> None:
    for number, target in NOW.items():
        key = number, PERIODS
        if target in (None, S.DRAFT, S.UNDER_REVIEW) or key not in stage.claims:
            continue
        share = 950 + dice(number, "now") % 40
        stage.claims[key] = _answer(stage, key, (PERIODS, share), target)
