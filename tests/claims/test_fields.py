"""What claims are asked for: usual fields by rule, and an account's own ones (domain §6.1, §12)."""

from datetime import date

import pytest

from tallystick.audit.models import Event
from tallystick.claims.checks import checks_of
from tallystick.claims.creation import create_claim
from tallystick.claims.custom_fields import (
    MOST_FIELDS,
    add_custom_field,
    change_custom_field,
    checked_values,
    retire_custom_field,
)
from tallystick.claims.details import MoreDetails, change_details
from tallystick.claims.facts import facts_of, told_custom
from tallystick.claims.fields import FieldRule, asked_custom_fields, missing_fields, rule_of, with_rules
from tallystick.claims.models import Claim, CustomField
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.core.errors import BadInput, Refused
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_clock")]


@pytest.fixture
def claim() -> Claim:
    contract = make.make_contract(make.make_project())
    return create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))


def rules(of, **wanted: str) -> None:
    of.claim_fields = with_rules(of.claim_fields, wanted)
    of.save(update_fields=["claim_fields"])


def typed(claim: Claim, more: MoreDetails | None = None, actor=make.OPERATOR, **facts) -> Claim:
    known = {name: getattr(claim, name) for name in ("billing_date", "reference", "comment")}
    return change_details(actor, claim, **({"period": None} | known | facts), more=more)


# --- rules --------------------------------------------------------------------------------------------------


def test_the_account_decides_and_a_project_only_where_it_is_let(claim):
    project = claim.contract.project
    account = project.account
    assert rule_of(project, "reference") is FieldRule.OPTIONAL
    rules(account, reference="required")
    rules(project, reference="hidden")
    assert rule_of(project, "reference") is FieldRule.REQUIRED
    account.projects_choose_fields = True
    assert rule_of(project, "reference") is FieldRule.HIDDEN


def test_a_rule_that_the_field_may_not_have_is_refused():
    with pytest.raises(BadInput) as caught:
        with_rules({}, {"comment": "required"})
    assert "field:comment" in caught.value.fields
    assert with_rules({"comment": "hidden"}, {"comment": ""}) == {}


def test_what_is_required_and_empty_keeps_a_contact_from_submitting(claim):
    account = claim.contract.project.account
    field = make.make_claim_field(account, "Site order")
    rules(account, reference="required", **{field.name: "required"})
    assert missing_fields(claim) == ["Reference", "Site order"]
    contact = make.make_claim_contact(claim.contract)
    found = checks_of(make.actor_of(contact), claim).blocking
    told = [remark.sentence for finding in found for remark in finding.remarks]
    assert "Site order is required, and is empty." in told
    typed(claim, MoreDetails(custom={field.pk: "SO-7"}), reference="A-1")
    claim.refresh_from_db()
    assert missing_fields(claim) == []


# --- values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wrote", "kept"),
    [
        ("text", "  two   words ", "two words"),
        ("number", "1,250.50", "1250.50"),
        ("number", "-0", "0"),
        ("date", "2026-03-31", "2026-03-31"),
        ("choice", "North", "North"),
        ("yes_no", "no", "no"),
    ],
)
def test_each_kind_keeps_what_was_typed(claim, kind, wrote, kept):
    field = make.make_claim_field(claim.contract.project.account, kind=kind, choices=["North", "South"])
    assert checked_values([field], {field.pk: wrote}, {}) == {str(field.pk): kept}


@pytest.mark.parametrize(
    ("kind", "wrote"),
    [
        ("number", "twelve"),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", "1e999"),
        ("number", "9" * 21),
        ("date", "31/03/2026"),
        ("choice", "East"),
        ("yes_no", "perhaps"),
        ("text", "x" * 501),
    ],
)
def test_what_no_field_of_that_kind_can_hold_is_refused_beside_it(claim, kind, wrote):
    field = make.make_claim_field(claim.contract.project.account, kind=kind, choices=["North", "South"])
    with pytest.raises(BadInput) as caught:
        checked_values([field], {field.pk: wrote}, {})
    assert list(caught.value.fields) == [field.name]


