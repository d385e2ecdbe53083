"""Everything about money in one import: arithmetic on integers, reading and writing it as text.

Units: an amount is an integer of minor units (cents), a percentage of basis points, a quantity and a
unit price of ten-thousandths.
"""

from tallystick.core.arithmetic import (
    BASIS_POINTS,
    MAX_MINOR,
    SCALE,
    allocate,
    apply_rate,
    bounded,
    currency_exponent,
    extend,
    quantity_for,
    rate_of,
    round_half_up,
)
from tallystick.core.money_text import (
    MINUS,
    NBSP,
    SymbolStyle,
    format_money,
    format_percent,
    format_quantity,
    format_unit_price,
    is_percent,
    parse_money,
    parse_percent,
    parse_quantity,
    parse_unit_price,
    percent_to_decimal_string,
    scaled_to_decimal_string,
    to_decimal_string,
)

__all__ = [
    "BASIS_POINTS",
    "MAX_MINOR",
    "MINUS",
    "NBSP",
    "SCALE",
    "SymbolStyle",
    "allocate",
    "apply_rate",
    "bounded",
    "currency_exponent",
    "extend",
    "format_money",
    "format_percent",
    "format_quantity",
    "format_unit_price",
    "is_percent",
    "parse_money",
    "parse_percent",
    "parse_quantity",
    "parse_unit_price",
    "percent_to_decimal_string",
    "quantity_for",
    "rate_of",
    "round_half_up",
    "scaled_to_decimal_string",
    "to_decimal_string",
]
