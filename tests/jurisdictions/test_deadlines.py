"""Dates of every state, worked by hand on a calendar, and what contracts can change about them."""

from datetime import date

import pytest

from tallystick.jurisdictions import Deadlines, Giver, NoRule, Role, deadlines
from tallystick.jurisdictions.telling import cautions, days_left_in_words, guidance, name_of, reckoning

NEW = date(2025, 7, 1)


def law(key: str, received: date, role: Role = Role.SUB, contract: date | None = NEW, **more) -> Deadlines:
    return deadlines(key, role, contract_date=contract, received_on=received, **more)


@pytest.mark.parametrize(
    ("key", "role", "received", "answer", "pay"),
    [
        # Wed 25 Mar is day 1; Good Friday 3 Apr and Easter Monday 6 Apr are left out
        ("au-nsw", Role.SUB, date(2026, 3, 24), date(2026, 4, 9), date(2026, 4, 23)),
        ("au-nsw", Role.HEAD, date(2026, 3, 24), date(2026, 4, 9), date(2026, 4, 16)),
        # Received on a Sunday: Monday is day 1. ANZAC Day is observed on Mon 27 Apr 2026 in New South Wales
        ("au-nsw", Role.SUB, date(2026, 4, 19), date(2026, 5, 4), date(2026, 5, 18)),
        # 24 Dec is day 4; then 25 Dec, 26–31 Dec and 1 Jan are out
        ("au-nsw", Role.SUB, date(2026, 12, 18), date(2027, 1, 11), date(2027, 1, 25)),
        # Melbourne Cup Day, Tue 3 Nov
        ("au-vic", Role.SUB, date(2026, 10, 30), date(2026, 11, 16), date(2026, 11, 16)),
        # 18 and 21 Dec are days 1 and 2; day 3 is Mon 11 Jan
        ("au-vic", Role.HEAD, date(2026, 12, 17), date(2027, 1, 20), date(2027, 1, 20)),
        # Show day, Wed 12 Aug, only in Brisbane
        ("au-qld", Role.SUB, date(2026, 7, 31), date(2026, 8, 21), date(2026, 8, 14)),
        ("au-qld-bne", Role.SUB, date(2026, 7, 31), date(2026, 8, 24), date(2026, 8, 17)),
        # King's Birthday, Mon 28 Sep
        ("au-wa", Role.SUB, date(2026, 9, 22), date(2026, 10, 14), date(2026, 10, 28)),
        ("au-wa", Role.HEAD, date(2026, 9, 22), date(2026, 10, 14), date(2026, 10, 21)),
        # Adelaide Cup Day, Mon 9 Mar
        ("au-sa", Role.SUB, date(2026, 3, 4), date(2026, 3, 26), date(2026, 3, 26)),
        # Eight Hours Day, Mon 9 Mar; for the owner of a home 20 days, over Easter
        ("au-tas", Role.SUB, date(2026, 3, 6), date(2026, 3, 23), date(2026, 3, 23)),
        ("au-tas", Role.OWNER, date(2026, 3, 6), date(2026, 4, 8), date(2026, 4, 8)),
        # Reconciliation Day, Mon 1 Jun, and the King's Birthday, Mon 8 Jun
        ("au-act", Role.SUB, date(2026, 5, 29), date(2026, 6, 16), date(2026, 6, 23)),
        # Picnic Day, Mon 3 Aug
        ("au-nt", Role.SUB, date(2026, 7, 31), date(2026, 8, 17), date(2026, 8, 31)),
        # 14–23 Dec are days 1 to 8; day 9 is Wed 6 Jan
        ("nz", Role.SUB, date(2026, 12, 11), date(2027, 1, 21), date(2027, 1, 21)),
        # Anniversary day of Wellington, Mon 25 Jan
        ("nz-wgn", Role.SUB, date(2026, 12, 15), date(2027, 1, 26), date(2027, 1, 26)),
        # Calendar days
        ("ca-on", Role.HEAD, date(2026, 12, 20), date(2027, 1, 3), date(2027, 1, 17)),
    ],
)
def test_dates_worked_by_hand(key: str, role: Role, received: date, answer: date, pay: date) -> None:
    found = law(key, received, role)

    assert (found.answer.day, found.pay.day) == (answer, pay)


def test_in_britain_everything_hangs_on_the_due_date() -> None:
    # given an application of 3 March for the period to 31 March
    found = law("gb-eng", date(2026, 3, 3), period_end=date(2026, 3, 31))

    # then 7 days after the period's end, Good Friday and Easter Monday left out, payment is due
    assert found.due is not None and found.due.day == date(2026, 4, 9)
    assert found.answer.day == date(2026, 4, 14)
    assert found.pay.day == date(2026, 4, 26)
    assert found.pay_less is not None and found.pay_less.day == date(2026, 4, 19)
    assert [name_of(one, found.rule) for one in found.all] == [
        "Due date",
        "Serve the payment notice by",
        "Serve any pay less notice by",
        "Final date for payment",
    ]


def test_a_contract_may_ask_for_an_earlier_answer_and_never_for_a_later_one() -> None:
    received = date(2026, 3, 9)

    sooner = law("au-nsw", received, contract_schedule_days=5)
    later = law("au-nsw", received, contract_schedule_days=15)

    assert sooner.answer.day == date(2026, 3, 16) and sooner.answer.giver is Giver.CONTRACT
    assert later.answer.day == date(2026, 3, 23) and later.answer.giver is Giver.ACT_OVER_CONTRACT
    assert "The contract gives 15 business days, but the Act allows at most 10 business days." in reckoning(
        later.answer, later
    )


