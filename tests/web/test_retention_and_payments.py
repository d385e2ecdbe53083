"""Retention and payments as pages: what a POST does, what it says, and what contacts and administrators see."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus, ClaimType
from tallystick.claims.storage import lines_of
from tallystick.payments.actions import record_payment
from tallystick.payments.models import Payment
from tests import factories as make
from tests.web.test_query_counts import MOST, grows

S = ClaimStatus
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march(at):
    with at(datetime(2026, 3, 10, tzinfo=UTC)):
        yield


class Job:
    """One certified claim of 25,000.00 and 12,500.00 at 10 %, and somebody of each side."""

    def __init__(self, **facts):
        self.project = make.make_project()
        self.contract = make.make_contract(
            self.project,
            number="SC-1",
            lines=[("Footings", 100_000_00), ("Slab", 50_000_00)],
            **{"work_retention_bp": 1000, "tax_bp": 1000, **facts},
        )
        self.period = make.open_period_of(self.project)
        self.admin = make.signed_in(make.make_member(self.project, Level.ADMIN))
        self.contact = make.signed_in(make.make_claim_contact(self.contract))
        self.claim = self.certified(25_000_00, 12_500_00)

    def draft(self, *work, contract=None):
        claim = create_claim(make.OPERATOR, contract or self.contract, self.period)
        edits = [EntryEdit(line.pk, work=w) for line, w in zip(lines_of(claim), work, strict=False)]
        return save_entries(make.OPERATOR, claim, edits).claim

    def certified(self, *work, contract=None):
        claim = move_claim(make.OPERATOR, self.draft(*work, contract=contract), S.UNDER_REVIEW)
        return move_claim(make.OPERATOR, claim, S.APPROVED)


@pytest.fixture
def job():
    return Job()


def url(name, *arguments):
    return reverse(name, args=arguments)


def page(client, address, status=200, **query):
    response = client.get(address, query)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def sent(client, address, status=302, **fields):
    response = client.post(address, fields)
    assert response.status_code == status, (response.status_code, response.content.decode()[:400])
    return response


# --- a claim's retention ---------------------------------------------------------------------------------------


def test_releasing_by_screen_says_what_was_released(job):
    claim = job.draft(0, 0)
    first, second = lines_of(claim)
    address = url("claim-retention", claim.pk)
    fields = {"do": "release", "version": claim.version, "release_by": "percent", "release_value": "50"}
    sent(job.admin, address, **fields, line=[first.pk, second.pk])
    assert "$1,875.00 of retention is released with this progress claim." in page(job.admin, address)
    assert [line.work_retention_released for line in lines_of(claim)] == [1_250_00, 625_00]


def test_a_preview_shows_the_total_and_saves_nothing(job):
    claim = job.draft(0, 0)
    first, _ = lines_of(claim)
    address = url("claim-retention-preview", claim.pk)
    fields = {"do": "release", "release_by": "amount", "release_value": "1,250", "line": [first.pk]}
    html = sent(job.contact, address, 200, **fields).content.decode()
    assert "$1,250.00 of retention would be released with this progress claim; $2,500.00 stays held." in html
    assert "nothing is saved yet" in html
    told = job.contact.post(address, fields, headers={"Accept": "application/json"}).json()
    assert told["text"].startswith("$1,250.00 of retention would be released")
    fields["release_value"] = "2,500.01"
    told = job.contact.post(address, fields, headers={"Accept": "application/json"}).json()
    assert told["problem"].startswith("This is more than the retention held on these lines")
    assert lines_of(claim)[0].work_retention_released == 0


def test_setting_by_screen_at_a_rate_and_back_to_the_rules(job):
    claim = job.draft(10_000_00, 0)
    line = lines_of(claim)[0].pk
    address = url("claim-retention", claim.pk)
    sent(job.admin, address, do="set", line=[line], work_how="rate", work_value="5%")
    assert Claim.objects.get(pk=claim.pk).retention_this_period == 500_00
    assert "5% typed" in page(job.admin, address)
    sent(job.admin, address, do="set", line=[line], work_how="automatic", work_value="")
    assert Claim.objects.get(pk=claim.pk).retention_this_period == 1_000_00


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"release_by": "percent", "release_value": "120"}, "100"),
        ({"release_by": "amount", "release_value": ""}, "Type an amount."),
        ({"release_by": "amount", "release_value": "soon"}, "soon"),
        ({"do": "set", "work_how": "leave"}, "Choose how retention is held on these lines."),
        ({"release_by": "all", "line": []}, "Choose lines first"),
    ],
)
def test_what_can_t_be_read_is_said_beside_the_field(job, fields, told):
    claim = job.draft(1_00, 0)
    lines = [line.pk for line in lines_of(claim)]
    address = url("claim-retention", claim.pk)
    response = sent(job.admin, address, 422, **{"do": "release", "line": lines, **fields})
    assert told in response.content.decode()


def test_a_stale_page_and_a_certified_claim_are_left_alone(job):
    claim = job.draft(0, 0)
    line = lines_of(claim)[0].pk
    fields = {"do": "release", "release_by": "all", "line": [line]}
    sent(job.admin, url("claim-retention", claim.pk), 409, **fields, version=claim.version - 1)
    sent(job.admin, url("claim-retention", job.claim.pk), 403, **fields)
    assert "data-panel" not in page(job.admin, url("claim-retention", job.claim.pk))


# --- a contract's and a project's ------------------------------------------------------------------------------


def test_a_release_is_one_press_and_pressed_twice_makes_one_claim(job):
    address = url("contract-retention", job.contract.pk)
    fields = {"period": job.period.pk, "by": "all", "value": "", "once": "abc"}
    first = sent(job.admin, address, **fields)
    again = sent(job.admin, address, **fields)
    claim = job.contract.claims.get(number=2)
    assert first["Location"] == again["Location"] == url("claim-retention", claim.pk)
    assert (claim.claim_type, claim.retention_released) == (ClaimType.RELEASE, 3_750_00)
    assert "Release only" in page(job.admin, url("claim", claim.pk))
    assert "Release retention in it, or finish it first" in page(job.admin, address)


def test_more_than_is_held_is_said_and_no_claim_is_made(job):
    address = url("contract-retention", job.contract.pk)
    fields = {"period": job.period.pk, "by": "amount", "value": "3,750.01"}
    assert "more than the retention held" in sent(job.admin, address, 422, **fields).content.decode()
    sent(job.contact, address, 403, **fields)
    assert job.contract.claims.count() == 1


def test_the_ledger_page_and_its_statement(job):
    html = page(job.contact, url("contract-retention", job.contract.pk))
    assert "3,750.00" in html
    assert "Release retention" in html
    assert "3,750.00" in page(job.contact, url("contract-retention-statement", job.contract.pk))


def test_releasing_on_several_contracts_answers_for_each(job):
    other = make.make_contract(job.project, number="SC-2")
    ledger = url("project-retention", job.project.pk)
    assert "SC-2" in page(job.admin, ledger)
    fields = {"contract": [job.contract.pk, other.pk], "period": job.period.pk, "percent": "50"}
    sent(job.admin, url("project-releases", job.project.pk), **fields)
    html = page(job.admin, ledger)
    assert "1 progress claim created, 1 left out." in html
    assert "No retention is held on SC-2" in html
    assert job.contract.claims.get(number=2).retention_released == 1_875_00
    sent(job.contact, url("project-releases", job.project.pk), 403, **fields)
    statement = url("project-retention-statement", job.project.pk)
    assert "3,750.00" in page(job.admin, statement)
    assert "was certified by this day" in page(job.admin, statement, until="2026-03-09")
    assert page(job.admin, statement, until="whenever")


def test_the_ledger_narrows_by_its_address(job):
    make.make_contract(job.project, number="SC-2")
    ledger = url("project-retention", job.project.pk)
    assert "SC-2" not in page(job.admin, ledger, show="held")
    assert "Nothing matches" in page(job.admin, ledger, q="no such thing")
    assert "SC-2" not in page(job.contact, ledger)


def test_the_outlook_answers_rules_that_are_not_saved(job):
    address = url("contract-retention-preview", job.contract.pk)
    asked = {
        "work_retention_bp": "10",
        "retention_cap": "amount",
        "retention_cap_amount": "10,000",
        "claims": "3",
    }
    html = page(job.admin, address, **asked)
    assert (
        "The cap, $10,000.00, is reached when $100,000.00 is claimed in all, on the 2nd of the next "
        "progress claims." in html
    )
    assert "<h1" not in page(job.admin, address, fragment="1", **asked)
    settings = {**asked, "from": "settings", "fragment": "1"}
    assert "is reached when $100,000.00" in page(job.admin, address, **settings, retain_work="on")
    assert "is not reached with this work" in page(job.admin, address, **settings)
    wrong = {**asked, "retention_cap_amount": "lots", "works": "1,000,000"}
    html = page(job.admin, address, 422, **wrong)
    assert "The most that is held:" in html
    assert "more work than remains: $112,500.00" in html
    assert job.contact.get(address).status_code == 403


# --- claim types on the page of a new claim ---------------------------------------------------------------------


def test_a_new_claim_says_what_it_holds(job):
    address = url("claim-new", job.project.pk)
    fields = {"contract": job.contract.pk, "period": job.period.pk, "claim_type": "release", "is_final": "on"}
    response = sent(job.admin, address, **fields)
    claim = job.contract.claims.get(number=2)
    assert response["Location"] == url("claim-retention", claim.pk)
    assert (claim.claim_type, claim.is_final) == ("release", True)
    answer = job.admin.post(
        url("claim-entries", claim.pk),
        {"version": claim.version, "cells": {str(lines_of(claim)[0].pk): {"work": "100"}}},
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert "for the release of retention only" in answer.content.decode()


def test_details_say_the_type_and_whether_it_is_the_last(job):
    claim = job.draft(100_00, 0)
    address = url("claim-details", claim.pk)
    fields = {"period": job.period.pk, "billing_date": "2026-03-25", "is_final": "on"}
    sent(job.admin, address, **fields, claim_type="work")
    claim.refresh_from_db()
    assert (claim.claim_type, claim.is_final) == ("work", True)
    html = sent(job.admin, address, 422, **fields, claim_type="release").content.decode()
    assert "Take the work off its lines first." in html
    assert "What it holds" not in page(job.contact, address)


# --- payments ----------------------------------------------------------------------------------------------------

PAYMENT = {"amount": "10,000.00", "paid_on": "2026-03-09", "method": "electronic", "reference": "EFT 1"}


def test_recording_a_payment_by_screen_both_sides_see_it(job):
    address = url("contract-payments", job.contract.pk)
    assert 'value="37125.00"' in page(job.admin, address)
    sent(job.admin, address, claim=job.claim.pk, **PAYMENT)
    assert "Payment 1 of $10,000.00 is recorded." in page(job.admin, address)
    html = page(job.contact, url("claim-payments", job.claim.pk))
    assert "Partly paid" in html
    assert "27,125.00" in html
    assert "Record payment" not in html
    assert "Record a payment" not in page(job.contact, address)
    assert "Partly paid" in page(job.contact, url("claims", job.project.pk))
    sent(job.contact, address, 403, claim=job.claim.pk, **PAYMENT)


def test_a_payment_sent_twice_is_recorded_once(job):
    address = url("contract-payments", job.contract.pk)
    for _ in range(2):
        sent(job.admin, address, claim=job.claim.pk, once="abc", **PAYMENT)
    assert Payment.objects.count() == 1
    html = sent(job.admin, address, 422, claim=job.claim.pk, once="def", **PAYMENT).content.decode()
    assert "Payment 1 has the same amount, day and reference." in html
    assert 'name="duplicate"' in html
    sent(job.admin, address, claim=job.claim.pk, once="def", duplicate="on", **PAYMENT)
    assert Claim.objects.get(pk=job.claim.pk).paid == 20_000_00


def test_paying_too_much_asks_once_more(job):
    address = url("contract-payments", job.contract.pk)
    fields = {**PAYMENT, "claim": job.claim.pk, "amount": "40,000"}
    html = sent(job.admin, address, 422, **fields).content.decode()
    assert "too much" in html
    assert 'name="overpayment"' in html
    assert not Payment.objects.exists()
    sent(job.admin, address, **fields, overpayment="on")
    assert "Overpaid" in page(job.admin, url("claim-payments", job.claim.pk))


def test_voiding_needs_a_reason_and_keeps_the_line(job):
    payment = record_payment(
        make.OPERATOR, job.contract, amount=1_000_00, paid_on=date(2026, 3, 9), claim=job.claim
    )
    address = url("payment-voiding", payment.pk)
    sent(job.admin, address, reason=" ")
    assert "Say why this payment is voided" in page(job.admin, url("contract-payments", job.contract.pk))
    sent(job.admin, address, reason="Wrong contract")
    html = page(job.admin, url("contract-payments", job.contract.pk))
    assert "Payment 1 is void." in html
    assert "Wrong contract" in html
    assert Claim.objects.get(pk=job.claim.pk).paid == 0
    sent(job.contact, address, 403, reason="x")


def test_a_paid_claim_says_on_the_button_why_it_can_t_be_reopened(job):
    record_payment(make.OPERATOR, job.contract, amount=1_000_00, paid_on=date(2026, 3, 9), claim=job.claim)
    html = page(job.admin, url("claim", job.claim.pk))
    assert "$1,000.00 was paid on this progress claim, so its figures stand" in html


def test_the_lists_tell_what_is_paid_and_outstanding(job):
    record_payment(make.OPERATOR, job.contract, amount=1_000_00, paid_on=date(2026, 3, 9), claim=job.claim)
    html = page(job.admin, url("commitments", job.project.pk))
    assert "36,125.00" in html
    claims = url("claims", job.project.pk)
    assert "SC-1" in page(job.admin, claims, payment="part_paid")
    assert "Nothing matches" in page(job.admin, claims, payment="unpaid")
    assert "$1,000.00 paid" in page(job.admin, claims)


# --- how often the pages ask -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["project-retention", "project-retention-statement"])
def test_a_project_s_pages_ask_as_often_for_many_contracts(job, name):
    def more():
        other = make.make_contract(job.project)
        job.certified(1_000_00, contract=other)

    more()
    before, after = grows(job.admin, url(name, job.project.pk), more)
    assert before == after <= MOST


@pytest.mark.parametrize("name", ["contract-payments", "contract-retention"])
def test_a_contract_s_pages_ask_as_often_for_many_claims(job, name):
    def more():
        claim = job.certified(1_000_00)
        record_payment(make.OPERATOR, job.contract, amount=1_00, paid_on=date(2026, 3, 9), claim=claim)

    more()
    before, after = grows(job.admin, url(name, job.contract.pk), more)
    assert before == after <= MOST
