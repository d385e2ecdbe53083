"""Lines typed, pasted, and saved without overwriting what somebody else saved."""

import re

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.claims.models import Claim
from tallystick.contracts.models import Contract
from tallystick.contracts.sov import MOST_LINES
from tallystick.core.errors import BadInput
from tallystick.directory.models import Project
from tallystick.web.contracts.sov_grid import read_grid
from tests.factories import (
    LineInput,
    make_contract,
    make_member,
    make_project,
    open_period_of,
    signed_in,
)


def contract_by(method: str = "amount", currency: str = "AUD") -> Contract:
    """A contract that no database knows: enough to read a grid against."""
    return Contract(accounting_method=method, currency=currency)


def posted(**columns: list[str]) -> QueryDict:
    """A grid as the browser sends it."""
    query = QueryDict(mutable=True)
    for name, values in columns.items():
        query.setlist(name, values)
    return query


def test_blank_rows_are_left_out_and_figures_are_read_as_people_type_them() -> None:
    grid = read_grid(
        posted(description=["Footings", "", " ", "Credit"], scheduled_value=["$1,234.50", "", "", "(500)"]),
        contract_by(),
    )
    assert [(line.description, line.scheduled_value) for line in grid.lines] == [
        ("Footings", 123450),
        ("Credit", -50000),
    ]
    assert grid.problems == [] and grid.total == 73450


def test_each_line_that_can_not_be_read_says_why_and_keeps_its_text() -> None:
    grid = read_grid(
        posted(description=["", "Slab"], scheduled_value=["5", "1.234.5"]),
        contract_by(),
    )
    assert [problem.split(":")[0] for problem in grid.problems] == ["Line 1", "Line 2"]
    assert grid.rows[0].problem == "Say what the work is." and grid.rows[1].scheduled_value == "1.234.5"


def test_by_unit_the_value_follows_from_quantity_and_price() -> None:
    grid = read_grid(
        posted(description=["Dig"], quantity=["12,500"], unit=["m³"], unit_price=["18.505"]),
        contract_by("unit"),
    )
    assert (grid.lines[0].quantity, grid.lines[0].unit_price) == (125_000_000, 185_050)
    assert grid.total == 231_312_50


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1\tC10\tFootings\t500.00", [("1", "C10", "Footings", 50000)]),
        ("Footings\t500.00\nSlab\t-20", [("", "", "Footings", 50000), ("", "", "Slab", -2000)]),
        ("C10\tFootings\t500.00\n\n", [("", "C10", "Footings", 50000)]),
    ],
)
def test_rows_pasted_from_a_spreadsheet(text: str, lines: list[tuple[str, str, str, int]]) -> None:
    grid = read_grid(posted(pasted=[text]), contract_by())
    assert grid.problems == []
    assert [(x.item_number, x.cost_code, x.description, x.scheduled_value) for x in grid.lines] == lines


def test_more_lines_than_can_be_taken_at_once_are_refused() -> None:
    with pytest.raises(BadInput, match="more than 10,000 lines"):
        read_grid(posted(description=["x"] * (MOST_LINES + 1)), contract_by())


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=600),
            st.text(max_size=40),
        ),
        max_size=8,
    ),
    st.text(max_size=200),
    st.sampled_from(["amount", "unit"]),
)
def test_whatever_is_typed_is_read_or_told_but_never_breaks(
    rows: list[tuple[str, str]], pasted: str, method: str
) -> None:
    grid = read_grid(
        posted(
            description=[row[0] for row in rows],
            scheduled_value=[row[1] for row in rows],
            quantity=[row[1] for row in rows],
            unit_price=[row[1] for row in rows],
            pasted=[pasted],
        ),
        contract_by(method),
    )
    assert len(grid.lines) + len(grid.problems) == len(grid.rows)


# --- in the browser ---------------------------------------------------------------------------------------------


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def admin(project: Project) -> Client:
    return signed_in(make_member(project, Level.ADMIN))


def seen_on(client: Client, contract: Contract) -> str:
    """The mark of the lines that a page shows."""
    found = re.search(
        r'name="seen" value="([^"]+)"', client.get(f"/contracts/{contract.pk}/lines/edit").content.decode()
    )
    assert found
    return found[1]


def test_lines_are_saved_in_their_order(project: Project, admin: Client) -> None:
    contract = make_contract(project, lines=())
    sent = {"seen": seen_on(admin, contract), "description": ["B", "A"], "scheduled_value": ["2", "1"]}
    assert admin.post(f"/contracts/{contract.pk}/lines", sent).status_code == 302
    assert list(contract.lines.values_list("description", "scheduled_value")) == [("B", 200), ("A", 100)]


def test_more_rows_keeps_what_was_typed_and_saves_nothing(project: Project, admin: Client) -> None:
    contract = make_contract(project, lines=())
    sent = {"seen": "x", "description": ["Half a line"], "scheduled_value": [""], "act": "more"}
    page = admin.post(f"/contracts/{contract.pk}/lines", sent).content.decode()
    assert "Half a line" in page and page.count('name="description"') > 15
    assert not contract.lines.exists()


def test_lines_that_somebody_else_saved_meanwhile_are_not_overwritten(
    project: Project, admin: Client
) -> None:
    contract = make_contract(project, lines=[("Old", 1_00)])
    mine = {"seen": seen_on(admin, contract), "description": ["Mine"], "scheduled_value": ["5"]}
    theirs = {**mine, "description": ["Theirs"]}
    admin.post(f"/contracts/{contract.pk}/lines", theirs)
    response = admin.post(f"/contracts/{contract.pk}/lines", mine)
    assert response.status_code == 409 and "Mine" in response.content.decode()
    assert contract.lines.get().description == "Theirs"


def test_sending_the_same_lines_again_is_harmless(project: Project, admin: Client) -> None:
    contract = make_contract(project, lines=())
    sent = {"seen": seen_on(admin, contract), "description": ["A"], "scheduled_value": ["1"]}
    admin.post(f"/contracts/{contract.pk}/lines", sent)
    admin.post(f"/contracts/{contract.pk}/lines", sent)
    assert contract.lines.count() == 1


def test_lines_that_were_claimed_on_stay_and_the_button_says_why(project: Project, admin: Client) -> None:
    contract = make_contract(project)
    period = open_period_of(project)
    Claim.objects.create(
        contract=contract,
        period=period,
        number=1,
        billing_date=period.due,
        period_start=period.start,
        period_end=period.end,
    )
    page = admin.get(f"/contracts/{contract.pk}/lines").content.decode()
    assert "so its lines can&#x27;t change. Record the change as a variation." in page
    assert admin.get(f"/contracts/{contract.pk}/lines/edit").status_code == 403


def test_a_thousand_lines_are_shown_and_saved(project: Project, admin: Client) -> None:
    lines = [LineInput(f"Line {n}", n * 100) for n in range(1000)]
    contract = make_contract(project, lines=lines)
    assert admin.get(f"/contracts/{contract.pk}/lines").status_code == 200
    sent = {
        "seen": seen_on(admin, contract),
        "description": [f"Line {n}" for n in range(1000)],
        "scheduled_value": [str(n) for n in range(1000)],
    }
    assert admin.post(f"/contracts/{contract.pk}/lines", sent).status_code == 302
    assert contract.lines.count() == 1000
