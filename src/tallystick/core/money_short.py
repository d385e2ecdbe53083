"""Amounts in few characters, for the axes of charts: ``1.25m``. Exact where they can be, else rounded half up."""

from tallystick.core.arithmetic import currency_exponent, round_half_up
from tallystick.core.money_text import MINUS

_POWERS = (12, 9, 6, 3, 0)
_MARKS = {12: "tn", 9: "bn", 6: "m", 3: "k", 0: ""}
_AMERICAN = {12: "T", 9: "B", 6: "M", 3: "K", 0: ""}
_AMERICAN_LOCALES = frozenset({"en-US", "en-CA"})


def power_for(most: int, currency: str) -> int:
    """The power of ten (0, 3, 6, 9 or 12) in which an amount of this size, in minor units, is written shortest."""
    major = abs(most) // 10 ** currency_exponent(currency)
    return next(power for power in _POWERS if major >= 10**power or power == 0)


def format_short(
    minor: int, currency: str, locale: str = "en-AU", *, power: int | None = None, places: int = 2
) -> str:
    """``1.25m`` of 1,250,000.00; ``power`` keeps one unit for all amounts of an axis. No symbol: the chart says it.

    At most ``places`` decimals, idle zeros left out: ``1.5m``, ``2m``, ``0``.
    """
    power = power_for(minor, currency) if power is None else power
    scaled = round_half_up(minor * 10**places, 10 ** (power + currency_exponent(currency)))
    whole, rest = divmod(abs(scaled), 10**places)
    decimals = str(rest).rjust(places, "0").rstrip("0") if places else ""
    figures = f"{whole:,}.{decimals}" if decimals else f"{whole:,}"
    if not scaled:
        return "0"
    marks = _AMERICAN if locale in _AMERICAN_LOCALES else _MARKS
    return f"{MINUS if scaled < 0 else ''}{figures}{marks[power]}"
