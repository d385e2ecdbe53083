"""Billing periods in the browser: opening closes the other, dates are saved as typed, reasons instead of faults."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.creation import create_claim
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.directory.models import Project
from tallystick.periods.actions import extend_period
from tallystick.periods.models import BillingPeriod, PeriodExtension
from tests.factories import (
    OPERATOR,
    make_claim_contact,
    make_contract,
    make_member,
    make_project,
    open_period_of,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]
MARCH = {"start": "2026-03-01", "end": "2026-03-31", "due": "2026-03-25"}
APRIL = {"start": "2026-04-01", "end": "2026-04-30", "due": "2026-04-25"}


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def admin(project: Project) -> Client:
    return signed_in(make_member(project, Level.ADMIN))


def test_the_first_period_is_suggested_as_this_month(project: Project, admin: Client) -> None:
    page = admin.get(f"/projects/{project.pk}/periods/new").content.decode()
    for day in MARCH.values():
        assert f'value="{day}"' in page


def test_the_next_one_is_suggested_after_the_latest(project: Project, admin: Client) -> None:
    open_period_of(project, date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 25))
    page = admin.get(f"/projects/{project.pk}/periods/new").content.decode()
    for day in ("2026-02-01", "2026-02-28", "2026-02-25"):
        assert f'value="{day}"' in page


def test_weeks_follow_weeks(project: Project, admin: Client) -> None:
    open_period_of(project, date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 10))
    page = admin.get(f"/projects/{project.pk}/periods/new").content.decode()
    for day in ("2026-03-09", "2026-03-15", "2026-03-17"):
        assert f'value="{day}"' in page


def test_opening_one_closes_the_other_and_the_form_says_so(project: Project, admin: Client) -> None:
    march = open_period_of(project)
    page = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert "1–31 Mar 2026</strong> is open now. Opening this one closes it." in page
    response = admin.post(f"/projects/{project.pk}/periods", APRIL)
    april = BillingPeriod.objects.get(start=date(2026, 4, 1))
    assert response.headers["Location"] == f"/projects/{project.pk}/periods#period-{april.pk}"
    march.refresh_from_db()
    assert (march.status, april.status) == ("closed", "open")


def test_a_form_sent_twice_opens_one_period(project: Project, admin: Client) -> None:
    sent = {**MARCH, "once": "8f14e45fceea167a5a36dedd4bea2543"}
    first = admin.post(f"/projects/{project.pk}/periods", sent)
    second = admin.post(f"/projects/{project.pk}/periods", sent)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert BillingPeriod.objects.count() == 1


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (
            {"start": "2026-03-31", "end": "2026-03-01", "due": "2026-03-25"},
            "The period ends before it starts.",
        ),
        ({**MARCH, "due": "2026-09-01"}, "from the start of the period to 60 days after its end"),
        ({**MARCH, "due": ""}, "Due is needed."),
        ({**MARCH, "due": "soon"}, "Type a day such as 21 Mar 2026."),
        ({**MARCH, "start": "0026-03-01"}, "Check the year of this day."),
        ({"start": "2026-02-15", "end": "2026-03-14", "due": "2026-03-10"}, "These dates overlap the period"),
    ],
)
def test_dates_that_do_not_work_are_told_beside_the_field_and_kept(
    project: Project, admin: Client, dates: dict[str, str], told: str
) -> None:
    open_period_of(project, date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 25))
    response = admin.post(f"/projects/{project.pk}/periods", dates)
    page = response.content.decode()
    assert response.status_code == 422
    assert told in page and "needs your attention" in page
    assert f'value="{dates["start"]}"' in page
    assert BillingPeriod.objects.count() == 1


def test_a_day_may_be_typed_as_people_write_it(project: Project, admin: Client) -> None:
    admin.post(
        f"/projects/{project.pk}/periods", {"start": "1 Mar 2026", "end": "31/3/2026", "due": "25.03.2026"}
    )
    made = BillingPeriod.objects.get()
    assert (made.start, made.end, made.due) == (date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 25))


def test_dates_typed_into_the_table_are_saved_and_the_row_comes_back(project: Project, admin: Client) -> None:
    period = open_period_of(project)
    response = admin.post(
        f"/periods/{period.pk}", {**MARCH, "due": "2026-03-27"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200 and response.content.strip().startswith(b"<tr")
    assert "Saved" in response.headers["HX-Trigger"]
    period.refresh_from_db()
    assert period.due == date(2026, 3, 27)


def test_what_can_not_be_saved_stays_in_the_row_with_its_reason(project: Project, admin: Client) -> None:
    period = open_period_of(project)
    response = admin.post(
        f"/periods/{period.pk}", {**MARCH, "end": "2026-02-01"}, headers={"HX-Request": "true"}
    )
    row = response.content.decode()
    assert "The period ends before it starts." in row and 'value="2026-02-01"' in row
    assert "HX-Trigger" not in response.headers
    period.refresh_from_db()
    assert period.end == date(2026, 3, 31)


def test_closing_and_opening_again_twice_is_harmless(project: Project, admin: Client) -> None:
    period = open_period_of(project)
    for _ in range(2):
        assert admin.post(f"/periods/{period.pk}/closure").status_code == 302
    period.refresh_from_db()
    assert period.status == "closed"
    for _ in range(2):
        assert admin.post(f"/periods/{period.pk}/opening").status_code == 302
    period.refresh_from_db()
    assert period.status == "open"


def test_a_period_with_claims_is_never_deleted_and_the_button_says_why(
    project: Project, admin: Client
) -> None:
    period = open_period_of(project)
    Claim.objects.create(
        contract=make_contract(project),
        period=period,
        number=1,
        billing_date=period.due,
        period_start=period.start,
        period_end=period.end,
    )
    page = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert "1 progress claim belongs to this billing period" in page
    response = admin.post(f"/periods/{period.pk}/deletion", follow=True)
    assert BillingPeriod.objects.filter(pk=period.pk).exists()
    assert "so it can&#x27;t be deleted" in response.content.decode()


def test_an_empty_one_can_be_deleted(project: Project, admin: Client) -> None:
    period = open_period_of(project)
    response = admin.post(f"/periods/{period.pk}/deletion", follow=True)
    assert not BillingPeriod.objects.exists()
    assert "The period 1–31 Mar 2026 is deleted." in response.content.decode()


def test_one_contract_can_have_longer(project: Project, admin: Client) -> None:
    period, contract = open_period_of(project), make_contract(project)
    sent = {"extension-contract": contract.pk, "extension-due": "2026-03-30", "extension-reason": "Flood"}
    response = admin.post(f"/periods/{period.pk}/extensions", sent, follow=True)
    assert "has until 30 Mar 2026" in response.content.decode()
    assert PeriodExtension.objects.get().contract == contract


def test_an_extension_that_is_none_is_told(project: Project, admin: Client) -> None:
    period, contract = open_period_of(project), make_contract(project)
    sent = {"extension-contract": contract.pk, "extension-due": "2026-03-20", "extension-reason": "Flood"}
    response = admin.post(f"/periods/{period.pk}/extensions", sent)
    assert response.status_code == 422
    assert (
        "The extension has to end after the period’s due date".replace("’", "&#x27;")
        in response.content.decode()
    )
    assert not PeriodExtension.objects.exists()


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 3, 21, 1, tzinfo=UTC), "4 days left"),
        (datetime(2026, 3, 24, 12, 59, tzinfo=UTC), "Due tomorrow"),
        # Midnight in Sydney comes eleven hours before midnight in UTC.
        (datetime(2026, 3, 24, 13, 1, tzinfo=UTC), "Due today"),
        (datetime(2026, 3, 26, 1, tzinfo=UTC), "1 day late"),
    ],
)
def test_days_left_are_counted_on_the_projects_clock(
    project: Project, admin: Client, instant: datetime, told: str
) -> None:
    open_period_of(project)
    with clock.at(instant):
        assert told in admin.get(f"/projects/{project.pk}/periods").content.decode()


def test_an_extension_is_shown_on_the_contract_and_the_claim_changed_and_taken_back(
    project: Project, admin: Client
) -> None:
    period, contract = open_period_of(project), make_contract(project)
    claim = create_claim(OPERATOR, contract, period)
    address = f"/periods/{period.pk}/extensions"
    sent = {"extension-contract": contract.pk, "extension-due": "2026-03-30", "extension-reason": "Flood"}
    for due in ("2026-03-30", "2026-04-02", "2026-04-02"):
        assert admin.post(address, {**sent, "extension-due": due}).status_code == 302
    assert PeriodExtension.objects.get().due == date(2026, 4, 2)
    page = admin.get(f"/contracts/{contract.pk}").content.decode()
    assert "until 2 Apr 2026, extended from 25 Mar 2026" in page and "Flood" in page
    assert "due 2 Apr 2026, extended from 25 Mar 2026" in admin.get(f"/claims/{claim.pk}").content.decode()
    for _ in range(2):
        assert admin.post(f"{address}/{contract.pk}/removal").status_code == 302
    assert not PeriodExtension.objects.exists()
    assert "extended from" not in admin.get(f"/claims/{claim.pk}").content.decode()
    told = [
        event.name
        for event in Event.objects.filter(subject_type="contracts.contract", name__startswith="period.")
    ]
    assert told == ["period.extended", "period.extended", "period.extension_taken_back"]


def test_an_extension_needs_a_reason(project: Project, admin: Client) -> None:
    period, contract = open_period_of(project), make_contract(project)
    sent = {"extension-contract": contract.pk, "extension-due": "2026-03-30"}
    response = admin.post(f"/periods/{period.pk}/extensions", sent)
    assert response.status_code == 422 and "Reason is needed." in response.content.decode()
    assert not PeriodExtension.objects.exists()


def test_a_contact_sees_the_extension_of_its_own_contract_alone(project: Project) -> None:
    period = open_period_of(project)
    own, other = make_contract(project), make_contract(project, is_private=True)
    for contract in (own, other):
        extend_period(OPERATOR, period, contract, due=date(2026, 3, 30), reason="Flood")
    page = signed_in(make_claim_contact(own)).get(f"/projects/{project.pk}/periods").content.decode()
    assert own.title in page and str(other) not in page


def test_claims_are_counted_by_state_and_lead_to_the_list(project: Project, admin: Client) -> None:
    period = open_period_of(project)
    for _ in range(2):
        create_claim(OPERATOR, make_contract(project), period)
    move_claim(OPERATOR, create_claim(OPERATOR, make_contract(project), period), ClaimStatus.UNDER_REVIEW)
    page = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert f'period={period.pk}&amp;status=draft">2 Draft</a>' in page
    assert f'period={period.pk}&amp;status=under_review">1 Under Review</a>' in page


@pytest.mark.parametrize(("day", "mark"), [(20, ""), (22, "Due soon"), (25, "Due soon"), (26, "Overdue")])
def test_an_open_period_is_marked_as_its_due_day_comes(
    project: Project, admin: Client, day: int, mark: str
) -> None:
    open_period_of(project)
    with clock.at(datetime(2026, 3, day, 1, tzinfo=UTC)):
        page = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert [word for word in ("Due soon", "Overdue") if word in page] == ([mark] if mark else [])


def test_opening_again_says_which_one_closes(project: Project, admin: Client) -> None:
    first = open_period_of(project, date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 25))
    second = open_period_of(project)
    listed = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert "1–31 Mar 2026</strong> is open now. Opening 1–28 Feb 2026 again closes it." in listed
    alone = admin.get(f"/periods/{first.pk}").content.decode()
    assert "1–31 Mar 2026</strong> is open now. Opening this one again closes it." in alone
    admin.post(f"/periods/{first.pk}/opening")
    second.refresh_from_db()
    assert second.status == "closed"


def test_what_is_wrong_in_a_row_stands_by_its_field(project: Project, admin: Client) -> None:
    period = open_period_of(project)
    row = admin.post(
        f"/periods/{period.pk}", {**MARCH, "due": ""}, headers={"HX-Request": "true"}
    ).content.decode()
    assert f'aria-invalid="true" aria-describedby="due-{period.pk}-problem"' in row
    assert f'id="due-{period.pk}-problem">Due is needed.' in row


@pytest.mark.parametrize("accepted", [True, False])
def test_the_page_says_whether_late_claims_are_accepted(
    project: Project, admin: Client, accepted: bool
) -> None:
    open_period_of(project)
    Project.objects.filter(pk=project.pk).update(accept_late_claims=accepted)
    page = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert ("progress claims are let through and marked as late" in page) is accepted
    assert ("can neither create nor submit" in page) is not accepted


def test_a_claim_contact_sees_the_periods_and_no_way_to_change_them(project: Project) -> None:
    open_period_of(project)
    contact = signed_in(make_claim_contact(make_contract(project)))
    page = contact.get(f"/projects/{project.pk}/periods").content.decode()
    assert "1–31 Mar 2026" in page and 'type="date"' not in page and "/closure" not in page
    assert "You need Admin on the project&#x27;s Commitments tool" in page
