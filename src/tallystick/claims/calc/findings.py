"""What the calculation noticed about the figures entered, as values; the caller decides what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tallystick.claims.calc.terms import LineKey
from tallystick.terms.context import text


class FindingKind(StrEnum):
    """What was noticed."""

    OVER_CLAIMED = "over_claimed"
    """G lies outside of zero to C; the test knows the sign (domain §6.5)."""

    WORK_RELEASE_TOO_LARGE = "work_release_too_large"
    """More work retention released than is held plus this period's (domain §16.3, W9)."""

    MATERIALS_RELEASE_TOO_LARGE = "materials_release_too_large"
    """The same of materials retention."""

    STORED_MATERIALS_GREW = "stored_materials_grew"
    """More remains in store of earlier materials than there was; new ones belong into new materials."""

    WORK_RETENTION_WITHOUT_BASE = "work_retention_without_base"
    """Retention typed for a line that has no work this period (domain §6.6)."""

    MATERIALS_RETENTION_WITHOUT_BASE = "materials_retention_without_base"
    """Retention typed for a line without new materials this period."""

    RETENTION_ABOVE_CAP = "retention_above_cap"
    """Typed retention takes the contract beyond its cap (or it stood there already)."""


_REFUSED = frozenset(
    {
        FindingKind.WORK_RELEASE_TOO_LARGE,
        FindingKind.MATERIALS_RELEASE_TOO_LARGE,
        FindingKind.STORED_MATERIALS_GREW,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one line (or, with ``key`` None, the claim): the figure entered and the limit it passed."""

    kind: FindingKind
    key: LineKey | None
    amount: int
    limit: int

    @property
    def excess(self) -> int:
        """By how much the amount lies outside of zero to the limit, with the sign of the direction."""
        past_limit = self.amount > self.limit if self.limit >= 0 else self.amount < self.limit
        return self.amount - self.limit if past_limit else self.amount

    @property
    def is_over_claim(self) -> bool:
        """Whether the project's rule on over-claiming decides about it."""
        return self.kind == FindingKind.OVER_CLAIMED

    @property
    def must_refuse(self) -> bool:
        """Whether it can't be saved whatever the rules are."""
        return self.kind in _REFUSED

    def sentence(self, money: Callable[[int], str]) -> str:
        """The finding in words: what happened and what to do, with amounts written by ``money``."""
        if self.kind == FindingKind.OVER_CLAIMED:
            return self._over_claim(money)
        return text(
            _SENTENCES[self.kind],
            amount=money(self.amount),
            limit=money(self.limit),
            excess=money(abs(self.excess)),
        )

    def _over_claim(self, money: Callable[[int], str]) -> str:
        if not self.limit:
            sentence = _NOTHING_SCHEDULED
        elif (self.amount < 0) != (self.limit < 0):
            sentence = _OTHER_SIGN
        else:
            sentence = _TOO_MUCH
        return text(
            sentence, amount=money(self.amount), limit=money(self.limit), excess=money(abs(self.excess))
        )


_NOTHING_SCHEDULED = (
    "The total to date is {amount}, but the line has no scheduled value. "
    "Take the amount off this line, or have {a variation} approved."
)
_OTHER_SIGN = (
    "The total to date of {amount} has the other sign than the scheduled value of {limit}. "
    "Check the sign of what is entered."
)
_TOO_MUCH = (
    "The total to date of {amount} goes beyond the scheduled value of {limit} by {excess}. "
    "{Bill} less, or have {a variation} approved."
)
_SENTENCES = {
    FindingKind.WORK_RELEASE_TOO_LARGE: (
        "{amount} can't be released: the {retention} held on work, with this period's, is {limit}. "
        "Release {limit} at most."
    ),
    FindingKind.MATERIALS_RELEASE_TOO_LARGE: (
        "{amount} can't be released: the {retention} held on {stored_materials}, with this period's, is {limit}. "
        "Release {limit} at most."
    ),
    FindingKind.STORED_MATERIALS_GREW: (
        "{amount} of earlier materials can't remain in store, since there were {limit}. "
        "Enter what came since under new materials."
    ),
    FindingKind.WORK_RETENTION_WITHOUT_BASE: (
        "{amount} of {retention} is entered for a line without work this period."
    ),
    FindingKind.MATERIALS_RETENTION_WITHOUT_BASE: (
        "{amount} of {retention} is entered for a line without new materials this period."
    ),
    FindingKind.RETENTION_ABOVE_CAP: (
        "With this {claim} {amount} of {retention} is held, above the contract's limit of {limit}."
    ),
}
