"""Whose choice decides, and what a locale brings besides words."""

import asyncio
from datetime import date

import pytest

from tallystick.terms import (
    POINT_OF_VIEW_CHOICES,
    PointOfView,
    UnknownTerm,
    catalogue,
    current,
    dictionary,
    locale_choices,
    resolve,
    use,
)


@pytest.mark.parametrize(
    ("account", "project", "user", "expected"),
    [
        ("", "", "", "general_contractor"),
        ("owner", "", "", "owner"),
        ("owner", "specialty_contractor", "", "specialty_contractor"),
        ("owner", "", "general_contractor", "general_contractor"),
        ("owner", "specialty_contractor", "general_contractor", "general_contractor"),
    ],
)
def test_the_person_s_choice_goes_before_the_project_s_before_the_account_s(
    account: str, project: str, user: str, expected: str
) -> None:
    chosen = resolve(account=account, project=project, user=user, locale="en-GB")

    assert (chosen.point_of_view, chosen.locale.code) == (expected, "en-GB")


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(UnknownTerm, match="bystander"):
        resolve(account="bystander")
    with pytest.raises(UnknownTerm, match="en-XX"):
        resolve(locale="en-XX")


def test_choices_for_forms() -> None:
    assert [value for value, _ in POINT_OF_VIEW_CHOICES] == [view.value for view in PointOfView]
    assert dict(locale_choices())["en-AU"] == "English (Australia)"


def test_outside_of_any_request_the_default_is_in_force() -> None:
    assert current() is dictionary("general_contractor", "en-AU")


def test_the_dictionary_in_force_ends_with_its_block_even_when_that_fails() -> None:
    with pytest.raises(RuntimeError), use(dictionary("owner", "en-US")):
        raise RuntimeError
    assert current() is dictionary()


def test_two_requests_at_once_keep_their_own_words() -> None:
    async def request(locale: str) -> str:
        with use(dictionary("general_contractor", locale)):
            await asyncio.sleep(0)
            return current()("claim")

    async def both() -> list[str]:
        return await asyncio.gather(request("en-US"), request("en-GB"))

    assert asyncio.run(both()) == ["invoice", "payment application"]


@pytest.mark.parametrize(
    ("code", "dates", "habits", "money"),
    [
        ("en-AU", ("1 Mar 2026", "1 March 2026"), ("dmy", "A4", 0), ("AUD", "$", "GST")),
        ("en-NZ", ("1 Mar 2026", "1 March 2026"), ("dmy", "A4", 0), ("NZD", "$", "GST")),
        ("en-GB", ("1 Mar 2026", "1 March 2026"), ("dmy", "A4", 0), ("GBP", "£", "VAT")),
        ("en-US", ("Mar 1, 2026", "March 1, 2026"), ("mdy", "Letter", 6), ("USD", "$", "sales tax")),
        ("en-CA", ("Mar 1, 2026", "March 1, 2026"), ("ymd", "Letter", 6), ("CAD", "$", "sales tax")),
    ],
)
def test_what_a_locale_brings_besides_words(
    code: str, dates: tuple[str, str], habits: tuple[str, str, int], money: tuple[str, str, str]
) -> None:
    locale = catalogue().locales[code]
    day = date(2026, 3, 1)

    assert (locale.date(day), locale.long_date(day)) == dates
    assert (locale.date_order, locale.page_size, locale.first_weekday) == habits
    assert (locale.currency, locale.currency_symbol, locale.tax_name) == money
    assert locale.tax_name == dictionary("owner", code)("tax")


def test_a_range_of_dates() -> None:
    locale = catalogue().locales["en-AU"]

    assert locale.date_range(date(2026, 3, 1), date(2026, 3, 31)) == "1 Mar 2026 – 31 Mar 2026"
