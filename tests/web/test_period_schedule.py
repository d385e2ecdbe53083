"""The page on which a schedule is chosen: looking changes nothing, what is shown is what is saved."""

import re
from datetime import date

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.directory.models import Project
from tallystick.periods.models import BillingPeriod, PeriodSchedule
from tests.factories import make_member, make_project, open_period_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]

MONTHLY = {
    "frequency": "monthly",
    "starts_on": "2026-03-01",
    "start_day": "1",
    "end_day": "31",
    "due_day": "25",
    "due_month": "0",
}
WEEKLY = {"frequency": "weekly", "starts_on": "2026-03-02", "weekday": "0", "due_offset": "3"}


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def admin(project: Project) -> Client:
    return signed_in(make_member(project, Level.ADMIN))


def test_the_next_twelve_are_shown_and_nothing_is_written(project: Project, admin: Client) -> None:
    page = admin.get(f"/projects/{project.pk}/periods/schedule", MONTHLY).content.decode()
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert body.count("<tr>") == 12
    assert "1–31 Mar 2026" in body and "1–28 Feb 2027" in body and "25 Feb 2027" in body
    assert not PeriodSchedule.objects.exists() and not BillingPeriod.objects.exists()


def test_what_was_shown_is_what_the_button_saves(project: Project, admin: Client) -> None:
    page = admin.get(f"/projects/{project.pk}/periods/schedule", WEEKLY).content.decode()
    form = page[page.index('<form method="post" action="/projects', page.index('id="preview"')) :]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    for _ in range(2):
        response = admin.post(f"/projects/{project.pk}/periods/schedule", sent)
        assert (response.status_code, response.headers["Location"]) == (
            302,
            f"/projects/{project.pk}/periods",
        )
    assert list(BillingPeriod.objects.order_by("start").values_list("start", "due", "status")) == [
        (date(2026, 3, 2), date(2026, 3, 11), "closed"),
        (date(2026, 3, 9), date(2026, 3, 18), "closed"),
        (date(2026, 3, 16), date(2026, 3, 25), "open"),
    ]
    page = admin.get(f"/projects/{project.pk}/periods").content.decode()
    assert "Every week from Monday to Sunday, due 3 days after its end." in page
    assert "The next one, 23–29 Mar 2026, is created on 23 Mar 2026." in page


def test_what_is_there_already_is_said(project: Project, admin: Client) -> None:
    open_period_of(project)
    page = admin.get(f"/projects/{project.pk}/periods/schedule", MONTHLY).content.decode()
    assert "Not created" in page and "1–31 Mar 2026 is there already." in page


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({**MONTHLY, "start_day": "0"}, "Type a day of the month, from 1 to 31."),
        ({**MONTHLY, "end_day": "many"}, "Type a whole number."),
        ({**MONTHLY, "due_day": ""}, "Due on day is needed."),
        ({**MONTHLY, "start_day": "10", "due_day": "5"}, "would come before the period starts"),
        ({**WEEKLY, "starts_on": "2020-01-01"}, "reaches back a year at most"),
        ({**WEEKLY, "weekday": "9"}, "Choose one of those offered."),
        ({**WEEKLY, "due_offset": "99999999999"}, "up to 60 after the end"),
        ({**WEEKLY, "starts_on": ""}, "The first begins on or after is needed."),
        (
            {"frequency": "custom", "starts_on": "2026-03-01", "length": "-3", "due_offset": "0"},
            "from 1 to 366",
        ),
        ({"frequency": "sometimes"}, "Choose one of those offered."),
    ],
)
def test_what_would_not_do_is_told_by_the_field_and_not_saved(
    project: Project, admin: Client, chosen: dict[str, str], told: str
) -> None:
    address = f"/projects/{project.pk}/periods/schedule"
    shown = admin.get(address, chosen)
    assert shown.status_code == 200 and told in shown.content.decode()
    assert 'save-schedule"' not in shown.content.decode()[shown.content.decode().index('id="preview"') :]
    sent = admin.post(address, chosen)
    assert sent.status_code == 422 and told in sent.content.decode()
    assert not PeriodSchedule.objects.exists()


def test_days_chosen_by_hand_are_what_the_dialog_begins_with(project: Project, admin: Client) -> None:
    sent = {"frequency": "manual", "start_day": "15", "end_day": "14", "due_day": "20", "due_month": "0"}
    assert admin.post(f"/projects/{project.pk}/periods/schedule", sent).status_code == 302
    page = admin.get(f"/projects/{project.pk}/periods/new").content.decode()
    for day in ("2026-03-15", "2026-04-14", "2026-04-20"):
        assert f'value="{day}"' in page
    assert not BillingPeriod.objects.exists()


def test_an_empty_form_leads_back(project: Project, admin: Client) -> None:
    assert admin.post(f"/projects/{project.pk}/periods/schedule").status_code == 302


@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_only_administrators_see_and_change_it(project: Project, level: Level) -> None:
    client = signed_in(make_member(project, level))
    address = f"/projects/{project.pk}/periods/schedule"
    assert client.get(address).status_code in (403, 404)
    assert client.post(address, MONTHLY).status_code in (403, 404)
    assert not PeriodSchedule.objects.exists()
