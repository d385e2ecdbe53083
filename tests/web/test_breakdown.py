"""The breakdown of a schedule of values as a browser shows and saves it (R-SSOV)."""

from datetime import UTC, datetime

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract
from tallystick.contracts.states import SubSovStatus
from tallystick.contracts.sub_sov import breakdown_of, use_breakdown
from tallystick.core import clock
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_march():
    with clock.at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, **facts)
        self.contact = make.signed_in(make.make_claim_contact(self.contract))
        self.admin = make.signed_in(make.make_member(self.project, Level.ADMIN))
        self.period = make.open_period_of(self.project)
        self.address = f"/contracts/{self.contract.pk}/breakdown"
        self.asked()

    def asked(self):
        use_breakdown(make.OPERATOR, self.contract, True)
        return self

    @property
    def status(self) -> str:
        return Contract.objects.get(pk=self.contract.pk).sub_sov_status

    def seen(self, client=None) -> str:
        page = (client or self.contact).get(self.address).content.decode()
        return page.split('name="seen" value="')[1].split('"')[0]

    def rows(self, *amounts) -> dict:
        sent = {"seen": self.seen()}
        for part, given in zip(breakdown_of(self.contract), amounts, strict=False):
            key = part.line.pk
            sent[f"detail-{key}"] = [""] * len(given)
            sent[f"description-{key}"] = [f"Zone {n}" for n, _ in enumerate(given, 1)]
            sent[f"scheduled_value-{key}"] = list(given)
        return sent

    def send(self, client=None, **more) -> str:
        return (client or self.contact).post(self.address, more, follow=True).content.decode()


def test_an_administrator_asks_for_one_and_the_tab_leads_the_contact_to_it():
    job = Job()
    use_breakdown(make.OPERATOR, job.contract, False)
    assert job.contact.get(job.address).status_code == 403
    assert "Ask for an SSOV" in job.admin.get(job.address).content.decode()
    job.admin.post(f"{job.address}/use", {"uses": "1"})
    general = job.contact.get(f"/contracts/{job.contract.pk}").content.decode()
    assert f'href="{job.address}"' in general
    assert ">SSOV<" in general
    assert job.contact.post(f"{job.address}/use", {"uses": "0"}).status_code == 403


def test_rows_are_saved_and_what_remains_is_told():
    job = Job()
    said = job.send(**job.rows(["20,000.00", "29,000"], ["30000"]))
    assert "is saved. Something remains on 2 lines." in said
    assert "1,000.00" in said and "20,000.00" in said
    parts = breakdown_of(job.contract)
    assert [part.remaining for part in parts] == [1_000_00, 0, 20_000_00]


def test_saving_and_submitting_is_one_step_and_approving_the_next():
    job = Job()
    said = job.send(**job.rows(["50000"], ["30000"], ["20000"]), then="under_review")
    assert "is Under Review now" in said
    assert job.status == SubSovStatus.UNDER_REVIEW
    assert "Wait for the answer" in job.contact.get(job.address).content.decode()
    move = {"target": "approved", "seen": job.seen(job.admin)}
    assert "is Approved now" in job.admin.post(f"{job.address}/status", move, follow=True).content.decode()


def test_what_is_not_complete_is_saved_but_not_submitted():
    job = Job()
    said = job.send(**job.rows(["49999.99"], ["30000"], ["20000"]), then="under_review")
    assert "Something remains on 1 line: 1 0.01" in said
    assert job.status == SubSovStatus.DRAFT
    assert breakdown_of(job.contract)[0].remaining == 1


def test_lines_nobody_wrote_are_kept_whole_on_request():
    job = Job()
    job.send(**job.rows(["25000", "25000"]), whole="1")
    assert [len(part.details) for part in breakdown_of(job.contract)] == [2, 1, 1]
    assert all(part.is_complete for part in breakdown_of(job.contract))


