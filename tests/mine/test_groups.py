"""What a contract waits for, from its claims and what the open period asks."""

from dataclasses import replace
from datetime import date

import pytest

from tallystick.claims.states import ClaimStatus
from tallystick.mine.groups import Asking, Group, Made, standing_of

S = ClaimStatus
MARCH = Asking(period_id=3, is_awaited=True, may_claim=True)


def made(number: int, status: ClaimStatus, period: int | None = 3, **more: object) -> Made:
    plain = Made(
        id=number,
        contract_id=1,
        number=number,
        revision=0,
        status=status,
        version=1,
        period_id=period,
        period_start=date(2026, 3, 1),
        period_end=date(2026, 3, 31),
        claimed=12_000_00,
        certified=None,
        due=0,
        paid=0,
        is_late=False,
        is_final=False,
        submitted_at=None,
    )
    return replace(plain, **more)


@pytest.mark.parametrize(
    ("status", "group"),
    [
        (S.DRAFT, Group.DRAFT),
        (S.REVISE_AND_RESUBMIT, Group.SENT_BACK),
        (S.UNDER_REVIEW, Group.REVIEW),
        (S.APPROVED, Group.CERTIFIED),
        (S.APPROVED_AS_NOTED, Group.CERTIFIED),
        (S.PENDING_OWNER_APPROVAL, Group.CERTIFIED),
    ],
)
def test_a_claim_of_the_open_period_says_where_the_contract_stands(status, group):
    standing = standing_of([made(1, S.APPROVED, 2), made(2, status)], MARCH)
    assert (standing.group, standing.claim.number) == (group, 2)


def test_without_a_claim_the_period_asks_for_one():
    assert standing_of([], MARCH).group is Group.TO_CLAIM
    assert standing_of([made(1, S.APPROVED, 2)], MARCH).group is Group.TO_CLAIM


def test_what_was_left_over_from_an_earlier_period_comes_before_what_the_open_one_asks():
    standing = standing_of([made(4, S.REVISE_AND_RESUBMIT, 2)], MARCH)
    assert (standing.group, standing.claim.number) == (Group.SENT_BACK, 4)


def test_of_several_unfinished_claims_the_one_that_waits_for_the_contact_comes_first():
    claims = [made(4, S.UNDER_REVIEW, 2), made(6, S.DRAFT), made(5, S.REVISE_AND_RESUBMIT, 2)]
    standing = standing_of(claims, MARCH)
    assert (standing.group, standing.claim.number, standing.others) == (Group.SENT_BACK, 5, 2)


def test_an_unanswered_invite_asks_and_an_answer_settles_it():
    asked = replace(MARCH, unanswered=True)
    assert standing_of([], asked).group is Group.ASKED
    assert standing_of([], replace(MARCH, declined=True)).group is Group.QUIET
    assert standing_of([made(1, S.DRAFT)], asked).group is Group.DRAFT


def test_an_invite_that_can_no_longer_be_answered_does_not_ask():
    assert standing_of([], replace(MARCH, unanswered=True, may_claim=False)).group is Group.TO_CLAIM


@pytest.mark.parametrize(
    ("claims", "asking"),
    [
        ([], None),
        ([made(1, S.APPROVED, 2)], None),
        ([], replace(MARCH, is_awaited=False)),
        ([made(1, S.APPROVED, 2, is_final=True)], MARCH),
    ],
)
def test_where_nothing_is_asked_it_is_quiet(claims, asking):
    standing = standing_of(claims, asking)
    assert standing.group is Group.QUIET
    assert standing.claim == (claims[-1] if claims else None)
