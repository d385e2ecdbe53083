"""Where the parts of a contract's money bar begin and end.

Integer arithmetic on a scale of a thousand: the page draws an SVG with these numbers, and nothing near money is a
float.
"""

from dataclasses import dataclass

SCALE = 1000


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the bar in thousandths of its width."""

    x: int
    width: int

    @property
    def left(self) -> str:
        """Where it begins, as an SVG attribute: ``48.2%``."""
        return f"{self.x // 10}.{self.x % 10}%"

    @property
    def across(self) -> str:
        """How wide it is, as an SVG attribute."""
        return f"{self.width // 10}.{self.width % 10}%"


@dataclass(frozen=True, slots=True)
class MoneyBar:
    """The stretches of one bar; ``over`` is what goes beyond the contract's sum."""

    previous: Segment
    this: Segment
    retention: Segment
    over: Segment


def money_bar_geometry(contract_sum: int, previous: int, this: int, retention: int) -> MoneyBar:
    """The bar's parts, all amounts in minor units.

    Where more is claimed than the contract's sum the whole is the larger figure and the excess is shown as such. A
    part that is not nought is at least two thousandths wide, so that it can be seen; a negative ``this`` (a credit
    larger than the work) takes its width back from what was there before.
    """
    before, now = max(previous, 0), max(previous + this, 0)
    whole = max(contract_sum, before, now, 1)
    start, end = _at(min(before, now), whole), _at(max(before, now), whole)
    if this and end - start < 2:
        end = min(start + 2, SCALE)
        start = end - 2
    limit = _at(contract_sum, whole) if contract_sum > 0 else 0
    over = Segment(limit, end - limit) if now > contract_sum and end > limit else Segment(SCALE, 0)
    held = min(max(retention, 0), now)
    width = max(_at(held, whole), 2) if held else 0
    earned = _at(now, whole)
    return MoneyBar(
        previous=Segment(0, start),
        this=Segment(start, end - start),
        retention=Segment(max(earned - width, 0), min(width, earned)),
        over=over,
    )


def _at(amount: int, whole: int) -> int:
    return max(0, min(SCALE, (amount * SCALE * 2 + whole) // (whole * 2)))