def test_a_row_that_cannot_be_read_keeps_everything_that_was_typed():
    job = Job()
    sent = job.rows(["much", "10"], ["30000"])
    answer = job.contact.post(job.address, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="much"' in page and "Line 1, row 1" in page
    assert all(not part.details for part in breakdown_of(job.contract))


def test_more_rows_keep_what_was_typed():
    job = Job()
    first = breakdown_of(job.contract)[0].line.pk
    page = job.send(**job.rows(["12,345.00"]), more=str(first))
    assert 'value="12,345.00"' in page
    assert page.count(f'name="description-{first}"') == 6
    assert all(not part.details for part in breakdown_of(job.contract))


def test_rows_copied_from_a_spreadsheet_join_the_others():
    job = Job()
    first = breakdown_of(job.contract)[0].line.pk
    sent = job.rows(["10000"]) | {f"pasted-{first}": "A\tNorth\t15,000.00\nSouth\t25000\n"}
    job.send(**sent)
    details = breakdown_of(job.contract)[0].details
    assert [(d.item_number, d.description, d.scheduled_value) for d in details] == [
        ("1.1", "Zone 1", 10_000_00),
        ("A", "North", 15_000_00),
        ("1.3", "South", 25_000_00),
    ]


def test_an_old_page_overwrites_nothing():
    job = Job()
    old = job.rows(["1"])
    job.send(**job.rows(["50000"]))
    answer = job.contact.post(job.address, old)
    assert answer.status_code == 409
    assert breakdown_of(job.contract)[0].remaining == 0


def test_what_waits_for_whom_stands_on_the_first_pages():
    job = Job()
    assert "Write the SSOV" in job.contact.get("/", follow=True).content.decode()
    assert "to write" not in job.admin.get("/").content.decode()
    job.send(**job.rows(["50000"], ["30000"], ["20000"]), then="under_review")
    assert "Write the SSOV" not in job.contact.get("/", follow=True).content.decode()
    assert "SSOV of 1 contract to review" in job.admin.get("/").content.decode()
    overview = job.admin.get(f"/projects/{job.project.pk}").content.decode()
    assert "SSOV of 1 contract waits for review." in overview and job.address in overview


def test_the_same_form_a_second_time_does_no_harm():
    job = Job()
    sent = job.rows(["20000", "30000"], ["30000"], ["20000"])
    job.contact.post(job.address, sent)
    again = job.contact.post(job.address, sent)
    assert again.status_code == 302
    assert [len(part.details) for part in breakdown_of(job.contract)] == [2, 1, 1]
    sent = job.rows(["25000", "25000"], ["30000"], ["20000"]) | {"then": "under_review"}
    for _ in range(2):
        assert job.contact.post(job.address, sent).status_code == 302
    assert job.status == SubSovStatus.UNDER_REVIEW


def test_sending_back_shows_the_reason_to_the_contact():
    job = Job()
    job.send(**job.rows(["50000"], ["30000"], ["20000"]), then="under_review")
    job.admin.post(f"{job.address}/status", {"target": "revise_and_resubmit", "reason": "Split by zone"})
    page = job.contact.get(job.address).content.decode()
    assert "Split by zone" in page and "Save and resubmit" in page


def test_by_quantity_rows_have_quantity_unit_and_price():
    job = Job(
        accounting_method="unit",
        lines=[make.LineInput("Dig", quantity=1_000_0000, unit="m³", unit_price=18_5000)],
    )
    key = breakdown_of(job.contract)[0].line.pk
    job.send(
        **{
            "seen": job.seen(),
            f"description-{key}": ["North", "South"],
            f"quantity-{key}": ["400", "600"],
            f"unit-{key}": ["m³", "m³"],
            f"unit_price-{key}": ["18.50", "18.50"],
        }
    )
    assert breakdown_of(job.contract)[0].is_complete


def test_billed_to_date_stands_beside_the_rows_once_claims_exist():
    job = Job()
    job.send(**job.rows(["50000"], ["30000"], ["20000"]), then="under_review")
    job.admin.post(f"{job.address}/status", {"target": "approved"})
    assert "Claimed to date" not in job.contact.get(job.address).content.decode()
    claim = create_claim(make.OPERATOR, job.contract, job.period)
    save_entries(make.OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=12_345_00)])
    page = job.contact.get(job.address).content.decode()
    assert "Claimed to date" in page and "12,345.00" in page


def test_somebody_elses_contact_finds_nothing():
    job = Job()
    stranger = make.signed_in(make.make_claim_contact(make.make_contract(job.project)))
    assert stranger.get(job.address).status_code == 404
    assert stranger.post(f"{job.address}/status", {"target": "approved"}).status_code == 404


@pytest.mark.parametrize("target", ["", "nonsense", "approved"])
def test_a_status_that_is_not_open_changes_nothing(target):
    job = Job()
    answer = job.contact.post(f"{job.address}/status", {"target": target})
    assert answer.status_code in (403, 422)
    assert job.status == SubSovStatus.DRAFT


def test_the_page_asks_as_often_for_many_lines_as_for_few(django_assert_max_num_queries):
    few = Job()
    many = Job(lines=[(f"Line {n}", 1_000_00) for n in range(60)])
    counts = []
    for job in (few, many):
        job.send(**job.rows(*[["500", "500"]] * 60))
        with django_assert_max_num_queries(40) as asked:
            job.contact.get(job.address)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
