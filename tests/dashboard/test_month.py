"""The month at a glance: every contract in one group, each the list of claims narrowed to it; acting on a group."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.moving import move_claim
from tallystick.claims.queries import ListFilters, claims_page
from tallystick.core.errors import BadInput, Refused
from tallystick.dashboard.acting import (
    INVITED,
    REMINDED,
    SIGNED,
    Shown,
    invite_group,
    remind_group,
    sign_group,
)
from tallystick.dashboard.month import Stage
from tallystick.directory.models import Project
from tallystick.notifications.models import Message
from tallystick.periods.actions import close_period, extend_period, open_period
from tallystick.periods.invites import answer_as, send_invites
from tallystick.periods.models import Invite, InviteAnswer, InviteType
from tallystick.signing.models import Envelope
from tests import factories as make
from tests.dashboard.month_story import COMPANIES, March, day
from tests.dashboard.story import S, a_claim, month

pytestmark = pytest.mark.django_db


@pytest.fixture
def march():
    with day(20):
        yield March()


def states(groups) -> list[str]:
    return [group.state for group in groups]


def reasons(acted) -> dict[str, str]:
    return {one.contract.company.name: one.decision.reason for one in acted.outcomes if not one.done}


def done(acted) -> list[str]:
    return [one.contract.company.name for one in acted.outcomes if one.done]


def test_what_waits_for_the_administrator_comes_first_then_what_waits_for_others_then_what_is_done(march):
    shown = march.month()
    assert states(shown.of(Stage.YOURS)) == ["under_review"]
    assert states(shown.of(Stage.BEFORE)) == ["no_contacts", "ssov_not_approved", "not_invited"]
    assert states(shown.of(Stage.THEIRS)) == [
        "invited", "accepted", "draft", "revise_and_resubmit", "pending_owner_approval",
    ]  # fmt: skip
    assert states(shown.of(Stage.DONE)) == ["approved_as_noted", "approved", "declined"]
    assert (shown.everything, shown.settled) == (12, 3)


@pytest.mark.parametrize("reader", ["administrator", "reader", "contact"])
@pytest.mark.parametrize("today", [20, 28])
def test_each_group_is_exactly_the_list_of_claims_narrowed_to_it(march, reader, today):
    who = {
        "administrator": march.admin,
        "reader": make.actor_of(make.make_member(march.project, Level.READ_ONLY)),
        "contact": make.actor_of(march.contacts["draft"]),
    }[reader]
    for company in ("Second Tiling", "Third Tiling"):
        march.more(company, is_private=False)
    with day(today):
        shown = march.month(who)
        whole = claims_page(who, march.project, period=march.period)
        groups = [*shown.groups, *([shown.waiting] if shown.waiting else [])]
        assert groups
        for group in groups:
            listed = claims_page(
                who, march.project, period=march.period, filters=ListFilters(state=group.state)
            )
            assert [row.contract_id for row in listed.rows] == [one.contract_id for one in group.members]
            assert listed.totals[0].claimed == (group.claimed or 0)
            assert group.certified in (None, listed.totals[0].certified)
        assert shown.everything == whole.everything


def test_once_the_due_day_is_over_whoever_has_nothing_is_late_but_for_an_extension(march):
    extend_period(march.admin, march.period, march.contracts["invited"], due=month(4)[2], reason="Rain")
    with day(26):
        shown = march.month()
        assert [one.company for one in shown.group("late").members] == ["Apex Concrete", "Willing Glass"]
        assert [one.company for one in shown.group("invited").members] == ["Ironbark Steel"]
        assert shown.group("draft").overdue == 1


def test_sums_are_stored_figures_in_the_project_s_currency_and_say_how_many_are_in_others(march):
    foreign = march.more("Tokyo Lifts", currency="JPY")
    a_claim(foreign, march.period, 5_000, S.UNDER_REVIEW)
    waiting = march.month().group("under_review")
    assert (waiting.count, waiting.claimed, waiting.certified, waiting.others) == (2, 10_000_00, None, 1)
    certified = march.month().group("approved")
    assert (certified.claimed, certified.certified, certified.others) == (10_000_00, 10_000_00, 0)
    assert march.month().group("invited").claimed is None


def test_a_contact_sees_what_waits_for_them_and_no_button_s_worth_more(march):
    contact = make.actor_of(march.contacts["draft"])
    shown = march.month(contact)
    assert [one.company for one in shown.waiting.members] == ["Drafty Doors"]
    assert not shown.is_admin
    assert not shown.of(Stage.YOURS)


def test_a_closed_period_can_be_looked_at(march):
    open_period(march.admin, march.project, start=month(4)[0], end=month(4)[1], due=month(4)[2])
    march.period.refresh_from_db()
    shown = march.month()
    assert [one.company for one in shown.group("not_claimed").members] == [
        "Apex Concrete", "Ironbark Steel", "Willing Glass",
    ]  # fmt: skip
    assert shown.group("approved").certified == 10_000_00


def test_the_queries_are_the_same_for_two_contracts_and_for_twelve(march):
    with CaptureQueriesContext(connection) as few:
        march.month()
    for number in range(10):
        march.more(f"Company {number}")
    with CaptureQueriesContext(connection) as many:
        march.month()
    assert len(few) == len(many) <= 3


# --- acting --------------------------------------------------------------------------------------------------


def test_one_click_invites_everybody_who_was_shown_as_not_invited(march):
    march.more("Second Tiling")
    acted = invite_group(march.admin, march.shown("not_invited"))
    assert done(acted) == ["Apex Concrete", "Second Tiling"]
    assert march.month().group("not_invited") is None
    assert march.month().group("invited").count == 3
    assert Event.objects.filter(name="invite.sent").count() == 5


def test_the_same_click_again_invites_nobody_twice(march):
    shown = march.shown("not_invited")
    invite_group(march.admin, shown)
    told = Message.objects.count()
    again = invite_group(march.admin, shown)
    assert [(one.company, one.state) for one in again.moved] == [("Apex Concrete", "invited")]
    assert not again.outcomes
    assert Message.objects.count() == told
    assert set(Invite.objects.values_list("times_sent", flat=True)) == {1}


def test_two_who_invite_at_the_same_moment_ask_once(march):
    contract = march.contracts["not_invited"]
    send_invites(march.admin, march.period, [contract], InviteType.ALL)
    (outcome,) = send_invites(march.admin, march.period, [contract], InviteType.ALL, again=False)
    assert not outcome.done
    assert outcome.decision.reason == "Ann Admin has invited it already, 20 Mar 2026, 1:00 pm."


def test_a_stale_page_leaves_alone_what_moved_on_and_what_it_did_not_show(march):
    moved = march.more("Moved Masonry")
    shown = march.shown("not_invited")
    march.more("New Nickel")
    a_claim(moved, march.period, 1_000_00)
    acted = invite_group(march.admin, shown)
    assert done(acted) == ["Apex Concrete"]
    assert [(one.company, one.state) for one in acted.moved] == [("Moved Masonry", "draft")]
    assert (acted.joined, acted.gone) == (1, 0)
    assert [one.company for one in march.month().group("not_invited").members] == ["New Nickel"]


def test_contracts_of_other_projects_are_not_acted_on_whatever_the_page_sends(march):
    foreign = make.make_contract(make.make_project())
    make.make_claim_contact(foreign)
    acted = invite_group(march.admin, Shown(march.period, "not_invited", frozenset({foreign.pk})))
    assert (acted.outcomes, acted.gone, acted.joined) == ([], 1, 1)
    assert not Invite.objects.filter(contract=foreign).exists()


def test_whoever_declined_is_asked_again(march):
    acted = invite_group(march.admin, march.shown("declined"))
    assert done(acted) == ["Declining Demolition"]
    assert Invite.objects.get(contract=march.contracts["declined"]).answer == InviteAnswer.NONE


def test_after_the_due_day_an_invite_says_why_not(march):
    shown = march.shown("declined")
    with day(26):
        acted = invite_group(march.admin, shown)
    assert "Give the contract an extension first." in reasons(acted)["Declining Demolition"]


@pytest.mark.parametrize(
    ("state", "says", "leads"),
    [
        ("invited", "Say on the page of the commitment whether you want to claim", "/contracts/"),
        (
            "accepted",
            "You want to claim this period, and no progress claim has been started yet",
            "/contracts/",
        ),
        ("draft", "Progress claim 1 is a draft: submit it.", "/claims/"),
        ("revise_and_resubmit", "Progress claim 1 was sent back: revise and resubmit it.", "/claims/"),
    ],
)
def test_one_click_reminds_a_group_of_what_is_still_to_come(march, state, says, leads):
    acted = remind_group(march.admin, march.shown(state))
    assert done(acted) == [COMPANIES[state]]
    message = Message.objects.get(event="claim.reminder")
    assert message.subject == f"Harbour Tower: Ann Admin reminds you of {march.contracts[state].number} " + (
        march.contracts[state].title
    )
    assert message.person == march.contacts[state]
    assert says in message.text
    assert "Due: 25 Mar 2026, 5 days left" in message.text
    assert re.match(leads, make.leads_to(message.text)[0])
    assert Event.objects.filter(name="contract.reminded").count() == 1


@pytest.mark.parametrize("state", ["invited", "draft"])
def test_again_on_the_same_day_reminds_nobody_and_the_next_day_does(march, state):
    shown = march.shown(state)
    remind_group(march.admin, shown)
    assert reasons(remind_group(march.admin, shown)) == {
        COMPANIES[state]: "They were reminded today already."
    }
    with day(21):
        assert done(remind_group(march.admin, shown)) == [COMPANIES[state]]
    assert Message.objects.filter(event="claim.reminder").count() == 2


def test_whoever_submitted_meanwhile_is_not_reminded(march):
    shown = march.shown("accepted")
    answer_as(march.contacts["accepted"], march.contracts["accepted"], march.period, InviteAnswer.DECLINED)
    acted = remind_group(march.admin, shown)
    assert [(one.company, one.state) for one in acted.moved] == [("Willing Glass", "declined")]
    assert not Message.objects.filter(event="claim.reminder").exists()


def test_after_the_due_day_only_what_was_sent_back_is_reminded_of(march):
    with day(26):
        left = remind_group(march.admin, march.shown("draft"))
        assert "The due date of this billing period was 25 Mar 2026." in reasons(left)["Drafty Doors"]
        assert done(remind_group(march.admin, march.shown("revise_and_resubmit"))) == ["Sent Back Scaffolds"]


def test_where_late_ones_are_accepted_they_are_reminded_too(march):
    Project.objects.filter(pk=march.project.pk).update(accept_late_claims=True)
    with day(26):
        march.project.refresh_from_db()
        acted = remind_group(march.admin, march.shown("late"))
    assert done(acted) == ["Ironbark Steel", "Willing Glass"]
    assert reasons(acted) == {
        "Apex Concrete": "The contract is not invited for this billing period. Send an invite to bill first."
    }


def test_nothing_is_reminded_of_in_a_closed_period_but_what_was_sent_back(march):
    shown, sent_back = march.shown("draft"), march.shown("revise_and_resubmit")
    close_period(march.admin, march.period)
    assert reasons(remind_group(march.admin, shown)) == {
        "Drafty Doors": "This billing period is closed. Open it again first."
    }
    assert done(remind_group(march.admin, sent_back)) == ["Sent Back Scaffolds"]


def test_certified_claims_that_nobody_was_asked_to_sign_are_sent_once(march):
    shown = march.shown("approved")
    assert [one.company for one in march.month().group("approved").unsigned] == ["Certified Cranes"]
    first = sign_group(march.admin, shown)
    assert [one.claim.contract_id for one in first.envelopes] == list(shown.seen)
    assert march.month().group("approved").unsigned == ()
    assert sign_group(march.admin, shown).run.pk == first.run.pk
    assert Envelope.objects.count() == 1


def test_those_not_signed_are_the_list_narrowed_to_them(march):
    sign_group(march.admin, march.shown("approved"))
    for state in ("approved", "approved_as_noted"):
        listed = claims_page(
            march.admin,
            march.project,
            period=march.period,
            filters=ListFilters(state=state, signature="unsigned"),
        )
        group = march.month().group(state)
        assert [row.contract_id for row in listed.rows] == [one.contract_id for one in group.unsigned]


def test_a_claim_that_was_reopened_meanwhile_is_not_sent(march):
    shown = march.shown("approved")
    claim = march.contracts["approved"].claims.get()
    move_claim(march.admin, claim, S.UNDER_REVIEW, reason="One line was wrong.")
    with pytest.raises(BadInput, match="None of these is in this group any more"):
        sign_group(march.admin, shown)
    assert not Envelope.objects.exists()


def test_who_does_not_administer_acts_on_nothing(march):
    reader = make.actor_of(make.make_member(march.project, Level.STANDARD))
    for act in (invite_group, remind_group):
        state = "not_invited" if act is invite_group else "invited"
        with pytest.raises(Refused, match="You need Admin"):
            act(reader, march.shown(state))


def test_groups_that_one_does_not_act_on_are_refused(march):
    for act, kinds in ((invite_group, INVITED), (remind_group, REMINDED), (sign_group, SIGNED)):
        for state in ("pending_owner_approval", "waiting", "", "nonsense"):
            assert state not in kinds
            with pytest.raises(BadInput):
                act(march.admin, Shown(march.period, state, frozenset({1})))
