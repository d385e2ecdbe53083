"""By when a claim has to be answered and paid, and how each date was counted (domain §6.10). Pure."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tallystick.jurisdictions.days import Count, Days, YearUnknown
from tallystick.jurisdictions.model import AnswerTerm, CountFrom, DatedBy, Place, Role, Rule, Shutdown, Table
from tallystick.jurisdictions.table import table


class NoRule(LookupError):
    """The table has no rule for it; ``str()`` is a sentence for the reader."""


class Giver(StrEnum):
    """Who set the number of days."""

    ACT = "act"
    """the Act, and the contract says nothing"""
    CONTRACT = "contract"
    """the contract, as the Act lets it"""
    ACT_OVER_CONTRACT = "act_over_contract"
    """the Act: the contract's time is longer than the Act allows"""


class Step(StrEnum):
    """What has to be done by a date."""

    ANSWER = "answer"
    DUE = "due"
    PAY_LESS = "pay_less"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date with its reckoning, or ``problem`` in words where there can be no date."""

    step: Step
    day: date | None
    counted_from: CountFrom
    count: Count | None = None
    giver: Giver = Giver.ACT
    act_days: int | None = None
    """What the Act says: its period where the contract is silent, or the longest that it allows."""
    contract_days: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All dates of one claim, in the order in which they come."""

    place: Place
    rule: Rule
    shutdowns: tuple[Shutdown, ...]
    received_on: date
    undated_contract: bool
    """The contract has no date, so the newest rule was taken."""
    answer: Deadline
    due: Deadline | None
    pay_less: Deadline | None
    pay: Deadline

    @property
    def all(self) -> tuple[Deadline, ...]:
        """Those that the rule has."""
        dates = (self.due, self.answer, self.pay_less, self.pay)
        return tuple(deadline for deadline in dates if deadline is not None)

    def counted_days_left(self, deadline: Deadline, today: date) -> int | None:
        """Days of the Act's kind until the deadline: 0 on the day itself, negative afterwards."""
        if deadline.day is None:
            return None
        try:
            return self.days.between(today, deadline.day)
        except YearUnknown:
            return None

    @property
    def days(self) -> Days:
        """The days that count here."""
        return Days(self.place, self.rule.basis, self.shutdowns)


def place_of(key: str, *, known: Table | None = None) -> Place:
    """The place with this key. Raises ``NoRule``."""
    found = (known or table()).place(key)
    if found is None:
        raise NoRule(f"The table of payment law has no place called “{key}”. Choose one in the settings.")
    return found


def rule_of(
    place: Place, role: Role, *, contract_date: date | None, claim_date: date, known: Table | None = None
) -> Rule:
    """The rule in force for a contract and a claim of these days. Raises ``NoRule``.

    A contract without a date is taken for a new one.
    """
    rules = (known or table()).rules_of(place.law, role)
    if not rules:
        raise NoRule(
            f"The table of payment law has no rule for this kind of contract in {place.name}. "
            "The Act may leave it out: ask a lawyer, and count by the contract."
        )
    for rule in sorted(rules, key=lambda rule: rule.valid_from or date.min, reverse=True):
        day = claim_date if rule.dated_by is DatedBy.CLAIM else contract_date
        if day is None or rule.holds_on(day):
            return rule
    raise NoRule(
        f"The table of payment law has no rule for contracts of this date in {place.name}: "
        "it begins with newer ones. Ask a lawyer, and count by the contract."
    )


