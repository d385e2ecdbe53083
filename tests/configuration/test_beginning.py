"""A new project begins with what its account chose; a project that exists is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.configuration.beginning import beginnings_of, create_project, set_beginnings
from tallystick.configuration.saving import save_account
from tallystick.contracts.defaults import defaults_of
from tallystick.core.errors import BadInput, Refused
from tallystick.periods.scheduling import rule_of, suggested_span
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

CHOSEN = {
    "start_day": 15,
    "end_day": 14,
    "due_day": 5,
    "due_month": 1,
    "uninvited_claims": "none",
    "remind_every_days": 2,
    "invite_message": "Send the docket book along.",
    "paper_footer": "Northbuild Pty Ltd",
    "is_private": False,
    "work_retention_bp": 500,
    "retention_cap": "percent_original",
    "retention_cap_bp": 250,
}


@pytest.fixture
def account():
    return make.make_account()


@pytest.fixture
def boss(account) -> make.Actor:
    return make.actor_of(make.make_account_admin(account, "Bea Boss"))


def test_a_project_begins_with_what_the_account_chose(account, boss) -> None:
    older = create_project(boss, account, number="A-1", name="Older")
    set_beginnings(boss, account, CHOSEN)
    made = create_project(boss, account, number="A-2", name="Younger", currency="AUD")
    for name in ("uninvited_claims", "remind_every_days", "invite_message", "paper_footer"):
        assert getattr(made, name) == CHOSEN[name]
    terms = defaults_of(made)
    assert (terms.is_private, terms.work_retention_bp, terms.retention_cap_bp) == (False, 500, 250)
    span = suggested_span(made, rule_of(made))
    assert span is not None
    assert (span.start, span.end, span.due) == (date(2026, 3, 15), date(2026, 4, 14), date(2026, 5, 5))
    older.refresh_from_db()
    assert (older.uninvited_claims, older.paper_footer) == ("all", "")
    assert defaults_of(older).is_private and rule_of(older).start_day == 1


def test_what_is_said_for_one_project_wins(account, boss) -> None:
    set_beginnings(boss, account, CHOSEN)
    made = create_project(
        boss, account, number="A-1", name="One", paper_footer="Its own", uninvited_claims="all"
    )
    assert (made.paper_footer, made.uninvited_claims, made.remind_every_days) == ("Its own", "all", 2)


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"start_day": 0}, "begin:start_day", "Type a day of the month, from 1 to 31."),
        ({"end_day": 32}, "begin:end_day", "Type a day of the month, from 1 to 31."),
        ({"start_day": 10, "end_day": 9, "due_day": 5}, "begin:due_day", None),
        (
            {"start_day": 10, "end_day": 31, "due_day": 5},
            "begin:due_day",
            "would come before the period starts",
        ),
        ({"retention_cap": "percent_revised"}, "begin:retention_cap_bp", "Type the percentage"),
    ],
)
def test_what_makes_no_sense_is_told(account, boss, values, field, told) -> None:
    if told is None:
        assert set_beginnings(boss, account, values).due_day == 5
        return
    with pytest.raises(BadInput, match=told) as caught:
        set_beginnings(boss, account, values)
    assert list(caught.value.fields) == [field]
    assert beginnings_of(account).pk is None


def test_only_administrators_of_the_account_choose_it_and_create_projects(account) -> None:
    someone = make.actor_of(make.make_person(make.own_company(account)))
    with pytest.raises(Refused, match="Only an administrator of the account"):
        set_beginnings(someone, account, {"remind_every_days": 1})
    with pytest.raises(Refused, match="Only an administrator of the account"):
        create_project(someone, account, number="A-1", name="One")


def test_they_are_saved_like_every_other_setting(account, boss) -> None:
    assert save_account(boss, account, {"begin:due_day": 20, "begin:retain_work": False}).written == (
        "begin:due_day",
        "begin:retain_work",
    )
    assert save_account(boss, account, {"begin:due_day": 20}).written == ()
    assert beginnings_of(account).due_day == 20
