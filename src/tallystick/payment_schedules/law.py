"""Which law a claim stands under, and the dates that follow (domain §6.10)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.contracts.states import ContractKind
from tallystick.directory.models import PointOfView, Project
from tallystick.jurisdictions import Deadlines, NoRule, Role, Rule, deadlines
from tallystick.jurisdictions.deadlines import place_of, rule_of
from tallystick.jurisdictions.telling import cautions, guidance, name_of, reckoning
from tallystick.terms.context import text


@dataclass(frozen=True, slots=True)
class Facts:
    """What the dates of a claim follow from, beside its project; ``received_on`` is None before submission."""

    kind: str
    law_role: str
    contract_date: date | None
    schedule_days: int | None
    payment_days: int | None
    received_on: date | None
    period_end: date | None


def role_of(contract: Contract) -> Role:
    """The tier of a contract: as it says itself, else by who runs the project."""
    return _role(contract.project, contract.kind, contract.law_role)


def _role(project: Project, kind: str, law_role: str) -> Role:
    """What an owner lets is a head contract in the eyes of the law, whatever the account calls it."""
    if law_role:
        return Role(law_role)
    if kind == ContractKind.HEAD_CONTRACT:
        return Role.HEAD
    view = project.point_of_view or project.account.point_of_view
    return Role.HEAD if view == PointOfView.OWNER else Role.SUB


def received_on(claim: Claim) -> date | None:
    """The day from which the time to answer runs; ``None`` while nothing has been submitted."""
    return day_received(claim.received_on, claim.submitted_at, claim.contract.project.time_zone)


def day_received(received: date | None, submitted_at: datetime | None, zone: str) -> date | None:
    """The same from what is stored."""
    if received is not None or submitted_at is None:
        return received
    return submitted_at.astimezone(ZoneInfo(zone)).date()


def law_of(claim: Claim) -> Deadlines:
    """The rule and the dates of a claim. Raises ``NoRule`` with a sentence where there are none.

    Reads nothing that was not loaded with the claim: its contract with project and account.
    """
    contract = claim.contract
    facts = Facts(
        kind=contract.kind,
        law_role=contract.law_role,
        contract_date=contract.contract_date,
        schedule_days=contract.schedule_days,
        payment_days=contract.payment_days,
        received_on=received_on(claim),
        period_end=claim.period_end,
    )
    return law_for(contract.project, facts)


def law_for(project: Project, facts: Facts) -> Deadlines:
    """The same from the facts alone; the project comes with its account. Raises ``NoRule``."""
    if not project.jurisdiction:
        raise NoRule(text("The project does not say whose payment law holds. Choose it in its settings."))
    if facts.received_on is None:
        raise NoRule(text("This {claim} has not been submitted, so no time runs yet."))
    return deadlines(
        project.jurisdiction,
        _role(project, facts.kind, facts.law_role),
        contract_date=facts.contract_date,
        received_on=facts.received_on,
        period_end=facts.period_end,
        contract_schedule_days=facts.schedule_days,
        contract_payment_days=facts.payment_days,
    )


class LawOfMany:
    """The dates of many claims of one project, each that is really different counted once.

    Contracts of a project have as many dates as there are contracts, but stand under one or two rules.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._rules: dict[tuple[Role, date | None, date], Rule | None] = {}
        self._known: dict[tuple[Any, ...], Deadlines | None] = {}

    def law(self, facts: Facts) -> Deadlines | None:
        """The rule and the dates, ``None`` where there are none. Whether the contract is dated is not told by it."""
        rule = self._rule(facts)
        if rule is None:
            return None
        key = (rule.key, facts.schedule_days, facts.payment_days, facts.received_on, facts.period_end)
        if key not in self._known:
            self._known[key] = law_for(self._project, facts)
        return self._known[key]

    def _rule(self, facts: Facts) -> Rule | None:
        if not self._project.jurisdiction or facts.received_on is None:
            return None
        role = _role(self._project, facts.kind, facts.law_role)
        key = (role, facts.contract_date, facts.received_on)
        if key not in self._rules:
            self._rules[key] = self._found(role, facts.contract_date, facts.received_on)
        return self._rules[key]

    def _found(self, role: Role, contract_date: date | None, received: date) -> Rule | None:
        try:
            place = place_of(self._project.jurisdiction)
            return rule_of(place, role, contract_date=contract_date, claim_date=received)
        except NoRule:
            return None


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