def test_in_new_zealand_the_contracts_own_time_counts() -> None:
    found = law("nz", date(2026, 3, 9), contract_schedule_days=25)

    assert found.answer.giver is Giver.CONTRACT
    assert found.answer.count is not None and found.answer.count.days == 25


@pytest.mark.parametrize(
    ("key", "role", "agreed", "counted"),
    [
        ("au-qld", Role.HEAD, 15, 15),
        ("au-qld", Role.HEAD, 16, 10),
        ("au-qld", Role.SUB, 25, 25),
        ("au-qld", Role.SUB, 30, 10),
        ("au-qld", Role.SUB, None, 10),
        ("au-nsw", Role.SUB, 12, 12),
        ("au-nsw", Role.SUB, 30, 20),
        ("au-vic", Role.SUB, 20, 20),
        ("au-vic", Role.SUB, 21, 10),
        ("au-wa", Role.HEAD, 45, 20),
        ("au-sa", Role.SUB, 45, 45),
        ("au-nt", Role.SUB, 50, 30),
        ("au-act", Role.HEAD, 20, 15),
    ],
)
def test_a_term_that_the_act_finds_too_long_is_void(
    key: str, role: Role, agreed: int | None, counted: int
) -> None:
    found = law(key, date(2026, 5, 11), role, contract_payment_days=agreed)

    assert found.pay.count is not None and found.pay.count.days == counted


def test_the_rule_follows_the_day_of_the_contract() -> None:
    received = date(2026, 5, 11)

    assert law("au-nsw", received, contract=date(2019, 10, 20)).rule.key == "au-nsw-sub-2014"
    assert law("au-nsw", received, contract=date(2019, 10, 21)).rule.key == "au-nsw-sub-2019"
    assert law("au-act", received, contract=date(2024, 3, 10)).rule.key == "au-act-sub-2009"
    assert law("au-act", received, contract=date(2024, 3, 11)).rule.key == "au-act-sub-2024"


def test_in_victoria_the_reform_reaches_old_contracts_by_the_day_of_the_claim() -> None:
    old = date(2020, 1, 1)

    assert law("au-vic", date(2026, 4, 14), contract=old).rule.key == "au-vic-sub-2002"
    assert law("au-vic", date(2026, 4, 15), contract=old).rule.key == "au-vic-sub-2026"


def test_a_contract_without_a_date_is_taken_for_a_new_one_and_that_is_said() -> None:
    found = law("au-nsw", date(2026, 5, 11), contract=None)

    assert found.rule.key == "au-nsw-sub-2019" and found.undated_contract
    assert any("no date in its settings" in said for said in cautions(found))


@pytest.mark.parametrize(
    ("key", "role", "contract"),
    [
        ("au-wa", Role.SUB, date(2022, 7, 31)),
        ("au-nsw", Role.SUB, date(2010, 1, 1)),
        ("au-qld", Role.OWNER, NEW),
        ("au-xx", Role.SUB, NEW),
    ],
)
def test_where_the_table_has_no_rule_it_says_so(key: str, role: Role, contract: date) -> None:
    with pytest.raises(NoRule, match="The table of payment law has no"):
        law(key, date(2026, 5, 11), role, contract)


def test_the_reckoning_can_be_followed_on_a_calendar() -> None:
    found = law("au-nsw", date(2026, 3, 24))

    assert reckoning(found.answer, found) == (
        "The Act gives 10 business days; the contract says nothing else. "
        "10 business days after 24 Mar 2026, the day of receipt, is Thu 9 Apr 2026. "
        "Not counted: the weekend of 28–29 Mar 2026; Fri 3 Apr 2026 – Mon 6 Apr 2026 "
        "(Good Friday, Easter Saturday, Easter Sunday, Easter Monday)."
    )


def test_in_the_northern_territory_something_else_is_asked_for() -> None:
    found = law("au-nt", date(2026, 7, 31))

    assert not found.rule.paper
    assert "knows no {payment_schedule}" in found.rule.instead
    assert found.rule.confidence == "C" and any("Sources disagree" in said for said in cautions(found))


def test_where_a_date_hangs_on_what_is_not_recorded_there_is_none() -> None:
    found = law("ca-on", date(2026, 5, 11))

    assert found.answer.day is None and found.pay.day is None
    assert "which is not recorded here" in reckoning(found.pay, found)
    assert found.counted_days_left(found.pay, date(2026, 5, 11)) is None


def test_a_year_without_known_holidays_gives_words_and_no_date() -> None:
    found = law("au-nsw", date(2100, 12, 29))

    assert found.answer.day is None
    assert reckoning(found.answer, found).startswith("The public holidays of 2101 in New South Wales")


def test_days_left_are_the_acts_days() -> None:
    found = law("au-nsw", date(2026, 3, 24))

    left = {
        day: days_left_in_words(found.counted_days_left(found.answer, date(2026, *day)), found.rule)
        for day in ((4, 1), (4, 4), (4, 8), (4, 9), (4, 10), (4, 13))
    }

    assert left == {
        (4, 1): "4 business days left",
        (4, 4): "3 business days left",
        (4, 8): "1 business day left",
        (4, 9): "today",
        (4, 10): "1 business day late",
        (4, 13): "2 business days late",
    }


def test_it_is_guidance_and_never_advice() -> None:
    assert "never legal advice" in guidance()
