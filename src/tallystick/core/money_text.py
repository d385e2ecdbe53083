"""Money, percentages and quantities as people type and read them.

Reading never guesses and never rounds: what can't be meant in one way only is refused with a sentence that
says what to type instead. Writing uses a real minus sign for people and ASCII for machines.
"""

import re
from typing import Literal

from tallystick.core.arithmetic import MAX_MINOR, bounded, currency_exponent
from tallystick.core.errors import BadInput

MINUS = "\u2212"
"""The minus sign that people read (U+2212); machines get an ASCII hyphen."""

NBSP = "\u00a0"

SymbolStyle = bool | Literal["auto", "code"]

_HOME_CURRENCY = {
    "en-AU": "AUD",
    "en-NZ": "NZD",
    "en-US": "USD",
    "en-CA": "CAD",
    "en-GB": "GBP",
    "en-IE": "EUR",
}
_HOME_SYMBOL = {"AUD": "$", "NZD": "$", "USD": "$", "CAD": "$", "SGD": "$", "HKD": "$", "FJD": "$"}
_SYMBOL = {
    "AUD": "A$",
    "NZD": "NZ$",
    "USD": "US$",
    "CAD": "C$",
    "SGD": "S$",
    "HKD": "HK$",
    "FJD": "FJ$",
    "GBP": "£",
    "EUR": "€",
}
_MARKS = {
    **{symbol: code for code, symbol in _SYMBOL.items()},
    "AU$": "AUD",
    "$A": "AUD",
    "$NZ": "NZD",
    "$US": "USD",
    "CA$": "CAD",
    "CAN$": "CAD",
    "$": "$",
    "¥": "¥",
}
# Full-width forms and the dashes that stand for a minus. Not NFKC, which would read 5² as 52.
_LOOKALIKES = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "\u2212\u2013\u2012\u2010\u2011\ufe63"), "-"
)
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+")
_MARK = re.compile(r"[A-Za-z]{3}|[A-Za-z]{0,3}\$[A-Za-z]{0,2}|[£€¥]")
_MARK_AT_END = re.compile(r"(?:[A-Za-z]{3}|[£€¥$])$")
_LONGEST = 64


# --- writing ------------------------------------------------------------------------------------------------


def to_decimal_string(minor: int, exponent: int = 2) -> str:
    """An amount for JSON and CSV: ASCII, no grouping, always ``exponent`` decimals. ``-500.00``."""
    return _decimal(minor, exponent, grouping="", minus="-")


def format_money(
    minor: int,
    currency: str,
    locale: str = "en-AU",
    *,
    symbol: SymbolStyle = True,
    accounting: bool = False,
) -> str:
    """An amount for people: ``$1,234.50``, ``−$500.00``, or with ``accounting`` ``($500.00)``.

    ``symbol``: True shows ``$`` where ``currency`` is the locale's own and a telling one elsewhere (``A$``,
    or the code: ``KWD 1.250``); "auto" leaves the locale's own symbol out and keeps the telling one, for
    dense tables; "code" always writes the ISO code; False writes figures only: ``−500.00``.
    """
    mark = _mark_for(currency, locale, symbol)
    figures = mark + _decimal(abs(minor), currency_exponent(currency), grouping=",", minus="")
    if minor >= 0:
        return figures
    return f"({figures})" if accounting else f"{MINUS}{figures}"


