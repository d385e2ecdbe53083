"""Checks before submission as a browser shows them: the panel on a claim, the papers, the project's choice."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.directory import actions as directory
from tallystick.directory.models import Project
from tests import factories as make
from tests.web.settings_page import save

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def in_march(settings, tmp_path):
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    with clock.at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    """A claim on which a line jumps to 100 %."""

    def __init__(self, **settings):
        self.project = make.make_project()
        directory.change_project((None, "x"), self.project, **settings)
        self.contract = make.make_contract(self.project)
        self.contact = make.signed_in(make.make_claim_contact(self.contract))
        self.admin = make.signed_in(make.make_member(self.project, Level.ADMIN))
        self.claim = create_claim(make.OPERATOR, self.contract, make.open_period_of(self.project))
        self.line = lines_of(self.claim)[0]
        save_entries(make.OPERATOR, self.claim, [EntryEdit(self.line.pk, work=50_000_00)])

    def page(self, tab="", client=None) -> str:
        answer = (client or self.contact).get(f"/claims/{self.claim.pk}{tab}")
        assert answer.status_code == 200
        return answer.content.decode()

    def submit(self, client, reason="") -> str:
        """What the page says after the attempt."""
        answer = client.post(
            f"/claims/{self.claim.pk}/status", {"target": "under_review", "reason": reason}, follow=True
        )
        return answer.content.decode()

    @property
    def status(self) -> str:
        return Claim.objects.get(pk=self.claim.pk).status


@pytest.mark.parametrize("tab", ["", "/summary", "/papers"])
def test_the_panel_stands_on_the_claims_pages_with_links_to_the_lines(tab):
    job = Job()
    page = job.page(tab)
    assert "Checks: <strong>1 worth a look</strong>" in page
    assert f'href="/claims/{job.claim.pk}#l{job.line.pk}"' in page
    assert "100% of its scheduled value in one period ($50,000.00)" in page


def test_contact_and_reviewer_see_the_same_after_submission():
    job = Job()
    job.submit(job.contact)
    assert job.status == "under_review"
    for client in (job.contact, job.admin):
        assert "1 worth a look" in job.page("/summary", client)


def test_an_onlooker_has_no_panel():
    job = Job()
    reader = make.make_member(job.project, Level.READ_ONLY)
    make.contracts.add_to_private_list(make.OPERATOR, job.contract, reader)
    assert "claim-checks" not in job.page("/summary", make.signed_in(reader)).replace("checks.css", "")


def test_what_blocks_is_told_and_keeps_the_claim_a_draft():
    job = Job(check_rules={"jumps": "block"})
    assert "Checks: <strong>1 to fix</strong>" in job.page()
    said = job.submit(job.contact)
    assert "1 thing has to be put right first" in said
    assert job.status == "draft"
    assert "Submit in spite of this" not in job.page()


def test_an_administrator_submits_in_spite_of_it_with_a_reason():
    job = Job(check_rules={"jumps": "block"})
    assert "Submit in spite of this" in job.page(client=job.admin)
    assert "you can go ahead with a reason" in job.submit(job.admin)
    assert job.status == "draft"
    job.submit(job.admin, reason="Delivered in one lot")
    assert job.status == "under_review"
    assert "Delivered in one lot" in job.page("/history", job.admin)


def test_the_panel_alone_follows_what_was_saved():
    job = Job()
    address = f"/claims/{job.claim.pk}/checks"
    assert "1 worth a look" in job.contact.get(address).content.decode()
    save_entries(make.OPERATOR, job.claim, [EntryEdit(job.line.pk, work=1_000_00)])
    alone = job.contact.get(address).content.decode()
    assert "nothing to fix" in alone
    assert "<html" not in alone


def test_a_paper_is_said_to_be_a_required_one():
    job = Job(required_papers=["Statutory declaration"])
    page = job.page("/papers")
    assert "Still missing: <strong>Statutory declaration</strong>" in page
    job.contact.post(
        f"/claims/{job.claim.pk}/uploads",
        {"files": SimpleUploadedFile("Declaration.pdf", b"%PDF-1.4 x"), "answers": "Statutory declaration"},
    )
    assert "Still missing" not in job.page("/papers")
    paper = job.claim.attachments.get()
    answer = job.contact.post(f"/papers/{paper.pk}/answer", {"answers": ""}, **HTMX)
    assert "Still missing" in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "claim-saved"
    plain = job.contact.post(
        f"/papers/{paper.pk}/answer", {"answers": "Statutory declaration"}, follow=True
    ).content.decode()
    assert "Declaration.pdf is Statutory declaration now." in plain
    assert '<option value="Statutory declaration" selected>' in plain


def test_a_project_that_asks_for_no_papers_shows_no_choice():
    job = Job()
    job.contact.post(
        f"/claims/{job.claim.pk}/uploads", {"files": SimpleUploadedFile("Docket.pdf", b"%PDF-1.4 x")}
    )
    assert "paper-answers" not in job.page("/papers")


# --- the project's choice ------------------------------------------------------------------------------------


def test_the_projects_checks_are_chosen_on_a_page_of_their_own():
    job = Job()
    address = f"/projects/{job.project.pk}/settings/checks"
    page = job.admin.get(address).content.decode()
    assert "Large steps in one period" in page
    assert f'<a href="/projects/{job.project.pk}/settings/claiming">Chosen under “Progress claims”' in page
    chosen = {"check:jumps": "block", "check:late": "off", "largest_jump_bp": "25"}
    save(job.admin, address, **chosen, required_papers="Statutory declaration\nInsurance")
    project = Project.objects.get(pk=job.project.pk)
    assert project.check_rules == {"jumps": "block", "late": "off"}
    assert (project.largest_jump_bp, project.required_papers) == (
        2_500,
        ["Statutory declaration", "Insurance"],
    )
    assert address in job.admin.get(f"/projects/{job.project.pk}/settings").content.decode()


@pytest.mark.parametrize("typed", ["", "much", "0", "101"])
def test_a_step_that_makes_no_sense_keeps_what_was_typed(typed):
    job = Job()
    answer = save(
        job.admin,
        f"/projects/{job.project.pk}/settings/checks",
        largest_jump_bp=typed,
        required_papers="Kept as typed",
    )
    assert answer.status_code == 422
    assert "Kept as typed" in answer.content.decode()
    assert Project.objects.get(pk=job.project.pk).largest_jump_bp == 5_000


def test_the_panel_costs_a_page_the_same_however_many_lines(django_assert_max_num_queries):
    few, many = Job(), Job()
    extra = [(f"Line {n}", 1_000_00) for n in range(40)]
    make.make_variation(many.contract, extra)
    many.claim = create_claim(make.OPERATOR, many.contract, many.claim.period, in_spite_of_unfinished=True)
    counts = []
    for job in (few, many):
        with django_assert_max_num_queries(40) as asked:
            job.admin.get(f"/claims/{job.claim.pk}/checks")
        counts.append(len(asked.captured_queries))
    assert counts[1] - counts[0] <= 2  # the claim before, and the contract's variations
