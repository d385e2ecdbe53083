# ruff: noqa: F811 - fixtures are imported by name
"""Compiling from the list, and past backups, as a browser asks for them (R-COMPILE)."""

import pytest
from django.test import Client

from tallystick.access.levels import Level
from tallystick.claims.models import Claim
from tallystick.core.errors import TallystickProblem
from tallystick.documents.models import Backup
from tallystick.runs.engine import run_inline
from tallystick.runs.models import Run, RunFollower
from tests import factories as make
from tests.documents.conftest import locked_pdf, pdf_bytes, put_on
from tests.web.documents import client, site, store  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def press(client: Client, site, *claims: Claim, **fields):
    """The button of the list."""
    return client.post(
        f"/projects/{site.project.pk}/backups",
        {"claim": [claim.pk for claim in claims], **fields},
        HTTP_REFERER=f"http://testserver/projects/{site.project.pk}/claims?status=approved",
    )


def shown(client: Client, site, path: str = "claims") -> str:
    return client.get(f"/projects/{site.project.pk}/{path}").content.decode()


def test_pressing_the_button_leads_back_to_the_list_with_the_progress_on_top(client, site):
    answer = press(client, site, site.claim(), site.claim())
    run = Run.objects.get()
    assert answer.url == f"/projects/{site.project.pk}/claims?status=approved#run-{run.pk}"
    page = shown(client, site)
    assert f'<run-progress id="run-{run.pk}" src="/runs/{run.pk}"' in page
    assert "Progress claim backup of 2 progress claims" in page
    # Whoever leaves sees it on the project's other pages, too.
    assert f'src="/runs/{run.pk}"' in shown(client, site, "periods")


def test_the_banner_says_what_was_compiled_also_after_coming_back_until_it_is_dismissed(client, site):
    first, second = site.claim(), site.claim()
    put_on(first, "Dockets.pdf", pdf_bytes(3), site.admin)
    put_on(first, "Locked.pdf", locked_pdf(), site.admin)
    press(client, site, first, second)
    run = run_inline(Run.objects.get())
    backup = Backup.objects.get()
    told = client.get(f"/runs/{run.pk}", HTTP_ACCEPT="application/json").json()
    assert told["state"] == "done"
    for page in (told["html"], shown(client, site), client.get("/").content.decode()):
        assert f"Compiled 2 progress claims with 2 papers: {backup.page_count} pages, " in page
        assert f'href="/backups/{backup.pk}/file"' in page
        assert "1 paper could not be merged" in page
        assert "Locked.pdf: " in page
        assert page.index("/file") < page.index("Past backups")
    client.post(f"/runs/{run.pk}/dismissal")
    assert "Compiled 2" not in shown(client, site)
    assert f"/backups/{backup.pk}/file" in shown(client, site, "backups")


def test_the_same_selection_again_is_answered_at_once(client, site):
    claim = site.claim()
    site.compile(claim)
    client.post(f"/runs/{Run.objects.get().pk}/dismissal")
    press(client, site, claim)
    assert Run.objects.count() == 1
    assert "Compiled 1 progress claim: " in shown(client, site)


def test_a_hundred_people_who_press_it_wait_for_the_same_run(site):
    claim = site.claim()
    people = [make.make_member(site.project, Level.ADMIN) for _ in range(100)]
    for person in people:
        browser = make.signed_in(person)
        assert press(browser, site, claim).status_code == 302
        assert press(browser, site, claim).status_code == 302
    assert Run.objects.count() == 1
    assert RunFollower.objects.count() == 100


def test_claims_without_a_period_are_named_and_the_ticks_stay(client, site):
    good, lacking = site.claim("SC-1"), site.claim("SC-77")
    Claim.objects.filter(pk=lacking.pk).update(period=None)
    answer = press(client, site, good, lacking)
    assert answer.url == f"/projects/{site.project.pk}/claims?status=approved"
    assert not Run.objects.exists()
    page = client.get(f"/projects/{site.project.pk}/claims?period=all").content.decode()
    assert "Nothing was compiled, because the billing period of progress claim 1 of" in page
    assert "This progress claim has no billing period." in page
    for claim in (good, lacking):
        assert f'value="{claim.pk}" checked' in page
    again = client.get(f"/projects/{site.project.pk}/claims?period=all").content.decode()
    assert "Nothing was compiled" not in again
    assert '" checked data-select-row' not in again


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_somebody_without_admin_is_refused_with_a_sentence(site, level):
    other = make.signed_in(make.make_member(site.project, commitments=level))
    answer = press(other, site, site.claim())
    assert answer.status_code == 403
    assert "You need Admin on the project&#x27;s" in answer.content.decode()
    assert not Run.objects.exists()
    assert other.get(f"/projects/{site.project.pk}/backups").status_code == 403
    assert "Compile progress claim backups" not in shown(other, site)


def test_nothing_ticked_is_said(client, site):
    site.claim()
    press(client, site)
    assert "Choose at least one progress claim" in shown(client, site)


def test_everything_that_the_filter_leaves_is_compiled_from_all_pages(client, site):
    claims = [site.claim() for _ in range(3)]
    draft = site.claim(certify=False)
    press(client, site, claims[0], all_matching="1", period=site.period.pk, status="approved")
    assert set(Run.objects.get().params["claims"]) == {claim.pk for claim in claims}
    assert draft.pk not in Run.objects.get().params["claims"]


def test_another_projects_claims_and_nonsense_are_not_compiled(client, site):
    stranger = type(site)().claim()
    press(client, site, stranger)
    assert "no longer there" in shown(client, site)
    client.post(f"/projects/{site.project.pk}/backups", {"claim": ["x", "-1", "٣", "9" * 30]})
    assert not Run.objects.exists()


def test_a_failure_says_why_and_what_to_do(client, site, monkeypatch):
    def gone(*args: object) -> None:
        raise TallystickProblem("Dockets.pdf can't be found. Restore it from a backup copy.")

    press(client, site, site.claim())
    monkeypatch.setattr("tallystick.documents.tasks.write_backup", gone)
    run_inline(Run.objects.get())
    page = shown(client, site)
    assert "could not be done" in page
    assert "Restore it from a backup copy." in page


def test_past_backups_tell_who_when_how_much_and_until_when(client, site):
    claim = site.claim()
    put_on(claim, "Locked.pdf", locked_pdf(), site.admin)
    assert "No progress claim backups yet" in shown(client, site, "backups")
    backup = site.compile(claim)
    page = shown(client, site, "backups")
    assert backup.file_name in page
    assert "Ana Ferreira" in page
    assert "1 not merged" in page and "Locked.pdf: " in page
    Backup.objects.update(expires_at=backup.created_at)
    assert backup.file_name not in page.replace(page, shown(client, site, "backups"))


def test_the_list_of_backups_asks_the_same_number_of_queries_however_many(
    client, site, django_assert_max_num_queries
):
    counts = []
    for _ in range(2):
        site.compile(site.claim())
        RunFollower.objects.all().delete()
        with django_assert_max_num_queries(30) as asked:
            shown(client, site, "backups")
        counts.append(len(asked))
    assert counts[0] == counts[1]
