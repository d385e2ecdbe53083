"""From amounts to places: a scale that begins or ends at nought, with ticks at round amounts. Integers throughout."""

from collections.abc import Iterable
from dataclasses import dataclass

HUNDREDTHS = 100
"""Places are hundredths of a pixel or of a per cent, written with two decimals."""

_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """Amounts from ``lowest`` to ``highest`` in minor units, both round; ``step`` lies between two ticks."""

    lowest: int
    highest: int
    step: int

    @property
    def ticks(self) -> tuple[int, ...]:
        """Round amounts from lowest to highest, nought among them."""
        return tuple(range(self.lowest, self.highest + 1, self.step))

    def up(self, amount: int, length: int) -> int:
        """How far above the bottom an amount stands on a side of ``length`` pixels, in hundredths of a pixel."""
        return (amount - self.lowest) * length * HUNDREDTHS // (self.highest - self.lowest)


def scale_of(amounts: Iterable[int], *, unit: int = 1, steps: int = 5) -> Scale:
    """The scale for these amounts and nought, in about so many steps; none is smaller than ``unit``."""
    found = [0, *amounts]
    low, high = min(found), max(found)
    step = _round_step(max(-(-(high - low) // steps), unit))
    lowest, highest = low // step * step, -(-high // step) * step
    return Scale(lowest, max(highest, lowest + step), step)


def _round_step(least: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below ``least``."""
    power: int = 10 ** (len(str(least)) - 1)
    return next(digit * power for digit in _STEPS if digit * power >= least)


def decimal(hundredths: int) -> str:
    """``12.34`` of 1234, without idle zeros: how a place is written into the drawing."""
    whole, rest = divmod(abs(hundredths), HUNDREDTHS)
    figures = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"-{figures}" if hundredths < 0 and figures != "0" else figures


def percent(hundredths: int) -> str:
    """The same of a width: ``12.34%``."""
    return f"{decimal(hundredths)}%"
