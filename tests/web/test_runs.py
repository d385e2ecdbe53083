"""Work that one waits for: its progress, its banner wherever one is, dismissing it, taking it back (R-COMPILE-5)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.core import clock
from tallystick.directory.models import Person, Project
from tallystick.runs.actions import request_run
from tallystick.runs.models import Run
from tallystick.web.outcomes import Action, Outcome, outcome
from tests.factories import make_member, make_project, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@outcome("test.told")
def _told(run: object) -> Outcome:
    return Outcome(
        "The list is ready",
        "Two rows were left out.",
        actions=(Action("Download", "/list.csv", "download"),),
        details=("Row 7",),
    )


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def asker(project: Project) -> Person:
    return make_member(project, Level.ADMIN)


@pytest.fixture
def browser(asker: Person) -> Client:
    return signed_in(asker)


def started(project: Project, asker: Person, **changes: object) -> UUID:
    """A run that was asked for, brought into the state that ``changes`` describe."""
    run = request_run(
        "test.told",
        account_id=project.account_id,
        project_id=project.pk,
        title="Make the list",
        params={"n": Run.objects.count()},
        asked_by_id=asker.login_id,
    )
    Run.objects.filter(pk=run.pk).update(**changes)
    return run.pk


def ended(project: Project, asker: Person, state: str = "succeeded", **changes: object) -> UUID:
    """A run that has ended."""
    now = clock.now()
    return started(
        project, asker, state=state, finished_at=now, expires_at=now + timedelta(days=30), **changes
    )


def progress(browser: Client, run: UUID) -> dict[str, object]:
    """What ``<run-progress>`` is told."""
    return browser.get(f"/runs/{run}", headers={"Accept": "application/json"}).json()  # type: ignore[no-any-return]


def test_progress_is_told_while_it_goes_on(project: Project, asker: Person, browser: Client) -> None:
    run = started(project, asker)
    assert progress(browser, run) == {"state": "waiting", "percent": None, "text": "Starting …", "html": ""}
    Run.objects.filter(pk=run).update(state="running", done=3, total=12, sentence="Row 3 of 12")
    assert progress(browser, run) == {"state": "running", "percent": 25, "text": "Row 3 of 12", "html": ""}


def test_the_end_brings_the_banner(project: Project, asker: Person, browser: Client) -> None:
    told = progress(browser, ended(project, asker, result={}))
    assert told["state"] == "done"
    assert "The list is ready" in str(told["html"]) and 'href="/list.csv"' in str(told["html"])


def test_the_banner_is_on_every_page_until_it_is_dismissed(
    project: Project, asker: Person, browser: Client
) -> None:
    run = ended(project, asker, result={})
    for address in ("/", "/preferences", f"/projects/{project.pk}", f"/projects/{project.pk}/periods"):
        page = browser.get(address).content.decode()
        assert "The list is ready" in page and "Row 7" in page
    assert "The list is ready" in signed_in(asker).get("/").content.decode(), "also after signing in anew"
    for _ in range(2):
        assert browser.post(f"/runs/{run}/dismissal").status_code == 302
    assert f'id="run-{run}"' not in browser.get("/").content.decode()
    assert "Make the list" in browser.get("/runs").content.decode(), "the result stays"


def test_a_failure_tells_its_reason(project: Project, asker: Person, browser: Client) -> None:
    run = ended(project, asker, state="failed", problem="The server's disk is full, so nothing was made.")
    page = browser.get("/").content.decode()
    assert "Make the list could not be done" in page and "disk is full" in page
    assert progress(browser, run)["state"] == "failed"


def test_taking_it_back_and_taking_back_what_has_ended(
    project: Project, asker: Person, browser: Client
) -> None:
    run = started(project, asker)
    page = browser.post(f"/runs/{run}/cancellation", follow=True).content.decode()
    assert "Stopped. Nothing was made." in page
    assert Run.objects.get(pk=run).state == "cancelled"
    done = ended(project, asker, result={})
    page = browser.post(f"/runs/{done}/cancellation", follow=True).content.decode()
    assert "This has ended already" in page and Run.objects.get(pk=done).state == "succeeded"


def test_nobody_else_sees_it(project: Project, asker: Person) -> None:
    run = ended(project, asker, result={})
    other = signed_in(make_member(project, Level.ADMIN))
    assert other.get(f"/runs/{run}").status_code == 404
    assert other.post(f"/runs/{run}/dismissal").status_code == 404
    assert "The list is ready" not in other.get("/").content.decode()


def test_the_tray_counts_what_runs_and_what_waits(project: Project, asker: Person, browser: Client) -> None:
    started(project, asker)
    ended(project, asker, result={})
    tray = browser.get("/runs/tray").content.decode()
    assert "<html" not in tray and tray.count("Make the list") >= 1 and "The list is ready" in tray


def test_a_run_has_a_page_to_come_back_to(project: Project, asker: Person, browser: Client) -> None:
    run = started(project, asker)
    assert "<run-progress" in browser.get(f"/runs/{run}").content.decode()
    run = ended(project, asker, result={})
    assert "Two rows were left out." in browser.get(f"/runs/{run}").content.decode()
