"""Lines of a schedule change one by one: what stays keeps its row, and the history tells what changed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.audit.queries import history
from tallystick.claims.creation import create_claim, delete_claim
from tallystick.claims.models import ClaimLine
from tallystick.contracts.actions import set_sov_lines
from tallystick.contracts.models import Contract, SovLine
from tallystick.contracts.sov import LineInput, fingerprint, own_lines, set_groups
from tallystick.contracts.states import AccountingMethod, SubSovStatus
from tallystick.core.errors import BadInput, Refused, Stale
from tests import factories as make

pytestmark = pytest.mark.django_db


def as_typed(line: SovLine, **changes) -> LineInput:
    """The line as its row in the grid says it, with changes."""
    values = {
        name: getattr(line, name)
        for name in (
            "description", "scheduled_value", "item_number", "cost_code", "quantity", "unit", "unit_price", "group",
            "id",
        )
    }  # fmt: skip
    return LineInput(**{**values, **changes})


def told(contract: Contract) -> dict[str, tuple[str, str]]:
    """The changes of the latest event in the contract's history."""
    return {name: (before, after) for name, before, after in history(contract)[-1].changes}


def test_a_line_that_stays_keeps_its_row_and_what_changed_is_told():
    contract = make.make_contract()
    footings, slab, columns = own_lines(contract)
    set_sov_lines(
        make.OPERATOR,
        contract,
        [as_typed(slab, scheduled_value=31_000_00), as_typed(footings), LineInput("Stairs", 5_000_00)],
    )
    now = own_lines(contract)
    assert [line.pk for line in now[:2]] == [slab.pk, footings.pk]
    assert not SovLine.objects.filter(pk=columns.pk).exists()
    event = history(contract)[-1]
    assert event.text.endswith("1 line added, 2 lines changed and 1 line removed")
    assert told(contract) == {
        "scheduled value of 2 Slab on ground": ("30,000.00", "31,000.00"),
        "added 3 Stairs": ("—", "5,000.00"),
        "removed 3 Columns": ("20,000.00", "—"),
        "order": ("1 Footings and 2 Slab on ground", "2 Slab on ground and 1 Footings"),
        "sum": ("100,000.00", "86,000.00"),
    }


def test_saving_what_is_there_changes_nothing_and_tells_nothing():
    contract = make.make_contract()
    before = len(history(contract))
    set_sov_lines(make.OPERATOR, contract, [as_typed(line) for line in own_lines(contract)])
    assert len(history(contract)) == before


def test_somebody_elses_lines_are_not_overwritten():
    contract = make.make_contract()
    seen = fingerprint(own_lines(contract))
    set_sov_lines(make.OPERATOR, contract, [LineInput("Theirs", 1_00)], seen=seen)
    with pytest.raises(Stale, match="Somebody else saved the lines"):
        set_sov_lines(make.OPERATOR, contract, [LineInput("Mine", 2_00)], seen=seen)
    assert own_lines(contract)[0].description == "Theirs"


def test_a_line_of_another_contract_or_named_twice_is_refused():
    contract, other = make.make_contract(), make.make_contract()
    mine, theirs = own_lines(contract)[0], own_lines(other)[0]
    for rows in ([as_typed(theirs)], [as_typed(mine), as_typed(mine)]):
        with pytest.raises(BadInput, match="no longer here"):
            set_sov_lines(make.OPERATOR, contract, rows)
    assert len(own_lines(contract)) == 3


def test_too_long_a_text_is_told_by_its_row():
    contract = make.make_contract()
    with pytest.raises(BadInput, match="Line 2: The heading is longer than 100") as caught:
        set_sov_lines(make.OPERATOR, contract, [LineInput("A", 1), LineInput("B", 1, group="x" * 101)])
    assert list(caught.value.fields) == ["row-2"]


def test_by_unit_quantities_and_prices_are_told_as_people_write_them():
    contract = make.make_contract(
        accounting_method=AccountingMethod.UNIT,
        lines=[LineInput("Dig", quantity=10_5000, unit="m³", unit_price=18_5000)],
    )
    (line,) = own_lines(contract)
    set_sov_lines(make.OPERATOR, contract, [as_typed(line, quantity=12_0000)])
    assert told(contract) == {
        "quantity of 1 Dig": ("10.5", "12"),
        "scheduled value of 1 Dig": ("194.25", "222.00"),
        "sum": ("194.25", "222.00"),
    }


