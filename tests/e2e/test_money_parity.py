"""Money reads, writes and divides in the browser exactly as on the server."""

import random
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tallystick.core import money
from tests.e2e.parity import assert_alike, here, in_browser

LOCALES = ["en-AU", "en-NZ", "en-US", "en-CA", "en-GB", "en-IE"]
CURRENCIES = ["AUD", "NZD", "USD", "CAD", "GBP", "EUR", "JPY", "KWD", "CHF"]
TYPED = [
    *[
        "",
        " ",
        "0",
        "-0",
        "00",
        "0.00",
        "1",
        "12.5",
        "1,234.5",
        "1234.50",
        "1 234.50",
        "12,34,567",
        "1,234,56",
    ],
    *[
        "1.500",
        "1,500",
        "1.5000",
        "12.345",
        ".5",
        "5.",
        ".",
        "1..2",
        "1.2.3",
        "1e5",
        "0x10",
        "Infinity",
        "NaN",
    ],
    *[
        "-500",
        "−500",
        "–500",
        "500-",
        "(500)",
        "((500))",
        "(-500)",
        "-(500)",
        "+5",
        "+-5",
        "--5",
        "- 5",
        "5 -",
    ],
    *["$5", "$ 5", "-$5", "$-5", "($5)", "A$20", "AU$20", "$A20", "AUD 20", "20 AUD", "aud20", "20$", "NZ$1"],
    *["US$1", "CAN$3", "C$3", "£5", "€5", "5€", "¥500", "JPY 500", "EUR", "$", "$$5", "AUD $5", "KWD 1.250"],
    *["12%", "12 %", "12.5%", "-5%", "(5%)", "5%%", "%", "101%", "100000%", "99999999", "12.345%", "$5%"],
    *[
        "999999999999999",
        "9999999999999.99",
        "10000000000000.00",
        "10,000,000,000,000.01",
        "9" * 30,
        "9" * 65,
    ],
    *[
        "\uff11\uff12\uff0e\uff15",
        "\uff08\uff15\uff09",
        "\u066b5",
        "5²",
        "½",
        "٣",
        "\u00a01\u202f234\u00a0",
        "1\t2",
    ],
    *[
        "\ufeff5",
        "\x1c5\x1f",
        "5\n",
        "( )",
        "(",
        ")",
        "()",
        "-",
        "$ -",
        "abc",
        "ßx5",
        "1'234",
        "1_000",
        "😀" * 70,
    ],
    *["a" * 41, "word " * 9, "1234567.891", "0.0001", "0.00001", "12,345.6789", "1 234,5", "1,23"],
]
PIECES = [
    *"0123456789",
    *"0123456789",
    *",. -−()$%+",
    "£",
    "€",
    "¥",
    "AUD",
    "A$",
    "nz$",
    "\u00a0",
    "1,000",
    "．",
    "ß",
]


def texts(count: int) -> list[str]:
    """The list of what people type, and random compositions of its pieces."""
    chance = random.Random(16)
    return TYPED + ["".join(chance.choices(PIECES, k=chance.randint(1, 9))) for _ in range(count)]


def compare(page: Page, cases: list[Any], body: str, compute: Callable[..., Any]) -> None:
    expected = [here(lambda case=case: compute(*case)) for case in cases]
    assert_alike(cases, expected, in_browser(page, body, cases))


def test_what_is_typed_is_read_alike_or_refused_in_the_same_words(page: Page) -> None:
    typed = texts(1500)
    chance = random.Random(3)
    money_cases = [[text, chance.choice([0, 2, 2, 3]), chance.choice([None, *CURRENCIES])] for text in typed]
    compare(
        page,
        money_cases,
        "return m.parseMoney(c[0], c[1], c[2] ?? undefined)",
        lambda text, exponent, currency: money.parse_money(text, exponent, currency=currency),
    )
    compare(
        page,
        money_cases,
        "return m.parseUnitPrice(c[0], c[2] ?? undefined)",
        lambda text, _, currency: money.parse_unit_price(text, currency=currency),
    )
    rates = [[text, *chance.choice([(None, None), (0, 10_000), (-500, 500)])] for text in typed]
    compare(
        page,
        rates,
        "return m.parsePercent(c[0], c[1] ?? undefined, c[2] ?? undefined)",
        lambda text, low, high: money.parse_percent(text, minimum=low, maximum=high),
    )
    alone = [[text] for text in typed]
    compare(page, alone, "return m.parseQuantity(c[0])", money.parse_quantity)
    compare(page, alone, "return m.isPercent(c[0])", money.is_percent)