def test_values_stand_in_history_papers_and_stay_when_the_field_is_retired(claim):
    account = claim.contract.project.account
    field = make.make_claim_field(account, "Zone", "choice", choices=["North", "South"])
    typed(claim, MoreDetails(custom={field.pk: "North"}))
    claim.refresh_from_db()
    assert facts_of(claim)["fields"] == [("Zone", "North")]
    change_custom_field(make.OPERATOR, field, label="Area", choices=["South", "East"])
    typed(claim, MoreDetails(custom={field.pk: "North"}))  # no longer offered, and still what it has
    retire_custom_field(make.OPERATOR, field)
    assert asked_custom_fields(claim.contract.project) == []
    typed(claim, MoreDetails(), comment="Again")
    claim.refresh_from_db()
    assert told_custom(claim, "en-AU") == [("Area", "North")]
    event = Event.objects.filter(name="claim.facts_changed").order_by("pk").first()
    assert event.changes == {"Zone": ["", "North"]}


# --- dates --------------------------------------------------------------------------------------------------


def test_an_administrator_types_dates_that_a_contact_cannot(claim):
    contact = make.actor_of(make.make_claim_contact(claim.contract))
    more = MoreDetails(period_start=date(2026, 3, 2), submitted_on=date(2026, 3, 5))
    typed(claim, more, actor=contact, comment="Mine")
    claim.refresh_from_db()
    assert claim.period_start == claim.period.start and claim.submitted_on is None
    typed(claim, more)
    claim.refresh_from_db()
    assert (claim.period_start, claim.period_end) == (date(2026, 3, 2), claim.period.end)
    assert claim.submitted_on == date(2026, 3, 5)


def test_dates_in_the_wrong_order_are_told_and_nothing_is_kept(claim):
    with pytest.raises(BadInput) as caught:
        typed(claim, MoreDetails(period_start=date(2027, 1, 1)), comment="Lost?")
    assert "period_end" in caught.value.fields
    claim.refresh_from_db()
    assert claim.comment == ""


def test_the_payment_date_can_be_typed_once_it_is_certified_and_nothing_else(claim):
    move_claim(make.OPERATOR, claim, ClaimStatus.UNDER_REVIEW)
    move_claim(make.OPERATOR, claim, ClaimStatus.APPROVED)
    claim.refresh_from_db()
    typed(claim, MoreDetails(claim.period_start, claim.period_end, None, date(2026, 5, 1)))
    claim.refresh_from_db()
    assert claim.payment_date == date(2026, 5, 1)
    with pytest.raises(Refused):
        typed(claim, MoreDetails(claim.period_start, claim.period_end, None, None), comment="No")


# --- an account's own ---------------------------------------------------------------------------------------


def test_an_account_has_at_most_thirty_and_none_twice():
    account = make.make_account()
    for number in range(MOST_FIELDS):
        make.make_claim_field(account, f"Field {number}")
    with pytest.raises(BadInput, match="at most 30"):
        make.make_claim_field(account, "One more")
    retire_custom_field(make.OPERATOR, CustomField.objects.get(label="Field 3"))
    with pytest.raises(BadInput, match="already"):
        make.make_claim_field(account, "FIELD 4")
    make.make_claim_field(account, "Field 3")


@pytest.mark.parametrize(
    ("label", "kind", "choices", "field"),
    [
        (" ", "text", [], "label"),
        ("x" * 61, "text", [], "label"),
        ("Zone", "choice", ["North", "North"], "choices"),
        ("Zone", "choice", [f"{n}" for n in range(51)], "choices"),
        ("Zone", "colour", [], "kind"),
    ],
)
def test_what_a_field_needs_is_told(label, kind, choices, field):
    with pytest.raises(BadInput) as caught:
        add_custom_field(make.OPERATOR, make.make_account(), label=label, kind=kind, choices=choices)
    assert field in caught.value.fields


def test_only_administrators_of_the_account_make_them():
    account = make.make_account()
    member = make.actor_of(make.make_member(make.make_project(account)))
    with pytest.raises(Refused):
        add_custom_field(member, account, label="Zone", kind="text")
