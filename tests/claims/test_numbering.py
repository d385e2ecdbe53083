"""References by the account's pattern: given to claims for which nobody types one."""

from __future__ import annotations

import pytest

from tallystick.claims.creation import create_claim
from tallystick.claims.numbering import check_pattern, numbered
from tallystick.configuration.saving import save_account
from tallystick.core.errors import BadInput
from tests import factories as make


@pytest.mark.parametrize(
    ("pattern", "reference"),
    [
        ("", ""),
        ("{number}", "4"),
        ("{contract}-{number:3}", "SC-012-004"),
        ("{project}/{contract}/PC{number:2}", "NB-014/SC-012/PC04"),
        ("Claim {number} of {contract}", "Claim 4 of SC-012"),
        ("x" * 58 + "{number:6}", "4"),  # longer than a reference may be: the number alone
    ],
)
def test_a_pattern_filled_in(pattern: str, reference: str) -> None:
    check_pattern(pattern)
    assert numbered(pattern, project="NB-014", contract="SC-012", number=4) == reference


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{contract}", "Put {number} into it"),
        ("{period}-{number}", "Only {project}, {contract} and {number} can stand in braces."),
        ("{number", "Only {project}, {contract} and {number} can stand in braces."),
        ("{number:0}", "Only {project}, {contract} and {number} can stand in braces."),
        ("{number:12}", "Only {project}, {contract} and {number} can stand in braces."),
        ("{number:9}", "Only the number is filled up, to 6 figures at most"),
        ("{contract:3}-{number}", "Only the number is filled up"),
        ("{0.__class__}{number}", "can stand in braces"),
    ],
)
def test_a_pattern_that_would_not_do(pattern: str, told: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_pattern(pattern)
    assert told in str(caught.value)


@pytest.mark.django_db
def test_claims_are_numbered_unless_somebody_types_a_reference() -> None:
    project = make.make_project(number="NB-014")
    contract = make.make_contract(project, number="SC-012")
    boss = make.actor_of(make.make_account_admin(project.account))
    save_account(boss, project.account, {"claim_numbering": "{contract}-{number:3}"})
    first = create_claim(make.OPERATOR, contract, make.open_period_of(project))
    assert first.reference == "SC-012-001"
    second = create_claim(
        make.OPERATOR, contract, first.period, reference="INV 88", in_spite_of_unfinished=True
    )
    third = create_claim(make.OPERATOR, contract, first.period, reference="  ", in_spite_of_unfinished=True)
    assert (second.reference, third.reference) == ("INV 88", "SC-012-003")
    with pytest.raises(BadInput):
        save_account(boss, project.account, {"claim_numbering": "{contract}"})
    save_account(boss, project.account, {"claim_numbering": ""})
    fourth = create_claim(make.OPERATOR, contract, first.period, in_spite_of_unfinished=True)
    assert fourth.reference == ""