def test_headings_change_even_when_claims_stand_on_the_lines():
    contract = make.make_contract()
    create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    first, second, _ = own_lines(contract)
    assert set_groups(make.OPERATOR, contract, {first.pk: " Substructure ", second.pk: "Substructure"}) == 2
    assert [line.group for line in own_lines(contract)] == ["Substructure", "Substructure", ""]
    assert told(contract)["heading of 1 Footings"] == ("—", "Substructure")
    assert set_groups(make.OPERATOR, contract, {first.pk: "Substructure"}) == 0


def test_headings_are_the_administrators_and_of_this_contract():
    contract, other = make.make_contract(), make.make_contract()
    contact = make.actor_of(make.make_claim_contact(contract))
    (first, *_), (foreign, *_) = own_lines(contract), own_lines(other)
    with pytest.raises(Refused):
        set_groups(contact, contract, {first.pk: "Mine"})
    with pytest.raises(BadInput, match="not in this contract any more"):
        set_groups(make.OPERATOR, contract, {foreign.pk: "Mine"})
    with pytest.raises(BadInput, match="at most 100 characters"):
        set_groups(make.OPERATOR, contract, {first.pk: "x" * 101})


def test_a_breakdown_begins_again_when_figures_change_and_stays_when_words_do():
    contract = make.make_contract(uses_sub_sov=True)
    Contract.objects.filter(pk=contract.pk).update(sub_sov_status=SubSovStatus.APPROVED)
    first, *rest = own_lines(contract)
    others = [as_typed(line) for line in rest]
    set_sov_lines(make.OPERATOR, contract, [as_typed(first, description="Footings and pads"), *others])
    contract.refresh_from_db()
    assert contract.sub_sov_status == SubSovStatus.APPROVED
    set_sov_lines(make.OPERATOR, contract, [as_typed(first, scheduled_value=1_00), *others])
    contract.refresh_from_db()
    assert contract.sub_sov_status == SubSovStatus.DRAFT


def test_a_deleted_draft_is_forgotten_where_its_lines_changed():
    contract = make.make_contract()
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    delete_claim(make.OPERATOR, claim)
    first, *rest = own_lines(contract)
    rows = [as_typed(first, scheduled_value=1_00), *(as_typed(line) for line in rest)]
    set_sov_lines(make.OPERATOR, contract, rows)
    assert set(ClaimLine.objects.filter(claim=claim).values_list("sov_line_id", flat=True)) == {
        line.pk for line in rest
    }


def test_a_thousand_lines_are_changed_in_a_bounded_number_of_queries(django_assert_max_num_queries):
    contract = make.make_contract(lines=[LineInput(f"Line {n}", n) for n in range(400)])
    rows = [as_typed(line, scheduled_value=line.scheduled_value + 1) for line in own_lines(contract)]
    with django_assert_max_num_queries(26):
        set_sov_lines(make.OPERATOR, contract, rows)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_done_the_schedule_is_what_was_typed(data):
    contract = make.make_contract(lines=[(f"Line {n}", n * 100) for n in range(4)])
    existing = own_lines(contract)
    kept = data.draw(
        st.permutations(existing).flatmap(lambda rows: st.integers(0, 4).map(lambda n: rows[:n]))
    )
    amounts = st.integers(-(10**12), 10**12)
    rows = [as_typed(line, scheduled_value=data.draw(amounts)) for line in kept]
    rows += [LineInput(f"New {n}", data.draw(amounts)) for n in range(data.draw(st.integers(0, 2)))]
    set_sov_lines(make.OPERATOR, contract, rows)
    now = own_lines(contract)
    assert [(line.description, line.scheduled_value) for line in now] == [
        (row.description, row.scheduled_value) for row in rows
    ]
    assert [line.pk for line in now[: len(kept)]] == [line.pk for line in kept]
    assert [line.position for line in now] == list(range(1, len(rows) + 1))


def test_only_an_administrator_writes_lines():
    contract = make.make_contract(is_private=False)
    reader = make.actor_of(make.make_member(contract.project, Level.STANDARD))
    with pytest.raises(Refused):
        set_sov_lines(reader, contract, [LineInput("Mine", 1)])
