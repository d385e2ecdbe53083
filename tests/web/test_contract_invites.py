"""Invites on a commitment's page: administrators send them, or read why not; claim contacts answer there."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tallystick.periods.models import Invite, InviteAnswer
from tests import factories as make
from tests.dashboard.month_story import March, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def march():
    with day(20):
        yield March()


def read(client, contract) -> str:
    page = client.get(f"/contracts/{contract.pk}").content.decode()
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def send(client, contract, **fields):
    return client.post(f"/contracts/{contract.pk}/invite", {"claim_type": "all", **fields}, follow=True)


@pytest.mark.parametrize(
    ("state", "today", "reason"),
    [
        ("no_contacts", 20, "This contract has no progress claim contact. Name one on its People tab first."),
        ("ssov_not_approved", 20, "The invite can go out once it is Approved."),
        ("not_invited", 26, "The due date of this billing period was 25 Mar 2026."),
        ("under_review", 20, "There is a progress claim for this billing period already."),
    ],
)
def test_the_greyed_button_says_why(march, state, today, reason):
    with day(today):
        admin = make.signed_in(march.admin_person)
        contract = march.contracts[state]
        assert reason in read(admin, contract)
        assert 'name="claim_type" value="all"' not in admin.get(f"/contracts/{contract.pk}").content.decode()
        assert reason in send(admin, contract).content.decode()
    assert not Invite.objects.filter(contract=contract).exists()


def test_an_administrator_reads_who_was_asked_and_what_was_answered(march):
    admin = make.signed_in(march.admin_person)
    assert "Not invited yet." in read(admin, march.contracts["not_invited"])
    assert "Invited 10 Mar by Ann Admin: Work, materials and retention." in read(
        admin, march.contracts["invited"]
    )
    assert "Declining Contact answered No, 10 Mar." in read(admin, march.contracts["declined"])


def test_the_same_click_twice_asks_once_and_another_one_asks_again(march):
    admin, contract = make.signed_in(march.admin_person), march.contracts["not_invited"]
    for _ in range(2):
        send(admin, contract, once="a" * 32)
    assert Invite.objects.get(contract=contract).times_sent == 1
    assert "sent again" in send(admin, contract, once="b" * 32).content.decode()
    assert Invite.objects.get(contract=contract).times_sent == 2


def test_a_contact_answers_on_the_page_and_may_change_it(march):
    contract = march.contracts["invited"]
    carl = make.signed_in(march.contacts["invited"])
    said = read(carl, contract)
    assert "Ann Admin has invited you to bill 1–31 Mar 2026: Work, materials and retention." in said
    assert "Send an invite" not in said
    carl.post(f"/contracts/{contract.pk}/invite/answer", {"period": march.period.pk, "answer": "declined"})
    assert Invite.objects.get(contract=contract).answer == InviteAnswer.DECLINED
    assert "Answer Yes instead" in read(carl, contract)


def test_somebody_who_only_reads_is_told_nothing_of_it(march):
    open_one = march.more("Open Oysters", is_private=False)
    reader = make.signed_in(make.make_member(march.project, make.Level.READ_ONLY))
    said = read(reader, open_one)
    assert "Not invited yet" not in said
    assert "Send an invite" not in said
