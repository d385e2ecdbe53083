"""What people type is read exactly or refused in words; what they read round-trips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.core.errors import BadInput
from tallystick.core.money import (
    MAX_MINOR,
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

LOCALES = ["en-AU", "en-NZ", "en-US", "en-CA", "en-GB"]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1,234.5", 123_450),
        ("1234.50", 123_450),
        ("(500)", -50_000),
        ("-500", -50_000),
        ("−500", -50_000),
        ("–500", -50_000),
        ("500-", -50_000),
        ("+500", 50_000),
        ("$1,234.50", 123_450),
        ("A$20", 2_000),
        ("AUD 20", 2_000),
        ("20 aud", 2_000),
        ("($500)", -50_000),
        ("$(1,000.00)", -100_000),
        ("-$500", -50_000),
        ("$ -500", -50_000),
        ("1 234.50", 123_450),
        ("1\u00a0234.50", 123_450),
        ("1\u202f234.50 ", 123_450),
        (".5", 50),
        ("5.", 500),
        ("0", 0),
        ("-0", 0),
        ("1234.5000", 123_450),
        ("0.500", 50),
        ("５００", 50_000),
    ],
)
def test_the_usual_ways_of_typing_an_amount(typed: str, cents: int) -> None:
    assert parse_money(typed, currency="AUD") == cents


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type an amount, for example 1,234.56"),
        ("  ", "Type an amount"),
        ("abc", "“abc” can't be read as an amount"),
        ("1,23", "Use a comma between thousands"),
        ("1.234,50", "Use a comma between thousands"),
        ("12,34,567", "can't be read"),
        ("1.234", "more decimals than can be kept"),
        ("1.500", "more decimals than can be kept"),
        ("0.005", "more decimals than can be kept"),
        ("(-5)", "one sign at most"),
        ("--5", "one sign at most"),
        ("12%", "is a percentage, and this needs an amount"),
        ("1e5", "can't be read"),
        ("5²", "can't be read"),
        ("٣", "can't be read"),
        ("½", "can't be read"),
        ("$", "can't be read"),
        ("( )", "can't be read"),
        ("$ -", "can't be read"),
        ("1ßßß", "can't be read"),
        ("US$5", "another currency; amounts here are in AUD"),
        ("EUR 5", "another currency"),
        ("£5", "another currency"),
        ("9" * 20, "larger than Tallystick can keep"),
        ("9" * 200, "too long"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_what_to_type_instead(typed: str, says: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_money(typed, currency="AUD")
    assert says in str(refusal.value)


def test_currencies_without_cents_and_with_mills() -> None:
    assert parse_money("1,250", 0) == 1250
    assert parse_money("1.250", 3) == 1250
    with pytest.raises(BadInput, match="has no decimals"):
        parse_money("12.5", 0)
    assert parse_money("¥1,250", 0, currency="JPY") == 1250


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (format_money(123_450, "AUD"), "$1,234.50"),
        (format_money(-50_000, "AUD"), "−$500.00"),
        (format_money(-50_000, "AUD", symbol=False), "−500.00"),
        (format_money(-50_000, "AUD", accounting=True), "($500.00)"),
        (format_money(-50_000, "AUD", accounting=True, symbol=False), "(500.00)"),
        (format_money(123_450, "AUD", "en-US"), "A$1,234.50"),
        (format_money(123_450, "USD", "en-AU"), "US$1,234.50"),
        (format_money(123_450, "AUD", symbol="auto"), "1,234.50"),
        (format_money(123_450, "USD", symbol="auto"), "US$1,234.50"),
        (format_money(123_450, "AUD", symbol="code"), "AUD\u00a01,234.50"),
        (format_money(123_450, "GBP", "en-GB"), "£1,234.50"),
        (format_money(1_250, "KWD"), "KWD\u00a01.250"),
        (format_money(1_250, "JPY"), "JPY\u00a01,250"),
        (format_money(0, "AUD"), "$0.00"),
        (format_unit_price(125_0000, "AUD"), "$125.00"),
        (format_unit_price(-875, "USD", "en-US"), "−$0.0875"),
        (format_unit_price(1_5000, "JPY"), "JPY\u00a01.5"),
        (format_quantity(1_234_5000), "1,234.5"),
        (format_quantity(-100_0000), "−100"),
        (format_percent(1250), "12.5%"),
        (format_percent(10_000), "100%"),
        (format_percent(-5), "−0.05%"),
        (format_percent(6667, places=1), "66.7%"),
        (format_percent(6667, places=2), "66.67%"),
        (format_percent(-50, places=0), "−1%"),
        (format_percent(-4, places=1), "0.0%"),
        (format_percent(None), ""),
        (to_decimal_string(-50_000), "-500.00"),
        (to_decimal_string(-5, 0), "-5"),
        (to_decimal_string(5, 3), "0.005"),
        (scaled_to_decimal_string(12_5000), "12.5000"),
        (percent_to_decimal_string(1250), "12.50"),
    ],
)
def test_figures_as_people_and_machines_read_them(shown: str, expected: str) -> None:
    assert shown == expected


@given(
    st.integers(-MAX_MINOR, MAX_MINOR),
    st.sampled_from(["AUD", "USD", "NZD", "CAD", "GBP", "EUR", "CHF"]),
    st.sampled_from(LOCALES),
    st.sampled_from([True, False, "auto", "code"]),
    st.booleans(),
)
def test_every_amount_shown_can_be_typed_back(
    cents: int, currency: str, locale: str, symbol: bool, accounting: bool
) -> None:
    shown = format_money(cents, currency, locale, symbol=symbol, accounting=accounting)
    assert parse_money(shown, currency=currency) == cents
    assert parse_money(to_decimal_string(cents)) == cents
    assert to_decimal_string(cents).isascii()


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str) -> None:
    for read in (parse_money, parse_percent, parse_quantity, parse_unit_price):
        try:
            assert isinstance(read(typed), int)
        except BadInput as refusal:
            assert str(refusal).endswith((".", "…"))


@given(st.integers(-(10**12), 10**12))
def test_quantities_prices_and_percentages_round_trip(scaled: int) -> None:
    assert parse_quantity(format_quantity(scaled)) == scaled
    assert parse_unit_price(format_unit_price(scaled, "AUD")) == scaled
    rate = scaled % 20_001 - 10_000
    assert parse_percent(format_percent(rate)) == rate
    assert parse_percent(percent_to_decimal_string(rate)) == rate


def test_percentages_as_typed() -> None:
    assert [parse_percent(typed) for typed in ("12%", "12.5", "12.5 %", "-5%", "(5%)")] == [
        1200,
        1250,
        1250,
        -500,
        -500,
    ]
    with pytest.raises(BadInput, match="from 0% to 100%"):
        parse_percent("101", minimum=0, maximum=10_000)
    with pytest.raises(BadInput, match="at most 2 decimals"):
        parse_percent("12.345")
    with pytest.raises(BadInput, match="needs a percentage"):
        parse_percent("$5")
    assert is_percent("12 %") and is_percent("(5%)") and not is_percent("12")


def test_quantities_do_not_take_money() -> None:
    with pytest.raises(BadInput, match="needs a quantity"):
        parse_quantity("$5")
    with pytest.raises(BadInput, match="larger than Tallystick can keep"):
        parse_quantity("9" * 18)
    with pytest.raises(BadInput, match="at most 4 decimals"):
        parse_unit_price("1.23456")
