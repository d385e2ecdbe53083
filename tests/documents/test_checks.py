"""Checks on a claim's papers: what has to be there, and what an earlier claim brought before."""

from datetime import UTC, datetime

import pytest

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims.checks import Place, checks_of
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.directory import actions as directory
from tallystick.documents.actions import add_attachment, answer_paper, remove_attachment
from tallystick.documents.checks import missing_papers
from tallystick.documents.queries import papers_of
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus
DECLARATION, INSURANCE = "Statutory declaration", "Insurance certificate"


@pytest.fixture(autouse=True)
def in_march():
    with clock.at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    """A project that wants two papers with every claim."""

    def __init__(self, *required):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project)
        self.contact = make.actor_of(make.make_claim_contact(self.contract))
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))
        self.period = make.open_period_of(self.project)
        directory.change_project((None, "x"), self.project, required_papers=list(required))
        self.claim = self.start(self.contract)

    def start(self, contract, actor=None) -> Claim:
        claim = create_claim(actor or make.OPERATOR, contract, self.period)
        save_entries(make.OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=1_000_00)])
        return self.read(claim)

    def read(self, claim) -> Claim:
        return Claim.objects.select_related("contract__project__account", "contract__company", "period").get(
            pk=claim.pk
        )

    def put(self, claim, name, data=b"%PDF-1.4 a paper", actor=None, **more):
        return add_attachment(actor or self.contact, claim, name=name, size=len(data), chunks=[data], **more)

    def said(self, key, actor=None, claim=None) -> list[str]:
        found = checks_of(actor or self.contact, self.read(claim or self.claim))
        return [remark.full for one in found.findings if one.key == key for remark in one.remarks]


# --- required papers -----------------------------------------------------------------------------------------


def test_each_required_paper_that_is_missing_is_named():
    job = Job(DECLARATION, INSURANCE)
    assert len(job.said("papers_missing")) == 2
    job.put(job.claim, "Declaration.pdf", answers=DECLARATION)
    assert job.said("papers_missing") == [
        "Insurance certificate is missing. Add it under Papers, and choose there that it is this."
    ]
    paper = job.put(job.claim, "Other.pdf", b"%PDF-1.4 other")
    answer_paper(job.contact, paper, "insurance  certificate")
    assert job.said("papers_missing") == []


def test_a_claim_without_a_required_paper_is_not_submitted_by_its_contact():
    job = Job(DECLARATION)
    with pytest.raises(BadInput, match="Statutory declaration is missing"):
        move_claim(job.contact, job.claim, S.UNDER_REVIEW)
    paper = job.put(job.claim, "Declaration.pdf", answers=DECLARATION)
    remove_attachment(job.contact, paper)
    assert len(job.said("papers_missing")) == 1
    job.put(job.claim, "Declaration.pdf", answers=DECLARATION)
    assert move_claim(job.contact, job.claim, S.UNDER_REVIEW).status == S.UNDER_REVIEW


@pytest.mark.parametrize(("rule", "shown"), [("warn", 1), ("off", 0)])
def test_the_project_may_only_warn_of_it_or_leave_it(rule, shown):
    job = Job(DECLARATION)
    directory.change_project((None, "x"), job.project, check_rules={"papers_missing": rule})
    assert len(job.said("papers_missing")) == shown
    assert move_claim(job.contact, job.claim, S.UNDER_REVIEW).status == S.UNDER_REVIEW


def test_a_name_that_the_project_does_not_ask_for_answers_nothing_and_keeps_nothing():
    job = Job(DECLARATION)
    with pytest.raises(BadInput, match="not among the papers"):
        job.put(job.claim, "Hours.pdf", answers="Time sheet")
    assert job.claim.attachments.count() == 0
    paper = job.put(job.claim, "Hours.pdf")
    with pytest.raises(BadInput):
        answer_paper(job.contact, paper, "Time sheet")


def test_saying_which_paper_it_is_follows_the_rules_of_adding_one():
    job = Job(DECLARATION)
    paper = job.put(job.claim, "Declaration.pdf", answers=DECLARATION)
    move_claim(job.contact, job.claim, S.UNDER_REVIEW)
    with pytest.raises(Refused, match="until the progress claim is submitted"):
        answer_paper(job.contact, paper, "")
    other = make.actor_of(make.make_claim_contact(make.make_contract(job.project)))
    with pytest.raises(Refused):
        answer_paper(other, paper, "")
    assert answer_paper(job.admin, paper, "").answers == ""
    assert any("is not the required paper Statutory declaration" in row.text for row in history(job.claim))