def format_percent(basis_points: int | None, *, places: int | None = None) -> str:
    """``12.5%``; with ``places`` exactly that many decimals (at most 2, half up). None is an empty string."""
    if basis_points is None:
        return ""
    if places is not None and places < 2:
        step = 10 ** (2 - places)
        sign = -1 if basis_points < 0 else 1
        basis_points = sign * ((2 * abs(basis_points) + step) // (2 * step))
        return _decimal(basis_points, places, grouping=",", minus=MINUS) + "%"
    text = _decimal(basis_points, 2, grouping=",", minus=MINUS)
    return (text if places is not None else _trimmed(text)) + "%"


def format_quantity(quantity_scaled: int) -> str:
    """A quantity without idle zeros: ``1,234.5``."""
    return _trimmed(_decimal(quantity_scaled, 4, grouping=",", minus=MINUS))


def format_unit_price(
    unit_price_scaled: int, currency: str, locale: str = "en-AU", *, symbol: SymbolStyle = True
) -> str:
    """A unit price with at least the currency's decimals and up to four: ``$125.00``, ``$0.0875``."""
    exponent = currency_exponent(currency)
    text = _decimal(abs(unit_price_scaled), 4, grouping=",", minus="")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(exponent, "0")
    figures = f"{whole}.{fraction}" if fraction else whole
    return (MINUS if unit_price_scaled < 0 else "") + _mark_for(currency, locale, symbol) + figures


def scaled_to_decimal_string(scaled: int) -> str:
    """A quantity or unit price for JSON and CSV: ASCII with four decimals, ``12.5000``."""
    return _decimal(scaled, 4, grouping="", minus="-")


def percent_to_decimal_string(basis_points: int) -> str:
    """A percentage for JSON and CSV: ASCII with two decimals and no sign, ``12.50``."""
    return _decimal(basis_points, 2, grouping="", minus="-")


def _mark_for(currency: str, locale: str, symbol: SymbolStyle) -> str:
    code = currency.upper()
    if symbol is False:
        return ""
    if symbol == "code":
        return f"{code}{NBSP}"
    if _HOME_CURRENCY.get(locale) == code:
        return "" if symbol == "auto" else _HOME_SYMBOL.get(code) or _SYMBOL[code]
    return _SYMBOL.get(code) or f"{code}{NBSP}"


def _decimal(value: int, places: int, *, grouping: str, minus: str) -> str:
    whole, fraction = divmod(abs(value), 10**places)
    text = f"{whole:,}".replace(",", grouping)
    if places:
        text = f"{text}.{fraction:0{places}d}"
    return minus + text if value < 0 else text


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- reading ------------------------------------------------------------------------------------------------


def parse_money(text: str, exponent: int = 2, *, currency: str | None = None) -> int:
    """An amount as typed or pasted, in minor units.

    Accepts ``1,234.5``, ``1234.50``, ``1 234.50``, ``(500)``, ``-500``, ``−500``, ``500-``, ``$1,234.50``,
    ``A$20``, ``AUD 20``. With ``currency``, a mark of another currency is refused.

    Raises ``BadInput`` for anything that could be read in two ways, that has more decimals than the currency,
    or that is beyond ``MAX_MINOR``; nothing is ever rounded.
    """
    sample = f"1,234{'.' + '56789'[:exponent] if exponent else ''}"
    number, mark = _unmarked(text, what="an amount", sample=sample)
    if number.endswith("%"):
        raise BadInput(
            f"{_quoted(text)} is a percentage, and this needs an amount. Type one such as {sample}."
        )
    value = _scaled(text, number, exponent, what="an amount", sample=sample)
    _check_mark(text, mark, currency)
    return bounded(value, _quoted(text))


def parse_percent(text: str, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """A percentage as typed, ``12%``, ``12.5`` or ``12.5 %``, in basis points.

    ``minimum`` and ``maximum`` are basis points. Raises ``BadInput`` outside of them and beyond two decimals.
    """
    number, mark = _unmarked(text, what="a percentage", sample="12.5%")
    if mark:
        raise BadInput(f"{_quoted(text)} is an amount of money, and this needs a percentage such as 12.5%.")
    value = _scaled(text, number.removesuffix("%").rstrip(), 2, what="a percentage", sample="12.5%")
    low, high = -10_000_000 if minimum is None else minimum, 10_000_000 if maximum is None else maximum
    if not low <= value <= high:
        raise BadInput(
            f"{_quoted(text)} is out of range. "
            f"Type a percentage from {format_percent(low)} to {format_percent(high)}."
        )
    return value


def parse_quantity(text: str) -> int:
    """A quantity as typed, up to four decimals, in ten-thousandths of its unit. Raises ``BadInput``."""
    return _parse_scaled(text, what="a quantity", sample="12.5")


def parse_unit_price(text: str, *, currency: str | None = None) -> int:
    """A unit price as typed, up to four decimals, in ten-thousandths of a major unit. Raises ``BadInput``."""
    return _parse_scaled(text, what="a unit price", sample="125.00", money=True, currency=currency)


def is_percent(text: str) -> bool:
    """Whether a person typed a percentage (``12%``) into a field that also takes amounts."""
    return text.translate(_LOOKALIKES).rstrip(") \t\n").endswith("%")


def _parse_scaled(
    text: str, *, what: str, sample: str, money: bool = False, currency: str | None = None
) -> int:
    number, mark = _unmarked(text, what=what, sample=sample)
    if mark and not money:
        raise BadInput(f"{_quoted(text)} is an amount of money, and this needs {what} such as {sample}.")
    value = _scaled(text, number, 4, what=what, sample=sample)
    _check_mark(text, mark, currency)
    if abs(value) > MAX_MINOR:
        raise BadInput(f"{_quoted(text)} is larger than Tallystick can keep. Check for extra digits.")
    return value


def _unmarked(text: str, *, what: str, sample: str) -> tuple[str, str]:
    """Split the typed text into ``[-]digits[%]`` and a currency mark; the sign may stand in four places."""
    plain = re.sub(r"\s+", " ", text.translate(_LOOKALIKES)).strip()
    if not plain:
        raise BadInput(f"Type {what}, for example {sample}.")
    if len(plain) > _LONGEST:
        raise BadInput(f"This is too long for {what}. Type one such as {sample}.")
    negatives = 0
    marks: list[str] = []
    changed = True
    while changed and (plain := plain.strip()):
        changed = False
        if plain.startswith("(") and plain.endswith(")"):
            plain, negatives, changed = plain[1:-1], negatives + 1, True
        elif plain[0] in "-+":
            negatives, plain, changed = negatives + (plain[0] == "-"), plain[1:], True
        elif plain.endswith("-"):
            plain, negatives, changed = plain[:-1], negatives + 1, True
        elif found := _MARK.match(plain):
            marks.append(found.group().upper())
            plain, changed = plain[found.end() :], True
        elif found := _MARK_AT_END.search(plain):
            marks.append(found.group().upper())
            plain, changed = plain[: found.start()], True
    if negatives > 1 or len(marks) > 1:
        raise BadInput(
            f"{_quoted(text)} can't be read as {what}. Type one such as {sample}, with one sign at most."
        )
    return ("-" if negatives else "") + plain, marks[0] if marks else ""


def _check_mark(text: str, mark: str, currency: str | None) -> None:
    named = _MARKS.get(mark, mark)
    if not mark or currency is None or named == currency.upper():
        return
    if (named == "$" and _SYMBOL.get(currency.upper(), "$").endswith("$")) or (
        named == "¥" and currency.upper() in {"JPY", "CNY"}
    ):
        return
    raise BadInput(
        f"{_quoted(text)} is in another currency; amounts here are in {currency.upper()}. "
        f"Type the amount only."
    )


def _scaled(text: str, number: str, places: int, *, what: str, sample: str) -> int:
    negative = number.startswith("-")
    whole, _, fraction = number.lstrip("-").partition(".")
    whole = whole or ("0" if fraction else "")
    if not (_PLAIN.fullmatch(whole) or _GROUPED.fullmatch(whole)) or (
        fraction and not _PLAIN.fullmatch(fraction)
    ):
        hint = " Use a comma between thousands and a point before decimals." if "," in number else ""
        raise BadInput(f"{_quoted(text)} can't be read as {what}. Type one such as {sample}.{hint}")
    digits = whole.replace(",", "").replace(" ", "")
    if len(fraction) > places:
        # "1.500" is fifteen hundred to half of the world; extra zeros are harmless where it can't be that.
        grouping = len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0") and places < 3
        if grouping or fraction[places:].strip("0"):
            decimals = {0: "no decimals", 1: "one decimal"}.get(places, f"at most {places} decimals")
            raise BadInput(
                f"{_quoted(text)} has more decimals than can be kept: {what} here has {decimals}. "
                f"Round it yourself, or use a comma between thousands."
            )
        fraction = fraction[:places]
    value = int(digits + fraction.ljust(places, "0"))
    return -value if negative else value


def _quoted(text: str) -> str:
    plain = " ".join(text.split())
    return f"“{plain if len(plain) <= 40 else plain[:39] + '…'}”"