def amounts(count: int) -> list[int]:
    chance = random.Random(8)
    sizes = [10, 1_000, 100_000, 10**7, 10**10, 10**15]
    some = [chance.randint(-size, size) for size in sizes for _ in range(count // len(sizes))]
    return [0, 1, -1, 5, -50, 99, 100, 10**15, -(10**15), *some]


def test_figures_are_written_alike_in_every_locale(page: Page) -> None:
    chance = random.Random(5)
    cases = [
        [value, chance.choice(CURRENCIES), locale, symbol, chance.random() < 0.3]
        for value in amounts(60)
        for locale in LOCALES
        for symbol in (True, False, "auto", "code")
    ]
    compare(
        page,
        cases,
        "return m.formatMoney(c[0], c[1], { locale: c[2], symbol: c[3], accounting: c[4] })",
        lambda value, currency, locale, symbol, accounting: money.format_money(
            value, currency, locale, symbol=symbol, accounting=accounting
        ),
    )
    compare(
        page,
        cases,
        "return m.formatUnitPrice(c[0], c[1], { locale: c[2], symbol: c[3] })",
        lambda value, currency, locale, symbol, _: money.format_unit_price(
            value, currency, locale, symbol=symbol
        ),
    )
    compare(
        page,
        [[value, places] for value in [*amounts(200), None] for places in (None, 0, 1, 2)],
        "return m.formatPercent(c[0], c[1] ?? undefined)",
        lambda value, places: money.format_percent(value, places=places),
    )
    alone = [[value] for value in amounts(300)]
    compare(page, alone, "return m.formatQuantity(c[0])", money.format_quantity)
    compare(
        page,
        [[value, places] for value in amounts(100) for places in (0, 2, 3)],
        "return m.toDecimalString(c[0], c[1])",
        money.to_decimal_string,
    )


def test_figures_are_multiplied_and_divided_alike(page: Page) -> None:
    chance = random.Random(2)

    def number(limit: int = 10**15) -> int:
        return chance.randint(-limit, limit) // 10 ** chance.randint(0, 15)

    pairs = [[number(), number() or 7] for _ in range(500)]
    halves = [[n, d] for n in range(-9, 10) for d in (-4, -2, 2, 4, 6)]
    compare(page, pairs + halves, "return m.roundHalfUp(c[0], c[1])", money.round_half_up)
    compare(page, pairs, "return m.rateOf(c[0], c[1])", money.rate_of)
    compare(page, [[0, 0], [5, 0]], "return m.rateOf(c[0], c[1])", money.rate_of)
    rated = [[amount, chance.randint(-10_000, 10_000)] for amount, _ in pairs]
    compare(page, rated, "return m.applyRate(c[0], c[1])", money.apply_rate)
    priced = [[number(), number(10**12), exponent] for exponent in (0, 2, 3) for _ in range(200)]
    compare(page, priced, "return m.extend(c[0], c[1], c[2])", money.extend)
    compare(page, priced, "return m.quantityFor(c[0], c[1], c[2])", money.quantity_for)


def test_a_total_is_split_alike_to_the_last_cent(page: Page) -> None:
    chance = random.Random(4)

    def weights() -> list[int]:
        size = chance.choice([1, 10, 10_000, 10**9, 10**13])
        low = chance.choice([0, 0, -size])
        return [chance.randint(low, size) for _ in range(chance.randint(1, 30))]

    cases = [[chance.randint(-size, size), weights()] for size in (3, 10**6, 10**12) for _ in range(150)]
    cases += [[100, [1, 1, 1]], [7, [0, 0, 0]], [-7, [5, -5]], [0, []], [1, [-3, -3]], [10**15, [1, 10**15]]]
    compare(page, cases, "return m.allocate(c[0], c[1])", money.allocate)


def test_every_currency_has_as_many_decimals(page: Page) -> None:
    codes = "AUD BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BHD IQD JOD KWD LYD OMR TND usd"
    compare(
        page,
        [[code] for code in codes.split()],
        "return m.currencyExponent(c[0])",
        money.currency_exponent,
    )
