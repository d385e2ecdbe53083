"""A claim contact's own pages as requests: home, My contracts, the way through the shell."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.models import Claim
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.mine.groups import Group
from tests import factories as make
from tests.mine.stories import Firm, march_of, put_in

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(MORNING):
        yield


class Job:
    """One project with a firm's contact, who claims on what ``let`` makes."""

    def __init__(self, **settings):
        self.account = make.make_account("Northbuild Constructions")
        self.project = make.make_project(self.account, "NB-014", "Harbour Tower", **settings)
        self.period = march_of(self.project)
        self.firm = Firm(self.account, "dana@apex.example")
        self.client = make.signed_in(self.firm.person)

    def let(self, number="SC-001", group=Group.TO_CLAIM, **facts):
        contract = self.firm.contract(self.project, number, **facts)
        put_in(group, contract, self.period)
        return contract

    def page(self, query=""):
        response = self.client.get(f"/my/contracts{query}")
        assert response.status_code == 200
        return response.content.decode()


def said(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.fixture
def job():
    return Job()


def test_a_claim_contact_is_at_home_among_their_contracts(job):
    contract = job.let()
    assert job.client.get("/").headers["Location"] == "/my/contracts"
    assert job.client.get(f"/projects/{job.project.pk}").headers["Location"] == f"/contracts/{contract.pk}"
    html = job.page()
    assert '<a href="/"' not in re.sub(r'<a class="wordmark".*?</a>', "", html)
    rail = html[html.index('<nav class="rail-list"') :].split("</nav>")[0]
    assert said(rail).split() == ["My", "contracts"]
    contract_page = job.client.get(f"/contracts/{contract.pk}").content.decode()
    rail = contract_page[contract_page.index('<nav class="rail-list"') :].split("</nav>")[0]
    assert said(rail).split() == ["My", "contracts", "SC-001"]


def test_with_two_contracts_the_project_has_its_lists_and_its_overview(job):
    job.let("SC-001"), job.let("SC-002")
    response = job.client.get(f"/projects/{job.project.pk}")
    assert response.status_code == 200
    rail = response.content.decode().split('<nav class="rail-list"')[1].split("</nav>")[0]
    assert said(rail).split(">")[-1].split() == ["My", "contracts", "Progress", "Claiming", "Commitments"]


def test_whoever_does_more_keeps_their_projects_and_finds_their_contracts_in_the_shell(job):
    job.let()
    make.make_member(
        job.project, person=job.firm.person, commitments=Level.READ_ONLY, directory=Level.READ_ONLY
    )
    html = job.client.get("/").content.decode()
    assert "NB-014 Harbour Tower" in html
    assert html.count('href="/my/contracts"') >= 2
    assert job.client.get(f"/projects/{job.project.pk}").status_code == 200


def test_somebody_who_claims_on_nothing_is_told_how_that_comes_about(job):
    stranger = make.make_member(job.project, Level.READ_ONLY)
    client = make.signed_in(stranger)
    html = client.get("/my/contracts").content.decode()
    assert "No contract is yours to work on yet" in html and stranger.email in html
    assert 'href="/my/contracts"' not in client.get("/").content.decode()


def test_a_contract_to_claim_on_leads_to_the_new_claim(job):
    contract = job.let(title="Footings")
    text = said(job.page())
    assert "SC-001 Footings" in text and "NB-014 Harbour Tower · Northbuild Constructions" in text
    assert "1–31 Mar 2026" in text and "due 25 Mar 2026 · 15 days left" in text
    link = f"/projects/{job.project.pk}/claims/new?contract={contract.pk}"
    assert f'class="btn is-primary" href="{link}"' in job.page()


def test_on_the_last_day_it_says_whose_midnight_is_meant():
    job = Job(time_zone="Australia/Perth")
    job.let()
    with clock.at(datetime(2026, 3, 25, 9, tzinfo=UTC)):
        assert "Due today, until midnight AWST" in said(job.page())


def test_after_the_due_day_the_button_says_why(job):
    job.let()
    with clock.at(datetime(2026, 3, 27, tzinfo=UTC)):
        html = job.page()
    assert 'aria-disabled="true"' in html
    assert "The due date of this billing period was 25 Mar 2026." in said(html)


def test_what_was_sent_back_is_read_and_resubmitted_from_the_list(job):
    contract = job.let(group=Group.SENT_BACK)
    claim = Claim.objects.get(contract=contract)
    text = said(job.page())
    assert "See the line that is marked." in text
    assert "1 Footings Claimed 12,000.00 , proposed 8,000.00 Rejected “Not poured yet”" in text
    form = {"target": "under_review", "version": claim.version}
    response = job.client.post(
        f"/claims/{claim.pk}/status", form, headers={"Referer": "http://testserver/my/contracts"}
    )
    assert response.headers["Location"] == "/my/contracts"
    assert "Submitted. The progress claim is Under Review now." in said(job.page())
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.UNDER_REVIEW


def test_each_row_speaks_as_its_project_does_unless_the_person_chose(job):
    job.let()
    owners = make.make_project(job.account, "NB-020", "Owner's job", point_of_view="owner", locale="en-US")
    march_of(owners)
    put_in(Group.DRAFT, job.firm.contract(owners, "SC-002"), owners.periods.get())
    text = said(job.page())
    ours, theirs = text.index("SC-001"), text.index("SC-002")
    assert "Retention held" in text[ours:theirs] and "25 Mar 2026" in text[ours:theirs]
    assert "Retainage held" in text[theirs:] and "Mar 25, 2026" in text[theirs:]
    login = job.firm.person.login
    login.locale = "en-GB"
    login.save()
    assert "Retainage" not in said(job.page())


def test_figures_of_two_currencies_stand_apart(job):
    job.let(group=Group.CERTIFIED)
    kiwi = make.make_project(job.account, "NZ-1", "Library", currency="NZD")
    march_of(kiwi)
    put_in(Group.CERTIFIED, job.firm.contract(kiwi, "SC-002"), kiwi.periods.get())
    text = said(job.page())
    assert "AUD Claimed this period $12,000.00 Certified this period $12,000.00" in text
    assert "NZD Claimed this period NZ$12,000.00" in text
    assert "24,000.00" not in text


def test_filters_search_and_pages_keep_each_other(job, monkeypatch):
    monkeypatch.setattr("tallystick.mine.queries.PAGE_SIZE", 2)
    for number in range(3):
        job.let(f"SC-{number}")
    job.let("SC-9", Group.DRAFT)
    html = job.page("?show=to_claim&q=sc")
    assert "1–2 of 3" in said(html) and "/my/contracts?show=to_claim&amp;q=sc&amp;page=2" in html
    assert "SC-9" not in html.split('class="section mine-group"', 1)[1]
    assert "No contract matches" in job.page("?q=nothing")
    for query in ("?page=x", "?project=0", "?project=99999999999999999999", "?show=no", "?page=-3"):
        assert "SC-0" in job.page(query) or "No contract matches" in job.page(query)


def test_the_contracts_page_begins_with_what_waits(job):
    contract = job.let(group=Group.DRAFT)
    html = job.client.get(f"/contracts/{contract.pk}").content.decode()
    claim = Claim.objects.get(contract=contract)
    assert "Claim 1 is in draft: enter what was done, add your papers, then submit." in said(html)
    assert f'class="btn is-primary" href="/claims/{claim.pk}"' in html
    admin = make.signed_in(make.make_member(job.project, Level.ADMIN))
    assert "Waiting for you" not in admin.get(f"/contracts/{contract.pk}").content.decode()


def test_the_page_asks_the_database_as_often_for_many_contracts_as_for_few(job):
    for group in Group:
        job.let(group.value, group)

    def asked():
        job.page()
        with CaptureQueriesContext(connection) as queries:
            job.page()
        return len(queries)

    before = asked()
    other = make.make_project(job.account)
    march_of(other)
    for group in Group:
        put_in(group, job.firm.contract(other, group.value), other.periods.get())
        job.let(f"{group.value}-2", group)
    assert asked() == before <= 30


def test_it_is_there_by_get_only(job):
    assert job.client.post(reverse("my-contracts")).status_code == 405