def deadlines(
    jurisdiction: str,
    role: Role,
    *,
    contract_date: date | None,
    received_on: date,
    period_end: date | None = None,
    contract_schedule_days: int | None = None,
    contract_payment_days: int | None = None,
    known: Table | None = None,
) -> Deadlines:
    """The dates for a claim that arrived on ``received_on``, under the law of a place of the table.

    ``contract_schedule_days`` and ``contract_payment_days`` are what the contract itself gives for answering and
    paying, if anything, in the Act's kind of days; ``period_end`` is needed where the Act has a due date.
    The day of receipt never counts, whatever day it is; the hour of receipt is not considered. Raises ``NoRule``.
    """
    known = known or table()
    place = place_of(jurisdiction, known=known)
    rule = rule_of(place, role, contract_date=contract_date, claim_date=received_on, known=known)
    shutdowns = known.shutdowns_of(place.law)
    days = Days(place, rule.basis, shutdowns)
    due = _due(days, rule, received_on, period_end)
    answer = _answer(days, rule, received_on, due, contract_schedule_days)
    pay = _pay(days, rule, received_on, due, contract_payment_days)
    return Deadlines(
        place=place,
        rule=rule,
        shutdowns=shutdowns,
        received_on=received_on,
        undated_contract=rule.dated_by is DatedBy.CONTRACT and contract_date is None,
        answer=answer,
        due=due,
        pay_less=_pay_less(days, rule, pay),
        pay=pay,
    )


def _due(days: Days, rule: Rule, received_on: date, period_end: date | None) -> Deadline | None:
    if rule.due_days is None:
        return None
    start = max(received_on, period_end or received_on)
    plain = Deadline(Step.DUE, None, CountFrom.RECEIPT, act_days=rule.due_days)
    return _counted(plain, days, start, rule.due_days)


def _answer(
    days: Days, rule: Rule, received_on: date, due: Deadline | None, by_contract: int | None
) -> Deadline:
    plain = Deadline(
        Step.ANSWER, None, rule.answer_from, act_days=rule.answer_days, contract_days=by_contract
    )
    if rule.answer_days is None:
        return replace(plain, problem=rule.instead)
    giver, taken = Giver.ACT, rule.answer_days
    if by_contract is not None:
        if rule.answer_term is AnswerTerm.CONTRACT or by_contract <= rule.answer_days:
            giver, taken = Giver.CONTRACT, by_contract
        else:
            giver = Giver.ACT_OVER_CONTRACT
    return _from(replace(plain, giver=giver), days, received_on, due, taken)


def _pay(
    days: Days, rule: Rule, received_on: date, due: Deadline | None, by_contract: int | None
) -> Deadline:
    plain = Deadline(Step.PAY, None, rule.pay_from, act_days=rule.pay_days, contract_days=by_contract)
    if rule.pay_days is None:
        return replace(plain, problem=rule.pay_unknown)
    if by_contract is None:
        return _from(plain, days, received_on, due, rule.pay_days)
    if rule.pay_longest is not None and rule.pay_void is not None and by_contract > rule.pay_longest:
        void = replace(plain, giver=Giver.ACT_OVER_CONTRACT, act_days=rule.pay_longest)
        return _from(void, days, received_on, due, rule.pay_void)
    agreed = replace(plain, giver=Giver.CONTRACT, act_days=rule.pay_longest)
    return _from(agreed, days, received_on, due, by_contract)


def _from(plain: Deadline, days: Days, received_on: date, due: Deadline | None, count: int) -> Deadline:
    if plain.counted_from is CountFrom.RECEIPT:
        return _counted(plain, days, received_on, count)
    if due is None or due.day is None:
        return replace(plain, problem=due.problem if due else "")
    return _counted(plain, days, due.day, count)


def _counted(plain: Deadline, days: Days, start: date, count: int) -> Deadline:
    try:
        counted = days.after(start, count)
    except YearUnknown as unknown:
        return replace(plain, problem=str(unknown))
    return replace(plain, day=counted.end, count=counted)


def _pay_less(days: Days, rule: Rule, pay: Deadline) -> Deadline | None:
    if rule.pay_less_days is None:
        return None
    plain = Deadline(Step.PAY_LESS, None, CountFrom.DUE, act_days=rule.pay_less_days)
    if pay.day is None:
        return replace(plain, problem=pay.problem)
    try:
        counted = days.before(pay.day, rule.pay_less_days)
    except YearUnknown as unknown:
        return replace(plain, problem=str(unknown))
    return replace(plain, day=counted.end, count=counted)