def test_a_contracts_paper_is_no_required_one():
    job = Job(DECLARATION)
    paper = job.put(job.contract, "Contract.pdf", actor=job.admin)
    with pytest.raises(BadInput, match="Only papers of a progress claim"):
        answer_paper(job.admin, paper, DECLARATION)


def test_the_papers_tab_knows_what_is_asked_for_and_what_is_missing():
    job = Job(DECLARATION, INSURANCE)
    job.put(job.claim, "Declaration.pdf", answers=DECLARATION)
    found = papers_of(job.contact, job.read(job.claim))
    assert found.required == (DECLARATION, INSURANCE)
    assert found.missing == (INSURANCE,)
    assert [row.answers for row in found.rows] == [DECLARATION]
    assert missing_papers(job.read(job.claim).contract.project, ["statutory DECLARATION"]) == [INSURANCE]


# --- the same paper again ------------------------------------------------------------------------------------


def certified(job, claim):
    move_claim(job.admin, claim, S.UNDER_REVIEW)
    return move_claim(job.admin, claim, S.APPROVED)


def test_a_file_of_an_earlier_claim_of_the_contract_is_told_under_any_name():
    job = Job()
    job.put(job.claim, "Docket.pdf")
    certified(job, job.claim)
    second = job.start(job.contract)
    paper = job.put(second, "Docket again.pdf")
    job.put(second, "New.pdf", b"%PDF-1.4 new")
    (finding,) = [f for f in checks_of(job.contact, second).findings if f.key == "papers_again"]
    (remark,) = finding.remarks
    assert remark.sentence == "Docket again.pdf is the file that claim 1 brought."
    assert (remark.place, remark.ref) == (Place.PAPER, paper.pk)
    assert job.said("papers_again") == []


def test_a_file_of_another_contract_of_the_company_is_named_only_to_those_who_see_it():
    job = Job()
    other = make.make_contract(job.project, job.contract.company, number="SC-Z")
    job.put(job.start(other), "Docket.pdf", actor=job.admin)
    with clock.at(datetime(2026, 3, 11, tzinfo=UTC)):
        job.put(job.claim, "Docket.pdf")
    assert job.said("papers_again", job.admin) == ["Docket.pdf is the file that claim 1 of SC-Z brought."]
    (to_contact,) = job.said("papers_again", job.contact)
    assert "SC-Z" not in to_contact
    assert f"an earlier claim of {job.contract.company.name} brought" in to_contact


def test_the_first_to_bring_it_is_not_asked_about_and_other_companies_are_none_of_it():
    job = Job()
    job.put(job.claim, "Docket.pdf")
    same = make.make_contract(job.project, job.contract.company)
    stranger = make.make_contract(job.project)
    with clock.at(datetime(2026, 3, 11, tzinfo=UTC)):
        for contract in (same, stranger):
            job.put(job.start(contract), "Docket.pdf", actor=job.admin)
    assert job.said("papers_again", job.admin) == []


def test_a_removed_paper_is_forgotten():
    job = Job()
    paper = job.put(job.claim, "Docket.pdf")
    remove_attachment(job.contact, paper)
    certified(job, job.claim)
    second = job.start(job.contract)
    job.put(second, "Docket.pdf")
    assert job.said("papers_again", claim=second) == []


def test_papers_are_looked_over_with_the_same_number_of_queries(django_assert_max_num_queries):
    job = Job(DECLARATION)
    for number in range(8):
        job.put(job.claim, f"{number}.pdf", f"%PDF-1.4 {number}".encode())
    certified(job, answered(job))
    second = job.start(job.contract)
    for number in range(8):
        job.put(second, f"{number}.pdf", f"%PDF-1.4 {number}".encode())
    second = job.read(second)
    with django_assert_max_num_queries(10):
        found = checks_of(make.OPERATOR, second)
    assert sum(len(f.remarks) for f in found.findings if f.key == "papers_again") == 8


def answered(job):
    job.put(job.claim, "Declaration.pdf", b"%PDF-1.4 declared", answers=DECLARATION)
    return job.claim
