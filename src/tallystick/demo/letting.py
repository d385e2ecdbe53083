"""The second act: commitments and the head contract with their schedules of values, and the people on them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tallystick.contracts.actions import (
    LineInput,
    RuleInput,
    add_claim_contact,
    add_to_private_list,
    create_contract,
    move_contract,
    set_sov_lines,
)
from tallystick.contracts.models import Contract
from tallystick.contracts.states import (
    CLAIMABLE,
    AccountingMethod,
    ContractKind,
    ContractStatus,
    SubSovStatus,
)
from tallystick.contracts.sub_sov import (
    DetailInput,
    breakdown_of,
    move_breakdown,
    save_breakdown,
    use_breakdown,
)
from tallystick.core import clock
from tallystick.core.arithmetic import allocate
from tallystick.demo.cast import Cast
from tallystick.demo.content.calendar import Calendar
from tallystick.demo.content.commitments import (
    COMMITMENTS,
    HEAD_CONTRACT_LINES,
    HEAD_CONTRACT_SUM,
    Commitment,
)
from tallystick.demo.content.schedules import MEASURED, SCHEDULES, Measured, Work

_STEP = 50_00
"""Lines come out in steps of fifty dollars, as people price them."""

_GST = 1000
BROKEN_DOWN = frozenset({"SC-016", "SC-023"})
"""Their claim contacts break the schedule down; one of the breakdowns waits for its approval."""

_READER_SEES = frozenset({"SC-003", "SC-008", "SC-011"})


@dataclass(frozen=True, slots=True)
class Let:
    """A commitment as let: what it was meant to be, and the contract that it became."""

    plan: Commitment
    contract: Contract
    works: tuple[Work | Measured, ...]
    places: dict[int, int]
    """By line of the schedule, or of its breakdown: which of ``works`` it is, counted from 1."""


def let_commitments(cast: Cast, calendar: Calendar, only: Collection[str] = ()) -> dict[str, Let]:
    """Every commitment, by number, or those that ``only`` names."""
    let: dict[str, Let] = {}
    for commitment in COMMITMENTS:
        if only and commitment.number not in only:
            continue
        with clock.at(calendar.moment(min(commitment.first, 12) - 1, 300 + len(let) * 8)):
            works = works_of(commitment)
            contract = _let(cast, calendar, commitment, works)
            if commitment.number in BROKEN_DOWN:
                contract = _break_down(cast, commitment, contract)
            let[commitment.number] = Let(commitment, contract, works, _places(contract))
    return let


def works_of(commitment: Commitment) -> tuple[Work | Measured, ...]:
    """The lines of a commitment as the sample plans them."""
    if commitment.trade in MEASURED:
        return tuple(MEASURED[commitment.trade]())
    return tuple(SCHEDULES[commitment.trade]())


def let_head_contract(cast: Cast, calendar: Calendar) -> Contract:
    """The contract with the client."""
    with clock.at(calendar.moment(-1, 200)):
        contract = create_contract(
            cast.admin,
            cast.project,
            kind=ContractKind.HEAD_CONTRACT,
            number="HC-001",
            title="Design and construct, Ropewalk Quarter",
            company=cast.client,
            contract_date=calendar.start(-1) + timedelta(days=9),
            work_retention_bp=1000,
            retention_cap="percent_original",
            retention_cap_bp=500,
            tax_bp=_GST,
        )
        weights = [weight for _, _, weight in HEAD_CONTRACT_LINES]
        values = allocate(HEAD_CONTRACT_SUM * 100 // _STEP, weights)
        set_sov_lines(
            cast.admin,
            contract,
            [
                LineInput(description=text, cost_code=code, scheduled_value=value * _STEP)
                for (code, text, _), value in zip(HEAD_CONTRACT_LINES, values, strict=True)
            ],
        )
        add_to_private_list(cast.admin, contract, cast.manager)
        return move_contract(cast.admin, contract, ContractStatus.APPROVED)


def _let(
    cast: Cast, calendar: Calendar, commitment: Commitment, works: tuple[Work | Measured, ...]
) -> Contract:
    by_quantity = commitment.trade in MEASURED
    contract = create_contract(
        cast.admin,
        cast.project,
        kind=commitment.kind,
        number=commitment.number,
        title=commitment.title,
        company=cast.companies[commitment.trade],
        contract_date=calendar.start(commitment.first) - timedelta(days=12),
        is_private=commitment.is_private,
        accounting_method=AccountingMethod.UNIT if by_quantity else AccountingMethod.AMOUNT,
        tax_bp=_GST,
        sliding_rules=[
            RuleInput(rate, kind, limit_bp=percent) for rate, kind, percent in commitment.retention.sliding
        ],
        **commitment.retention.facts,
    )
    set_sov_lines(cast.admin, contract, list(_lines(commitment, works)))
    if commitment.has_contact:
        add_claim_contact(cast.admin, contract, cast.contacts[commitment.trade])
    add_to_private_list(cast.admin, contract, cast.manager)
    if commitment.number in _READER_SEES:
        add_to_private_list(cast.admin, contract, cast.reader)
    return move_contract(cast.admin, contract, commitment.status)


def _break_down(cast: Cast, commitment: Commitment, contract: Contract) -> Contract:
    """The claim contact tells material from labour; the administrator has approved it where claims are due."""
    contact = cast.contact_actor(commitment.trade)
    use_breakdown(cast.claims, contract, True)
    details = {}
    for part in breakdown_of(contract):
        text, value = part.line.description, part.line.scheduled_value
        material = value * 2 // 5 // _STEP * _STEP
        details[part.line.pk] = [
            DetailInput(f"{text}, material", material),
            DetailInput(f"{text}, labour", value - material),
        ]
    save_breakdown(contact, contract, details)
    contract = move_breakdown(contact, contract, SubSovStatus.UNDER_REVIEW)
    if commitment.status in CLAIMABLE:
        contract = move_breakdown(cast.claims, contract, SubSovStatus.APPROVED)
    return contract


def _places(contract: Contract) -> dict[int, int]:
    return {
        line: parent or own
        for line, own, parent in contract.lines.values_list("pk", "position", "parent__position")
    }


def _lines(commitment: Commitment, works: tuple[Work | Measured, ...]) -> Iterator[LineInput]:
    shares = allocate(
        commitment.dollars * 100 // _STEP, [work.weight if isinstance(work, Work) else 0 for work in works]
    )
    for work, share in zip(works, shares, strict=True):
        if isinstance(work, Measured):
            yield LineInput(
                description=work.text,
                cost_code=work.code,
                quantity=work.quantity,
                unit=work.unit,
                unit_price=work.unit_price,
            )
        else:
            yield LineInput(
                description=work.text,
                cost_code=work.code,
                scheduled_value=share * _STEP,
                group=work.heading,
            )
