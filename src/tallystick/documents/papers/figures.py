"""Writing figures for tables: no currency sign, a real minus, always the currency's decimals."""

from collections.abc import Callable

from tallystick.core.money import currency_exponent

_MINUS = "\u2212"


def figure_writer(currency: str) -> Callable[[int], str]:
    """A function that writes amounts as ``format_money(…, symbol=False)`` does.

    It exists because a claim of a thousand lines writes eight thousand of them.
    """
    exponent = currency_exponent(currency)
    if not exponent:
        return lambda minor: f"{minor:,}".replace("-", _MINUS)
    unit = 10**exponent

    def write(minor: int) -> str:
        if minor < 0:
            return f"{_MINUS}{-minor // unit:,}.{-minor % unit:0{exponent}d}"
        return f"{minor // unit:,}.{minor % unit:0{exponent}d}"

    return write
