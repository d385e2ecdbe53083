"""States only go forwards, and nothing leaves a final one."""

from itertools import product

import pytest

from tallystick.signing.states import FINAL, LIVE, EnvelopeState, SignerState, may_follow, signer_may_follow


def test_every_state_is_live_or_final() -> None:
    assert set(EnvelopeState) == LIVE | FINAL
    assert set() == LIVE & FINAL


@pytest.mark.parametrize(("before", "after"), list(product(sorted(FINAL), EnvelopeState)))
def test_nothing_follows_a_final_state(before: EnvelopeState, after: EnvelopeState) -> None:
    assert not may_follow(before, after)


@pytest.mark.parametrize(("before", "after"), list(product(EnvelopeState, EnvelopeState)))
def test_no_two_states_follow_each_other_in_turn(before: EnvelopeState, after: EnvelopeState) -> None:
    assert not (may_follow(before, after) and may_follow(after, before))


def test_late_news_changes_nothing() -> None:
    assert not may_follow(EnvelopeState.PARTIALLY_SIGNED, EnvelopeState.SENT)
    assert not may_follow(EnvelopeState.VIEWED, EnvelopeState.SENT)
    assert may_follow(EnvelopeState.SENT, EnvelopeState.COMPLETED)
    assert may_follow(EnvelopeState.BOUNCED, EnvelopeState.VIEWED)


def test_a_signer_who_signed_has_signed() -> None:
    assert not signer_may_follow(SignerState.SIGNED, SignerState.DECLINED)
    assert not signer_may_follow(SignerState.SIGNED, SignerState.VIEWED)
    assert signer_may_follow(SignerState.WAITING, SignerState.SIGNED)
