"""What the table of payment law holds: places, the days that an Act leaves out, rules. Plain frozen values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """The tier of a contract, by which an Act gives other periods."""

    HEAD = "head_contract"
    SUB = "subcontract"
    OWNER = "owner"


class Basis(StrEnum):
    """Which days count."""

    BUSINESS = "business"
    WORKING = "working"
    CALENDAR = "calendar"
    BUT_HOLIDAYS = "but_holidays"

    @property
    def unit(self) -> str:
        """What a counted day is called: ``business day``."""
        return {Basis.BUSINESS: "business day", Basis.WORKING: "working day"}.get(self, "day")


class Confidence(StrEnum):
    """How far a row may be trusted before a lawyer has confirmed it."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def meaning(self) -> str:
        """In words, for beside the letter."""
        return _MEANINGS[self]


_MEANINGS = {
    Confidence.A: "official text, or two independent sources agree",
    Confidence.B: "one credible source",
    Confidence.C: "general knowledge, or sources disagree",
}


class DatedBy(StrEnum):
    """Whether a rule holds for contracts or for claims of certain days."""

    CONTRACT = "contract"
    CLAIM = "claim"


class AnswerTerm(StrEnum):
    """What a contract's own time to answer does: counts where it is shorter, or whatever it is."""

    EARLIER = "earlier"
    CONTRACT = "contract"


class CountFrom(StrEnum):
    """Where a period begins: the day of receipt, or the due date."""

    RECEIPT = "receipt"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Place:
    """What a project chooses: whose law holds, and whose public holidays."""

    key: str
    name: str
    law: str
    country: str
    subdivision: str
    holidays_checked_to: int
    """Days that are proclaimed for later years may be missing."""
    not_observed: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Days of the year, as month and day, which an Act leaves out of its business days."""

    law: str
    first: tuple[int, int]
    last: tuple[int, int]
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: Confidence
    note: str

    def covers(self, day: date) -> bool:
        """Whether the day is among them; a range may go over the end of the year."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what one Act says for one tier of contract."""

    key: str
    law: str
    role: Role
    act: str
    sections: str
    dated_by: DatedBy
    valid_from: date | None
    valid_to: date | None
    cites_act: bool
    """Whether the claim must say that it is made under the Act."""
    answer: str
    """The reply's statutory term, a concept of the dictionary."""
    paper: bool
    """Whether Tallystick makes that reply."""
    instead: str
    answer_days: int | None
    answer_from: CountFrom
    answer_term: AnswerTerm
    due_days: int | None
    """Days from the later of receipt and the period's end to the due date, where the Act has one."""
    pay_days: int | None
    pay_longest: int | None
    pay_void: int | None
    pay_from: CountFrom
    pay_unknown: str
    pay_less_days: int | None
    basis: Basis
    silence: str
    source: str
    answer_confidence: Confidence
    pay_confidence: Confidence
    note: str

    @property
    def confidence(self) -> Confidence:
        """The row's as a whole: the lesser of the two."""
        return max(self.answer_confidence, self.pay_confidence)

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force for contracts, or claims, of that day."""
        return (self.valid_from is None or day >= self.valid_from) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table, in the file's order."""

    places: tuple[Place, ...]
    shutdowns: tuple[Shutdown, ...]
    rules: tuple[Rule, ...]

    def place(self, key: str) -> Place | None:
        """The place with this key, or ``None``."""
        return next((place for place in self.places if place.key == key), None)

    def shutdowns_of(self, law: str) -> tuple[Shutdown, ...]:
        """The days that this law leaves out."""
        return tuple(shutdown for shutdown in self.shutdowns if shutdown.law == law)

    def rules_of(self, law: str, role: Role) -> tuple[Rule, ...]:
        """The rules of a law for a tier, in the file's order."""
        return tuple(rule for rule in self.rules if rule.law == law and rule.role is role)
