"""Payments recorded against claims and on account, to the cent (domain §11)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim, ClaimChange
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus, PaymentState, payment_state
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.payments.actions import Confirmed, record_payment, void_payment
from tallystick.payments.models import Payment
from tallystick.payments.queries import (
    ContractMoney,
    certified_claims_of,
    money_of,
    money_of_contracts,
    money_of_project,
    payments_of,
    payments_of_claim,
    total_money,
)
from tests import factories as make

S = ClaimStatus
NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
DAY = date(2026, 3, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march(at):
    with at(NOW):
        yield


class Story:
    """A certified claim on which 10,450.00 is due: 10,000.00 less 5 % retention, 10 % GST on it."""

    def __init__(self):
        self.project = make.make_project(accept_late_claims=True)
        self.contract = make.make_contract(self.project, number="SC-1")
        self.period = make.open_period_of(self.project)
        self.admin = make.actor_of(make.make_member(self.project, Level.ADMIN))
        self.claim = self.certified(10_000_00)

    def draft(self, work):
        claim = create_claim(self.admin, self.contract, self.period)
        return save_entries(self.admin, claim, [EntryEdit(lines_of(claim)[0].pk, work=work)]).claim

    def certified(self, work):
        claim = move_claim(self.admin, self.draft(work), S.UNDER_REVIEW)
        return move_claim(self.admin, claim, S.APPROVED)

    def pay(self, amount, claim=..., **facts):
        facts.setdefault("paid_on", DAY)
        which = self.claim if claim is ... else claim
        return record_payment(self.admin, self.contract, amount=amount, claim=which, **facts)

    @property
    def state(self):
        claim = Claim.objects.get(pk=self.claim.pk)
        return payment_state(claim.payment_due_with_tax, claim.paid)


def test_a_claim_is_paid_in_parts():
    story = Story()
    assert story.claim.payment_due_with_tax == 10_450_00
    assert story.state is PaymentState.UNPAID
    first = story.pay(4_000_00, reference="EFT 1")
    assert story.state is PaymentState.PART_PAID
    second = story.pay(6_450_00, reference="EFT 2")
    assert story.state is PaymentState.PAID
    assert (first.number, second.number) == (1, 2)
    assert [row.number for row in payments_of_claim(story.claim)] == [2, 1]
    (claim,) = certified_claims_of(story.contract)
    assert (claim.due, claim.paid, claim.outstanding) == (10_450_00, 10_450_00, 0)


def test_paying_says_so_in_both_histories_and_changes_no_paper():
    story = Story()
    version = Claim.objects.get(pk=story.claim.pk).version
    story.pay(450_00)
    assert [row.text for row in history(story.claim)][-1] == (
        f"recorded payment 1 of $450.00 for {story.claim}, paid on 20 Mar 2026"
    )
    assert (
        "payment 1 of $450.00, paid on 20 Mar 2026 for" in [row.text for row in history(story.contract)][-1]
    )
    assert Claim.objects.get(pk=story.claim.pk).version == version
    assert ClaimChange.objects.filter(claim=story.claim).first().before == {"claim": {"paid": 0}}


def test_on_account_counts_for_the_contract_and_for_no_claim():
    story = Story()
    payment = story.pay(1_000_00, claim=None)
    money = money_of(story.contract)
    assert (money.due, money.paid, money.on_account, money.outstanding) == (
        10_450_00,
        1_000_00,
        1_000_00,
        9_450_00,
    )
    assert story.state is PaymentState.UNPAID
    assert payments_of(story.contract)[0].is_on_account
    assert "on account of" in [row.text for row in history(story.contract)][-1]
    assert payment.claim is None


def test_money_that_came_back_is_negative_and_never_more_than_was_paid():
    story = Story()
    with pytest.raises(BadInput, match="no more than that can come back"):
        story.pay(-1)
    story.pay(5_000_00)
    story.pay(-2_000_00)
    assert Claim.objects.get(pk=story.claim.pk).paid == 3_000_00
    with pytest.raises(BadInput, match=r"\$3,000.00 was paid"):
        story.pay(-3_000_01)


def test_paying_too_much_is_asked_about_and_then_taken():
    story = Story()
    with pytest.raises(
        BadInput, match=r"\$10,450.01 is paid .* \$10,450.00 is due: \$0.01 too much"
    ) as asked:
        story.pay(10_450_01)
    assert "overpayment" in asked.value.fields
    assert not Payment.objects.exists()
    story.pay(10_450_01, confirmed=Confirmed(overpayment=True))
    assert story.state is PaymentState.OVERPAID


def test_the_same_payment_twice_is_asked_about():
    story = Story()
    story.pay(1_000_00, reference="EFT  77")
    with pytest.raises(BadInput, match="Payment 1 has the same amount") as asked:
        story.pay(1_000_00, reference="eft 77")
    assert "duplicate" in asked.value.fields
    story.pay(1_000_00, reference="EFT 78")
    story.pay(1_000_00, reference="EFT 77", confirmed=Confirmed(duplicate=True))
    assert Claim.objects.get(pk=story.claim.pk).paid == 3_000_00


def test_a_voided_payment_counts_nowhere_and_keeps_its_number():
    story = Story()
    wrong = story.pay(1_000_00, reference="EFT 1")
    with pytest.raises(BadInput, match="Say why"):
        void_payment(story.admin, wrong, reason=" ")
    void_payment(story.admin, wrong, reason="Wrong claim")
    again = void_payment(story.admin, wrong, reason="Once more")
    assert again.void_reason == "Wrong claim"
    assert story.state is PaymentState.UNPAID
    assert money_of(story.contract).paid == 0
    assert story.pay(1_000_00, reference="EFT 1").number == 2
    (_, row) = payments_of(story.contract)
    assert (row.is_void, row.void_reason) == (True, "Wrong claim")
    assert any("voided payment 1" in row.text for row in history(story.claim))


def test_what_is_not_certified_of_another_contract_or_not_yet_made_is_refused():
    story = Story()
    draft = story.draft(1_000_00)
    with pytest.raises(Refused, match="is Draft: nothing is due on it"):
        story.pay(1_00, claim=draft)
    with pytest.raises(Refused, match="belongs to another contract"):
        record_payment(
            story.admin, make.make_contract(story.project), amount=1_00, claim=story.claim, paid_on=DAY
        )
    with pytest.raises(BadInput, match="23 Mar 2026 is yet to come"):
        story.pay(1_00, paid_on=date(2026, 3, 23))
    with pytest.raises(BadInput, match="Type the amount"):
        story.pay(0)
    with pytest.raises(BadInput, match="how it was paid"):
        story.pay(1_00, method="gold")


def test_today_is_the_project_s_today():
    story = Story()
    with clock.at(datetime(2026, 3, 21, 13, 30, tzinfo=UTC)):  # past midnight in Sydney
        story.pay(1_00, paid_on=date(2026, 3, 22))


def test_only_administrators_record_payments():
    story = Story()
    for somebody in (
        make.make_member(story.project, Level.STANDARD),
        make.make_claim_contact(story.contract, level=Level.STANDARD),
    ):
        with pytest.raises(Refused, match="You need Admin"):
            record_payment(
                make.actor_of(somebody), story.contract, amount=1_00, paid_on=DAY, claim=story.claim
            )
    payment = story.pay(1_00)
    with pytest.raises(Refused, match="You need Admin"):
        void_payment(make.actor_of(make.make_member(story.project, Level.STANDARD)), payment, reason="x")


def test_a_claim_that_was_paid_on_can_t_be_reopened_until_the_payment_is_voided():
    story = Story()
    payment = story.pay(1_000_00)
    for target in (S.DRAFT, S.UNDER_REVIEW):
        with pytest.raises(
            Refused, match=r"\$1,000.00 was paid on this progress claim, so its figures stand"
        ):
            move_claim(story.admin, story.claim, target, reason="Wrong line")
    void_payment(story.admin, payment, reason="Bounced")
    assert move_claim(story.admin, story.claim, S.DRAFT, reason="Wrong line").revision == 1


def test_a_credit_is_paid_when_the_money_came_back():
    story = Story()
    story.pay(10_450_00)
    credit = story.certified(-2_000_00)
    assert credit.payment_due_with_tax == -2_090_00
    story.pay(-1_000_00, claim=credit)
    story.pay(-1_090_00, claim=credit)
    credit.refresh_from_db()
    assert payment_state(credit.payment_due_with_tax, credit.paid) is PaymentState.PAID


def test_money_by_contract_and_project_in_a_fixed_number_of_queries(django_assert_num_queries):
    story = Story()
    story.pay(450_00)
    story.certified(5_000_00)
    other = make.make_contract(story.project)
    record_payment(story.admin, other, amount=700_00, paid_on=DAY)
    with django_assert_num_queries(2):
        found = money_of_contracts([story.contract.pk, other.pk])
    money = found[story.contract.pk]
    assert (money.certified, money.retention_held) == (15_000_00, 750_00)
    assert (money.due, money.paid, money.outstanding) == (15_675_00, 450_00, 15_225_00)
    assert (found[other.pk].due, found[other.pk].outstanding) == (0, -700_00)
    with django_assert_num_queries(3):
        together = total_money(Contract.objects.filter(project=story.project))
    assert together == found[story.contract.pk] + found[other.pk]
    assert total_money(Contract.objects.none()) == ContractMoney()
    assert money_of_project(story.admin, story.project)["AUD"].paid == 1_150_00
    contact = make.actor_of(make.make_claim_contact(story.contract))
    assert money_of_project(contact, story.project)["AUD"].paid == 450_00


class SumsOfPayments(TestCase):
    @settings(max_examples=12)
    @given(st.lists(st.tuples(st.integers(-3_000_00, 9_000_00), st.booleans()), min_size=1, max_size=8))
    def test_paid_is_the_sum_of_what_is_not_voided(self, moves):
        with clock.at(NOW):
            story = Story()
            expected = 0
            for number, (amount, voided) in enumerate(moves):
                try:
                    payment = story.pay(amount, reference=str(number), confirmed=Confirmed(overpayment=True))
                except BadInput:
                    continue
                if voided and expected >= 0:
                    void_payment(story.admin, payment, reason="x")
                else:
                    expected += amount
                assert Claim.objects.get(pk=story.claim.pk).paid == expected
            assert money_of(story.contract).paid == expected
