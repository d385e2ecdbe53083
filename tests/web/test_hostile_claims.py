"""Claims in the hands of those who may not see lines, mean harm or are clumsy: a sentence, nothing half done."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.contracts import actions as contracts
from tallystick.payments.actions import record_payment
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract() -> make.Contract:
    return make.make_contract()


@pytest.fixture
def claim(contract: make.Contract) -> Claim:
    return create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))


@pytest.fixture
def boss(contract: make.Contract) -> Client:
    return make.signed_in(make.make_member(contract.project, Level.ADMIN))


def _lines(claim: Claim) -> list[ClaimLine]:
    return list(ClaimLine.objects.filter(claim=claim).order_by("position"))


def _save(client: Client, claim: Claim, cells: Any) -> Any:
    address = reverse("claim-entries", args=[claim.pk])
    return client.post(address, json.dumps({"cells": cells}), content_type="application/json")


# --- who may not see the lines ------------------------------------------------------------------------------


@pytest.fixture
def hidden() -> make.Contract:
    return make.make_contract(is_private=True, private_list_sees_sov=False)


@pytest.fixture
def onlooker(hidden: make.Contract) -> Client:
    person = make.make_member(hidden.project, Level.READ_ONLY, company=hidden.company)
    contracts.add_to_private_list(make.OPERATOR, hidden, person)
    return make.signed_in(person)


def test_papers_that_carry_the_lines_are_for_those_who_may_see_them(
    hidden: make.Contract, onlooker: Client
) -> None:
    claim = create_claim(make.OPERATOR, hidden, make.open_period_of(hidden.project))
    for target in (ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED):
        move_claim(make.OPERATOR, claim, target)
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW, reason="Typed the wrong month")
    for address in (
        reverse("claim-pdf", args=[claim.pk]),
        reverse("claim-as-at-pdf", args=[claim.pk]),
        reverse("claim-revision-pdf", args=[claim.pk, 0]),
    ):
        answer = onlooker.get(address)
        assert answer.status_code == 403, address
        assert "shown to its administrators" in answer.content.decode()


@pytest.mark.parametrize("name", ["claim", "claim-summary", "claim-papers", "claim-history", "claim-as-at"])
def test_nobody_is_led_to_papers_that_are_not_theirs(
    hidden: make.Contract, onlooker: Client, name: str
) -> None:
    claim = create_claim(make.OPERATOR, hidden, make.open_period_of(hidden.project))
    page = onlooker.get(reverse(name, args=[claim.pk]))
    assert page.status_code == 200
    assert reverse("claim-pdf", args=[claim.pk]) not in page.content.decode()
    assert reverse("claim-as-at-pdf", args=[claim.pk]) not in page.content.decode()


# --- what is sent -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["comment", "work", "review"])
@pytest.mark.parametrize("value", ["a\0b", "\ud800", 5, None, ["1"], {"a": 1}, True])
def test_cells_that_hold_no_text_that_can_be_kept_are_refused(
    claim: Claim, boss: Client, column: str, value: Any
) -> None:
    first = _lines(claim)[0]
    answer = _save(boss, claim, {str(first.pk): {column: value}})
    assert answer.status_code == 422 and answer.json()["problem"]
    assert _lines(claim)[0].comment == ""


def test_words_that_are_too_long_are_refused_and_not_cut(claim: Claim, boss: Client) -> None:
    first = _lines(claim)[0]
    answer = _save(boss, claim, {str(first.pk): {"comment": "x" * 2001}})
    assert answer.status_code == 422 and "too long" in answer.json()["problem"]
    assert _lines(claim)[0].comment == ""
    review = reverse("claim-review", args=[claim.pk])
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    for field in ("reason", "comment"):
        answer = boss.post(review, {f"{field}-{first.pk}": "x" * 2001})
        assert answer.status_code == 422 and "too long" in answer.content.decode(), field
    assert (_lines(claim)[0].review_reason, _lines(claim)[0].comment) == ("", "")


def test_figures_that_are_too_long_are_refused_and_not_cut(claim: Claim, boss: Client) -> None:
    first = _lines(claim)[0]
    assert _save(boss, claim, {str(first.pk): {"work": "0" * 100 + "5"}}).status_code == 422
    assert _lines(claim)[0].claimed_work == 0


@pytest.mark.parametrize("what", ["remaining-x", "remaining-²", "remainingly", "remaining-987654"])
def test_a_group_that_there_is_not_approves_nothing(claim: Claim, boss: Client, what: str) -> None:
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    boss.post(reverse("claim-review", args=[claim.pk]), {"do": what})
    assert {line.review for line in _lines(claim)} == {LineReview.NO_ACTION}


# --- several at once ----------------------------------------------------------------------------------------


def _queries_of_statuses(count: int) -> dict[str, int]:
    """How many queries the page takes on which a status is chosen for ``count`` claims of each status."""
    project = make.make_project()
    company = make.make_company(project.account)
    period = make.open_period_of(project)
    boss = make.signed_in(make.make_member(project, Level.ADMIN))
    claims = [create_claim(make.OPERATOR, make.make_contract(project, company), period) for _ in range(count)]
    taken = {}
    for target in (ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED):
        for claim in claims:
            move_claim(make.OPERATOR, claim, target)
        with CaptureQueriesContext(connection) as queries:
            page = boss.post(
                reverse("claim-statuses", args=[project.pk]), {"claim": [claim.pk for claim in claims]}
            )
        assert page.status_code == 200
        taken[target.label] = len(queries)
    return taken


def test_choosing_a_status_for_many_asks_the_database_as_often_as_for_few() -> None:
    assert _queries_of_statuses(2) == _queries_of_statuses(5)


# --- payments -----------------------------------------------------------------------------------------------


def test_a_reason_for_voiding_that_is_a_book_is_refused(contract: make.Contract, boss: Client) -> None:
    payment = record_payment(make.OPERATOR, contract, amount=10_00, paid_on=date(2026, 3, 1))
    answer = boss.post(reverse("payment-voiding", args=[payment.pk]), {"reason": "x" * 2001}, follow=True)
    assert "The reason is longer than 2,000 characters" in answer.content.decode()
    payment.refresh_from_db()
    assert payment.voided_at is None
