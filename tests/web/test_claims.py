"""The pages of claims as requests: who sees what, what a POST does, and what it says when it can't."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.grid.wire import FIELDS
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.directory.models import PointOfView
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


@pytest.fixture(autouse=True)
def _before_the_due_day(at):
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    def __init__(self):
        self.project = make.make_project()
        self.contract = make.make_contract(self.project, number="SC-1")
        self.other = make.make_contract(self.project, number="SC-2")
        self.period = make.open_period_of(self.project)
        self.admin = make.make_member(self.project, Level.ADMIN)
        self.contact = make.make_claim_contact(self.contract)
        self.by_admin = make.signed_in(self.admin)
        self.by_contact = make.signed_in(self.contact)

    def claim(self, work=10_000_00, status=S.DRAFT, contract=None):
        claim = create_claim(make.OPERATOR, contract or self.contract, self.period)
        line = lines_of(claim)[0]
        claim = save_entries(make.OPERATOR, claim, [EntryEdit(line.pk, work=work)]).claim
        if status is not S.DRAFT:
            claim = move_claim(make.OPERATOR, claim, S.UNDER_REVIEW)
        if status not in (S.DRAFT, S.UNDER_REVIEW):
            claim = move_claim(make.OPERATOR, claim, status)
        return claim

    @property
    def list_url(self):
        return reverse("claims", args=[self.project.pk])


@pytest.fixture
def job():
    return Job()


def page(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


# --- the list ------------------------------------------------------------------------------------------------


def test_compiling_is_offered_to_administrators_alone(job):
    job.claim()
    assert "Compile progress claim backups" in page(job.by_admin, job.list_url)
    seen = page(job.by_contact, job.list_url)
    assert "Compile" not in seen
    assert "data-select-row" not in seen
    assert "SC-2" not in seen


def test_the_list_opens_on_the_open_period_and_keeps_its_choices_in_its_address(job):
    job.claim()
    html = page(job.by_admin, job.list_url)
    assert "1–31 Mar 2026" in html
    assert f'href="?period={job.period.pk}&amp;status=draft"' in html
    assert page(job.by_admin, job.list_url, status="draft", q="SC-1").count("data-select-row") == 1
    assert "Nothing matches" in page(job.by_admin, job.list_url, q="no such thing")


@pytest.mark.parametrize(
    "query", [{"period": "x"}, {"period": "9" * 30}, {"page": "-1"}, {"company": "x"}, {"status": "x"}]
)
def test_an_address_that_makes_no_sense_shows_the_list_all_the_same(job, query):
    job.claim()
    assert "SC-1" in page(job.by_admin, job.list_url, **query)


def test_a_project_without_periods_teaches_the_next_step():
    project = make.make_project()
    admin = make.signed_in(make.make_member(project, Level.ADMIN))
    html = page(admin, reverse("claims", args=[project.pk]))
    assert "No billing period yet" in html
    assert "Open a billing period" in html


def test_the_list_speaks_the_dictionary_in_force(job):
    job.claim()
    login = job.admin.login
    login.point_of_view, login.locale = PointOfView.OWNER, "en-US"
    login.save()
    html = page(job.by_admin, job.list_url)
    assert "Compile invoice backups" in html
    assert ">Contractor" in html
    assert "Retainage" in html
    assert "progress claim" not in html.lower()


# --- creating ------------------------------------------------------------------------------------------------


def new(job, client, once="a" * 32, **typed):
    address = reverse("claim-new", args=[job.project.pk])
    sent = {"contract": job.contract.pk, "period": job.period.pk, "once": once, **typed}
    return client.post(address, sent)


def test_a_contact_creates_a_claim_on_their_contract(job):
    response = new(job, job.by_contact, reference="INV-7")
    claim = Claim.objects.get()
    assert response["Location"] == reverse("claim", args=[claim.pk])
    assert (claim.reference, claim.billing_date, claim.status) == ("INV-7", job.period.due, S.DRAFT)


def test_sending_the_form_twice_makes_one_claim(job):
    first, second = new(job, job.by_admin), new(job, job.by_admin)
    assert first["Location"] == second["Location"]
    assert Claim.objects.count() == 1


def test_an_administrator_is_warned_of_an_unfinished_claim_and_may_go_ahead(job):
    job.claim()
    response = new(job, job.by_admin)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Claim 1 of this contract is Draft" in html
    assert "Create it anyway" in html
    assert new(job, job.by_admin, once="b" * 32, in_spite="on").status_code == 302
    assert Claim.objects.count() == 2


def test_a_contact_waits_for_the_unfinished_one(job):
    job.claim()
    response = new(job, job.by_contact)
    assert "can be created when that one is certified" in response.content.decode()
    assert "Create it anyway" not in response.content.decode()


def test_a_contact_is_not_offered_the_contract_of_another(job):
    assert new(job, job.by_contact, contract=job.other.pk).status_code == 422
    assert Claim.objects.count() == 0


def test_claims_of_several_contracts_at_once(job):
    job.claim()
    address = reverse("claim-batch", args=[job.project.pk])
    sent = {"contract": [job.contract.pk, job.other.pk], "period": job.period.pk}
    html = page(job.by_admin, job.by_admin.post(address, sent)["Location"])
    assert "1 progress claim created, 1 left out." in html
    assert Claim.objects.filter(contract=job.other).count() == 1


# --- typing --------------------------------------------------------------------------------------------------


def save(client, claim, cells, version=None):
    sent = {"version": version or claim.version, "cells": cells}
    address = reverse("claim-entries", args=[claim.pk])
    return client.post(
        address, json.dumps(sent), content_type="application/json", headers={"Accept": "application/json"}
    )


def test_a_typed_cell_answers_with_everything_that_follows(job):
    claim = job.claim(0)
    line = lines_of(claim)[0]
    answer = save(job.by_contact, claim, {line.pk: {"work": "12%"}}).json()
    assert answer["version"] == claim.version + 1
    assert list(answer["lines"]) == [str(line.pk)]
    assert answer["lines"][str(line.pk)][FIELDS.index("entry.work")] == 6_000_00
    assert answer["totals"]["scheduled_value"] == 100_000_00
    assert answer["summary"]["payment_due"] == 5_700_00
    assert answer["bar"]["this"] == "6,000.00"


def test_a_page_from_before_a_step_is_refused_before_anything_is_read(job):
    claim = job.claim(0)
    line = lines_of(claim)[0]
    move_claim(make.OPERATOR, claim, S.UNDER_REVIEW)
    response = save(job.by_admin, claim, {line.pk: {"work": "rubbish"}})
    assert response.status_code == 409
    assert "Somebody else changed this progress claim" in response.json()["problem"]


def test_what_cannot_be_read_is_named_by_its_cell(job):
    claim = job.claim(0)
    line = lines_of(claim)[0]
    response = save(job.by_contact, claim, {line.pk: {"work": "1,2,3"}})
    assert response.status_code == 422
    assert "can't be read as an amount" in response.json()["problems"][f"line-{line.pk}:work"]


@pytest.mark.parametrize("body", ["[]", "{}", '{"cells": {"x": {}}}', '{"cells": 5}', '{"cells": {"1": 5}}'])
def test_a_body_that_cannot_be_read_is_no_fault_of_the_server(job, body):
    claim = job.claim(0)
    address = reverse("claim-entries", args=[claim.pk])
    assert job.by_admin.post(address, body, content_type="application/json").status_code == 422


def test_a_contact_types_nothing_while_the_claim_is_reviewed(job):
    claim = job.claim(status=S.UNDER_REVIEW)
    line = lines_of(claim)[0]
    response = save(job.by_contact, claim, {line.pk: {"work": "1"}})
    assert response.status_code == 403
    assert "under review" in response.json()["problem"]
    assert "<input name=" not in page(job.by_contact, reverse("claim", args=[claim.pk]))


def test_the_whole_form_saves_what_was_changed_alone(job):
    claim = job.claim(10_000_00)
    first, second, _ = lines_of(claim)
    address = reverse("claim-entries", args=[claim.pk])
    sent = {
        "version": claim.version,
        f"work-{first.pk}": "10,000.00",
        f"retention-{first.pk}": "500.00",
        f"work-{second.pk}": "100",
    }
    html = page(job.by_admin, job.by_admin.post(address, sent)["Location"])
    assert "Saved 1 line." in html
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.work_retention_entry == "automatic"
    assert second.claimed_work == 100_00


def test_the_whole_form_comes_back_with_what_was_typed(job):
    claim = job.claim(0)
    line = lines_of(claim)[0]
    address = reverse("claim-entries", args=[claim.pk])
    response = job.by_admin.post(address, {"version": claim.version, f"work-{line.pk}": '"><b>12,34'})
    html = response.content.decode()
    assert response.status_code == 422
    assert "can&#x27;t be read as an amount" in html
    assert "&quot;&gt;&lt;b&gt;12,34" in html


def test_what_people_wrote_is_escaped_in_the_grid():
    project = make.make_project()
    contract = make.make_contract(project, lines=[("<script>alert(1)</script>", 100)], title="<b>Bold</b>")
    make.make_variation(contract, [("Extra", 5_00)], title="<i>x</i>")
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(project))
    html = page(make.signed_in(make.make_member(project, Level.ADMIN)), reverse("claim", args=[claim.pk]))
    assert "<script>alert" not in html
    assert "<b>Bold" not in html
    assert "<i>x" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_lines_that_are_hidden_are_in_no_answer(job):
    contract = make.make_contract(job.project, private_list_sees_sov=False, lines=[("Secret rate", 1_00)])
    claim = create_claim(make.OPERATOR, contract, job.period)
    person = make.make_member(job.project, commitments=Level.READ_ONLY)
    make.contracts.add_to_private_list(make.OPERATOR, contract, person)
    reader = make.signed_in(person)
    assert "Secret rate" not in page(reader, reverse("claim", args=[claim.pk]))
    assert reader.get(reverse("claim-entries", args=[claim.pk])).status_code == 403


# --- statuses ------------------------------------------------------------------------------------------------


def step(client, claim, target, **sent):
    address = reverse("claim-status", args=[claim.pk])
    return client.post(address, {"target": target, "version": claim.version, **sent}, follow=True)


def test_submitting_and_approving(job):
    claim = job.claim()
    assert "Submitted." in step(job.by_contact, claim, "under_review").content.decode()
    claim.refresh_from_db()
    html = step(job.by_admin, claim, "approved").content.decode()
    assert "The progress claim is Approved now." in html


def test_a_step_is_taken_on_what_was_seen(job):
    claim = job.claim(status=S.UNDER_REVIEW)
    save_entries(make.OPERATOR, claim, [EntryEdit(lines_of(claim)[0].pk, work=1_00)])
    html = step(job.by_admin, claim, "approved").content.decode()
    assert "Somebody else changed this progress claim" in html
    claim.refresh_from_db()
    assert claim.status == S.UNDER_REVIEW


def test_taking_a_step_twice_is_harmless(job):
    claim = job.claim(status=S.UNDER_REVIEW)
    step(job.by_admin, claim, "approved")
    assert step(job.by_admin, claim, "approved").status_code == 200


def test_reopening_needs_its_reason(job):
    claim = job.claim(status=S.APPROVED)
    assert "Say why this progress claim is reopened" in step(job.by_admin, claim, "draft").content.decode()
    html = step(job.by_admin, claim, "draft", reason="Wrong line").content.decode()
    assert "Reopened as revision 1." in html


def test_several_statuses_tell_first_what_will_happen(job):
    draft, ready = job.claim(), job.claim(status=S.UNDER_REVIEW, contract=job.other)
    address = reverse("claim-statuses", args=[job.project.pk])
    sent = {"claim": [draft.pk, ready.pk], "period": job.period.pk}
    html = job.by_admin.post(address, sent).content.decode()
    assert "1 of 2 can go." in html
    assert "can&#x27;t become Approved" in html
    sent |= {"target": "approved", "confirm": "1"}
    html = page(job.by_admin, job.by_admin.post(address, sent)["Location"])
    assert "1 progress claim is Approved now, 1 left out." in html
    assert "SC-1 claim 1: A" in html
    assert "left out" not in page(job.by_admin, job.list_url)


def test_all_that_the_filter_leaves_is_meant_by_select_all(job):
    job.claim()
    job.claim(status=S.UNDER_REVIEW, contract=job.other)
    address = reverse("claim-statuses", args=[job.project.pk])
    sent = {"all_matching": "1", "status": "under_review", "period": job.period.pk}
    html = job.by_admin.post(address, sent).content.decode()
    assert html.count('name="claim"') == 1


def test_reopening_several_needs_a_reason_too(job):
    claim = job.claim(status=S.APPROVED)
    address = reverse("claim-statuses", args=[job.project.pk])
    sent = {"claim": claim.pk, "target": "draft", "confirm": "1"}
    response = job.by_admin.post(address, sent)
    assert response.status_code == 422
    assert "Say why they are reopened" in response.content.decode()
    assert job.by_admin.post(address, sent | {"reason": "Wrong"}).status_code == 302


def test_nothing_chosen_says_so(job):
    job.claim()
    response = job.by_admin.post(reverse("claim-statuses", args=[job.project.pk]), {})
    assert "tick them in the list" in page(job.by_admin, response["Location"])


# --- deleting, details ---------------------------------------------------------------------------------------


def test_deleting_a_draft_offers_to_undo_it(job):
    claim = job.claim()
    response = job.by_admin.post(reverse("claim-deletion", args=[claim.pk]), follow=True)
    undo = reverse("claim-restoration", args=[claim.pk])
    assert f'action="{undo}"' in response.content.decode()
    assert job.by_admin.post(reverse("claim-deletion", args=[claim.pk])).status_code == 302
    assert "is back." in job.by_admin.post(undo, follow=True).content.decode()
    assert Claim.objects.get(deleted_at=None) == claim


def test_a_deleted_claim_is_not_there(job):
    claim = job.claim()
    job.by_admin.post(reverse("claim-deletion", args=[claim.pk]))
    assert job.by_admin.get(reverse("claim", args=[claim.pk])).status_code == 404


def details(job, client, claim, **typed):
    sent = {
        "version": claim.version,
        "period": claim.period_id or "",
        "billing_date": claim.billing_date,
        "reference": claim.reference,
        "comment": claim.comment,
    }
    return client.post(reverse("claim-details", args=[claim.pk]), sent | typed)


def test_a_missing_period_is_chosen_even_on_a_certified_claim(job):
    claim = job.claim(status=S.APPROVED)
    Claim.objects.filter(pk=claim.pk).update(period=None)
    claim.refresh_from_db()
    assert "has no billing period" in page(job.by_admin, reverse("claim", args=[claim.pk]))
    assert details(job, job.by_admin, claim, period=job.period.pk).status_code == 302
    claim.refresh_from_db()
    assert claim.period == job.period


def test_the_details_of_a_certified_claim_are_final(job):
    claim = job.claim(status=S.APPROVED)
    assert details(job, job.by_admin, claim, reference="Other").status_code == 403


def test_a_contact_changes_the_reference_and_never_the_period(job):
    claim = job.claim()
    assert 'name="period"' not in page(job.by_contact, reverse("claim-details", args=[claim.pk]))
    assert details(job, job.by_contact, claim, reference="INV-9").status_code == 302
    claim.refresh_from_db()
    assert claim.reference == "INV-9"


# --- how much it asks ----------------------------------------------------------------------------------------


def asked(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["claim", "claim-summary", "claim-history", "claim-entries"])
def test_a_claims_pages_ask_no_more_for_more_lines(job, name):
    counts = []
    for lines in (3, 120):
        contract = make.make_contract(job.project, lines=[(f"Item {n}", 100_00) for n in range(lines)])
        claim = create_claim(make.OPERATOR, contract, job.period)
        counts.append(asked(job.by_admin, reverse(name, args=[claim.pk])))
    assert counts[0] == counts[1] <= 30


def test_the_list_asks_no_more_for_more_claims(job):
    counts = []
    for more in (1, 8):
        for _ in range(more):
            job.claim(contract=make.make_contract(job.project))
        counts.append(asked(job.by_admin, job.list_url))
    assert counts[0] == counts[1] <= 30
