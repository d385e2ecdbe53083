"""Which law a claim stands under, and the dates that follow (domain §6.10)."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.contracts.states import ContractKind
from tallystick.directory.models import PointOfView
from tallystick.jurisdictions import Deadlines, NoRule, Role, deadlines
from tallystick.jurisdictions.telling import cautions, guidance, name_of, reckoning
from tallystick.terms.context import text


def role_of(contract: Contract) -> Role:
    """The tier of a contract: as it says itself, else by who runs the project.

    What an owner lets is a head contract in the eyes of the law, whatever the account calls it.
    """
    if contract.law_role:
        return Role(contract.law_role)
    if contract.kind == ContractKind.HEAD_CONTRACT:
        return Role.HEAD
    project = contract.project
    view = project.point_of_view or project.account.point_of_view
    return Role.HEAD if view == PointOfView.OWNER else Role.SUB


def received_on(claim: Claim) -> date | None:
    """The day from which the time to answer runs; ``None`` while nothing has been submitted."""
    if claim.received_on is not None:
        day: date = claim.received_on
        return day
    if claim.submitted_at is None:
        return None
    submitted: datetime = claim.submitted_at
    return submitted.astimezone(ZoneInfo(claim.contract.project.time_zone)).date()


def law_of(claim: Claim) -> Deadlines:
    """The rule and the dates of a claim. Raises ``NoRule`` with a sentence where there are none.

    Reads nothing that was not loaded with the claim: its contract with project and account.
    """
    contract = claim.contract
    if not contract.project.jurisdiction:
        raise NoRule(text("The project does not say whose payment law holds. Choose it in its settings."))
    received = received_on(claim)
    if received is None:
        raise NoRule(text("This {claim} has not been submitted, so no time runs yet."))
    return deadlines(
        contract.project.jurisdiction,
        role_of(contract),
        contract_date=contract.contract_date,
        received_on=received,
        period_end=claim.period_end,
        contract_schedule_days=contract.schedule_days,
        contract_payment_days=contract.payment_days,
    )


def law_or_why_not(claim: Claim) -> tuple[Deadlines | None, str]:
    """The same, or the sentence that says why there is none."""
    try:
        return law_of(claim), ""
    except NoRule as why:
        return None, str(why)


def frozen_law(law: Deadlines) -> dict[str, Any]:
    """The row and the dates as they were when a paper was issued, ready for JSON."""
    rule = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(law.rule).items()
    }
    return {
        "place": law.place.key,
        "place_name": law.place.name,
        "rule": rule,
        "received_on": law.received_on.isoformat(),
        "dates": [
            {
                "step": deadline.step.value,
                "name": name_of(deadline, law.rule),
                "day": deadline.day.isoformat() if deadline.day else None,
                "reckoning": reckoning(deadline, law),
            }
            for deadline in law.all
        ],
        "cautions": cautions(law),
        "guidance": guidance(),
    }
