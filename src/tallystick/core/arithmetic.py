"""Arithmetic on money, percentages and quantities: integers only, one rounding rule, sums that agree.

Units used everywhere in Tallystick:

* an **amount** is an integer of the currency's minor unit (cents);
* a **percentage** is an integer of basis points (1000 is 10 %);
* a **quantity** and a **unit price** are integers of ten-thousandths.

Reading and writing these as text is ``core.money_text``; ``core.money`` is both in one import.
Rule of rounding: domain §16.3.
"""

from collections.abc import Sequence

from tallystick.core.errors import BadInput

BASIS_POINTS = 10_000
"""Basis points in a whole: 100 %."""

SCALE = 10_000
"""Parts of one unit of measure in a scaled quantity, and of one major currency unit in a unit price."""

MAX_MINOR = 10**15
"""No amount may be larger than this (ten trillion dollars): sums of thousands still fit a BIGINT."""

_EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def round_half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, an exact half away from zero.

    The one rounding rule of the product. It is symmetrical: a credit of half a cent rounds to −1 exactly
    where a charge of half a cent rounds to 1, so that reversing a line reverses every figure made from it.

    >>> round_half_up(5, 2), round_half_up(-5, 2), round_half_up(7, 5)
    (3, -3, 1)
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator < 0:
        return -((denominator - 2 * numerator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def apply_rate(amount_minor: int, basis_points: int) -> int:
    """A percentage of an amount, in minor units: 10 % of $0.05 is 1 cent (half up)."""
    return round_half_up(amount_minor * basis_points, BASIS_POINTS)


def rate_of(part: int, whole: int) -> int | None:
    """What percentage ``part`` is of ``whole`` in basis points, half up; None when ``whole`` is zero.

    None means "no percentage can be shown" and is never the same as zero per cent (domain §16.1).
    """
    if whole == 0:
        return None
    return round_half_up(part * BASIS_POINTS, whole)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` in proportion to ``weights`` by largest remainder; the parts sum to ``total`` exactly.

    * Every part is less than one unit away from its exact share, and a tie goes to the earlier part.
    * A part with weight zero gets zero. If all weights are zero the split is even.
    * ``allocate(-t, w)`` is the negative of ``allocate(t, w)``.
    * Weights may have mixed signs (credit lines): a line of the other sign gets a share of the other sign.
      If such weights cancel out to zero, there is no proportion, and their sizes are used instead.
    * While ``total`` lies between zero and the weights' sum, no part goes beyond its own weight.

    Raises ``ValueError`` when there is something to split and nothing to split it over.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    """
    if not weights:
        if total == 0:
            return []
        raise ValueError("an amount can't be split over no parts")
    if total == 0:
        return [0] * len(weights)
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    whole = sum(weights)
    if whole == 0:
        sizes = [abs(weight) for weight in weights] if any(weights) else [1] * len(weights)
        return allocate(total, sizes)
    if whole < 0:
        weights, whole = [-weight for weight in weights], -whole
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    left = total - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: -shares[index][1])
    for index in by_remainder[:left]:
        parts[index] += 1
    return parts


def extend(quantity_scaled: int, unit_price_scaled: int, exponent: int = 2) -> int:
    """Quantity × unit price in minor units: 100 (1_000_000) at $125 (1_250_000) is 12,500.00 (1_250_000)."""
    return round_half_up(quantity_scaled * unit_price_scaled * 10**exponent, SCALE * SCALE)


def quantity_for(amount_minor: int, unit_price_scaled: int, exponent: int = 2) -> int | None:
    """The scaled quantity that an amount buys at a unit price, half up; None when the price is zero."""
    if unit_price_scaled == 0:
        return None
    return round_half_up(amount_minor * SCALE * SCALE, unit_price_scaled * 10**exponent)


def currency_exponent(code: str) -> int:
    """How many decimals the ISO 4217 currency has: 0 for JPY, 3 for KWD, 2 unless known otherwise."""
    return _EXPONENTS.get(code.upper(), 2)


def bounded(amount_minor: int, what: str = "This amount") -> int:
    """The amount itself, or ``BadInput`` when it is beyond what the product keeps (``MAX_MINOR``)."""
    if -MAX_MINOR <= amount_minor <= MAX_MINOR:
        return amount_minor
    raise BadInput(f"{what} is larger than Tallystick can keep. Check for extra digits.")
