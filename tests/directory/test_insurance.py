"""Insurance of companies: its state by the day, and what is told of a company (R-INSURANCE)."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from tallystick.access import people as access
from tallystick.audit.queries import history
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.insurance import Policy, in_state, standings, with_renewal
from tallystick.directory.insurance_states import Cover, cover_of, cover_of_type
from tallystick.directory.models import Insurance
from tests import factories as make

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("effective", "expires", "state"),
    [
        (None, TODAY - DAY, Cover.EXPIRED),
        (None, TODAY, Cover.EXPIRING),
        (None, TODAY + 14 * DAY, Cover.EXPIRING),
        (None, TODAY + 15 * DAY, Cover.CURRENT),
        (TODAY, TODAY + 99 * DAY, Cover.CURRENT),
        (TODAY + DAY, TODAY + 99 * DAY, Cover.NOT_YET),
    ],
)
@pytest.mark.django_db
def test_the_state_is_that_of_the_day_in_python_and_in_the_database(effective, expires, state):
    row = make.make_insurance(effective_on=effective, expires=expires)
    assert cover_of(row, TODAY) is state
    found = {cover for cover in Cover if Insurance.objects.filter(in_state(cover, TODAY), pk=row.pk).exists()}
    assert found == {state}


def policy(effective, expires):
    return Policy("motor", effective_on=effective, expires_on=expires)


def test_a_renewal_that_follows_at_once_settles_what_is_about_to_expire():
    ending = policy(None, TODAY + 3 * DAY)
    assert cover_of_type([ending, policy(TODAY + 4 * DAY, TODAY + 300 * DAY)], TODAY) is Cover.CURRENT
    assert cover_of_type([ending, policy(TODAY + 5 * DAY, TODAY + 300 * DAY)], TODAY) is Cover.EXPIRING
    assert cover_of_type([policy(None, TODAY - DAY), ending], TODAY) is Cover.EXPIRING
    assert cover_of_type([], TODAY) is Cover.MISSING


@pytest.mark.django_db
def test_a_company_stands_by_its_worst_type_and_only_those_at_work_miss_any():
    account = make.make_account()
    account.required_insurance = ["public_liability", "motor"]
    at_work, idle = make.make_company(account), make.make_company(account)
    make.make_insurance(at_work, "plant", TODAY - DAY)
    make.make_insurance(at_work, "public_liability", TODAY + 90 * DAY)
    found = standings(account, [at_work, idle], {at_work.pk}, TODAY)
    assert (found[at_work.pk].label, found[at_work.pk].types) == ("1 missing", ("Motor vehicle",))
    assert found[idle.pk].label == ""
    make.make_insurance(at_work, "motor", is_exempt=True, exempt_reason="Has no vehicles", expires=None)
    assert standings(account, [at_work], {at_work.pk}, TODAY)[at_work.pk].label == "Expired"


@pytest.mark.django_db
def test_what_was_renewed_asks_for_nothing_any_more():
    company = make.make_company()
    old = make.make_insurance(company, expires=TODAY - DAY)
    make.make_insurance(company, "motor", expires=TODAY + 300 * DAY)
    assert with_renewal(Insurance.objects.filter(Q(pk=old.pk))).get().renewed is False
    make.make_insurance(company, expires=TODAY + 300 * DAY)
    assert with_renewal(Insurance.objects.filter(Q(pk=old.pk))).get().renewed is True


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "fire"}, "kind"),
        ({"kind": "other"}, "other_name"),
        ({"expires_on": None}, "expires_on"),
        ({"effective_on": date(2027, 1, 1)}, "expires_on"),
        ({"is_exempt": True}, "exempt_reason"),
        ({"limit": -1}, "limit"),
        ({"currency": "dollars"}, "currency"),
    ],
)
def test_what_is_missing_is_told_beside_its_field(facts, field):
    with pytest.raises(BadInput) as told:
        Policy(**{"kind": "motor", "expires_on": date(2026, 12, 31), **facts}).checked()
    assert list(told.value.fields) == [field]


@pytest.mark.django_db
def test_only_administrators_write_and_the_history_says_what():
    company = make.make_company()
    boss = make.actor_of(make.make_account_admin(company.account, "Bea Boss"))
    reader = make.actor_of(make.make_member(make.make_project(company.account), make.Level.STANDARD))
    wanted = Policy("motor", policy_number="M-1", expires_on=date(2026, 6, 30), limit=5_000_000_00)
    with pytest.raises(Refused, match="Only an administrator of the account"):
        access.add_insurance(reader, company, wanted)
    row = access.add_insurance(boss, company, wanted)
    access.change_insurance(boss, row, Policy("motor", policy_number="M-1", expires_on=date(2027, 6, 30)))
    access.remove_insurance(boss, row)
    added, changed, removed = history(company)[-3:]
    assert added.text == f"recorded the insurance Motor vehicle M-1 of {company}"
    assert ("last day of cover", "30 Jun 2026", "30 Jun 2027") in changed.changes
    assert ("limit", "AUD\u00a05,000,000.00", "—") in changed.changes
    assert removed.text.startswith("removed the insurance")
    assert not Insurance.objects.exists()
