"""How the next claims will hold retention on work: by which rule, how much, and when a limit is reached (domain §6.6).

The amounts come out of the same rules that retain on real claims (``calc_retention``), asked with all of a claim's
work as one sum: so they may differ from the claims by the cents that rounding line by line makes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tallystick.claims.calc.retention import ContractStanding, automatic_retention
from tallystick.claims.calc.terms import ContractTerms, Limit, LimitKind
from tallystick.core.arithmetic import BASIS_POINTS, allocate

MOST_CLAIMS = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the contract stands: sums of its schedule, work claimed to date, retention held; minor units."""

    original_sum: int
    revised_sum: int
    billed: int = 0
    held: int = 0

    @property
    def remaining(self) -> int:
        """Work that is still to come; nothing where more than the sum was claimed."""
        return max(0, self.revised_sum - self.billed)


@dataclass(frozen=True, slots=True)
class Part:
    """What one rule retains of a claim. ``rule`` counts from 1; 0 is the contract's rate without a scale."""

    rule: int
    rate_bp: int
    amount: int


@dataclass(frozen=True, slots=True)
class Step:
    """One of the next claims: its work, what is retained of it and by which rules, what is held and billed after it."""

    number: int
    work: int
    parts: tuple[Part, ...]
    retained: int
    held: int
    billed: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit, and when it is reached: on which of the next claims, at how much work in all.

    ``rule`` counts from 1; 0 is the cap. ``step`` 0 says that it is reached already, None that these claims don't.
    """

    rule: int
    limit: int
    step: int | None
    billed: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next claims and the limits of the rules."""

    standing: Standing
    steps: tuple[Step, ...]
    limits: tuple[Reached, ...]

    @property
    def cap(self) -> int | None:
        """The most that is ever held: the cap, or the last limit of a scale, whichever is lower."""
        caps = [reached.limit for reached in self.limits if reached.rule == 0]
        scale = [reached.limit for reached in self.limits if reached.rule]
        return min([*caps, *scale[-1:]], default=None)


def spread(remaining: int, claims: int) -> list[int]:
    """The remaining work evenly over so many claims, to the cent."""
    return allocate(remaining, [1] * max(1, min(claims, MOST_CLAIMS)))


def outlook(terms: ContractTerms, standing: Standing, works: Sequence[int]) -> Outlook:
    """How the next claims hold, with this much work on each (W16)."""
    steps: list[Step] = []
    held, billed = standing.held, standing.billed
    for number, work in enumerate(works[:MOST_CLAIMS], 1):
        parts = _parts(terms, standing, held, work)
        retained = _retained(terms, standing, held, work)
        held, billed = held + retained, billed + work
        steps.append(Step(number, work, parts, retained, held, billed))
    limits = [
        _reached(rule, limit, terms, standing, steps)
        for rule, limit in enumerate([terms.cap, *(rule.limit for rule in terms.sliding)])
    ]
    return Outlook(standing, tuple(steps), tuple(limit for limit in limits if limit is not None))


def _retained(terms: ContractTerms, standing: Standing, held: int, work: int) -> int:
    if not terms.retain_work:
        return 0
    sums = ContractStanding(standing.original_sum, standing.revised_sum, held)
    (retained,), _ = automatic_retention(terms, sums, ["all"], [work], [0])
    return retained


def _parts(terms: ContractTerms, standing: Standing, held: int, work: int) -> tuple[Part, ...]:
    """What each rule retains: by how much the whole grows when the scale gets one rule more."""
    if not terms.sliding:
        amount = _retained(terms, standing, held, work)
        return (Part(0, terms.work_retention_bp, amount),) if amount else ()
    parts = []
    before = 0
    for count, rule in enumerate(terms.sliding, 1):
        shorter = replace(terms, sliding=terms.sliding[:count])
        amount = _retained(shorter, standing, held, work)
        if amount != before:
            parts.append(Part(count, rule.rate_bp, amount - before))
        before = amount
    return tuple(parts)


def _reached(
    rule: int, limit: Limit, terms: ContractTerms, standing: Standing, steps: Sequence[Step]
) -> Reached | None:
    most = limit.amount(standing.original_sum, standing.revised_sum)
    if most is None:
        return None
    if standing.held >= most:
        return Reached(rule, most, 0, standing.billed)
    before = standing.held
    for step in steps:
        if step.held >= most:
            needed = _least_work(terms, standing, before, most, step.work)
            return Reached(rule, most, step.number, step.billed - step.work + needed)
        before = step.held
    return Reached(rule, most, None, None)


def _least_work(terms: ContractTerms, standing: Standing, held: int, most: int, work: int) -> int:
    """The least work with which ``most`` is held; retention never falls while work grows.

    Asked in ten-thousandths of a minor unit, where rates come out even: half a cent short isn't reached.
    """
    finer = _finer(terms, standing)
    low, high = 0, work
    while low < high:
        middle = (low + high) // 2
        if _retained(finer, standing, held * _FINER, middle * _FINER) >= (most - held) * _FINER:
            high = middle
        else:
            low = middle + 1
    return low


_FINER = BASIS_POINTS


def _finer(terms: ContractTerms, standing: Standing) -> ContractTerms:
    """The same terms with all limits as amounts in ten-thousandths of a minor unit."""

    def limit(of: Limit) -> Limit:
        most = of.amount(standing.original_sum, standing.revised_sum)
        return of if most is None else Limit(LimitKind.AMOUNT, most * _FINER)

    return replace(
        terms,
        cap=limit(terms.cap),
        sliding=tuple(replace(rule, limit=limit(rule.limit)) for rule in terms.sliding),
    )
