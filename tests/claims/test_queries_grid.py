"""Cells of the grid: what is read from them, what is written into them, which columns a claim needs."""

import pytest

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.detail import claim_page
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.grid import claim_grid
from tallystick.claims.grid.typed import read_cells
from tallystick.claims.history import history_page
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus, Side
from tallystick.claims.storage import lines_of
from tallystick.core.errors import BadInput
from tallystick.terms import dictionary, use
from tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


def story(**facts):
    project = make.make_project()
    contract = make.make_contract(project, **facts)
    period = make.open_period_of(project)
    admin = make.actor_of(make.make_member(project, Level.ADMIN))
    return contract, period, admin, create_claim(admin, contract, period)


def typed(actor, claim, **cells):
    """Type cells on the first line."""
    lines = lines_of(claim)
    edits = read_cells(claim, lines, {lines[0].pk: cells})
    saved = save_entries(actor, claim, edits)
    return saved.claim, saved.lines[0]


def shown(grid, column, row=0):
    keys = [c.key for c in grid.columns]
    return grid.groups[0].rows[row].cells[keys.index(column)]


@pytest.mark.parametrize(
    ("column", "text", "work"),
    [
        ("work", "1,234.5", 1_234_50),
        ("work", "(500)", -500_00),
        ("work", "−500", -500_00),
        ("work", "12%", 6_000_00),
        ("work", "", 0),
        ("percent", "60", 30_000_00),
        ("percent", "60%", 30_000_00),
        ("percent", "", 0),
    ],
)
def test_amounts_and_percentages_become_amounts(column, text, work):
    _, _, admin, claim = story()
    _, line = typed(admin, claim, **{column: text})
    assert line.claimed_work == line.assessed_work == work


def test_an_amount_typed_beside_a_percentage_wins():
    _, _, admin, claim = story()
    _, line = typed(admin, claim, work="100", percent="60")
    assert line.claimed_work == 100_00


def test_materials_retention_and_release():
    _, _, admin, claim = story(retain_materials=True, materials_retention_bp=1000)
    claim, line = typed(admin, claim, work="10,000", new="4%", retention="10%", materials_retention="5")
    assert (line.claimed_materials_new, line.work_retention_this) == (2_000_00, 1_000_00)
    assert line.materials_retention_this == 5_00
    claim, line = typed(admin, claim, released="50%", retention="")
    assert (line.work_retention_this, line.work_retention_released) == (500_00, 500_00)


def test_a_finished_quantity_stands_at_a_hundred_percent_to_the_cent():
    line_input = make.LineInput("Pavers", quantity=3_0000, unit="m2", unit_price=33_3333)
    contract, period, admin, claim = story(accounting_method="unit", lines=[line_input])
    claim, line = typed(admin, claim, quantity="1.5")
    assert line.claimed_work == 50_00
    move_claim(admin, claim, S.UNDER_REVIEW)
    move_claim(admin, claim, S.APPROVED)
    _, line = typed(admin, create_claim(admin, contract, period), quantity="1.5")
    assert line.total_completed == line.scheduled_value == 100_00
    assert line.claimed_quantity == 1_5000


def test_every_cell_that_cannot_be_read_is_named():
    _, _, _, claim = story()
    lines = lines_of(claim)
    cells = {lines[0].pk: {"work": "1,2,3", "new": "5"}, lines[1].pk: {"percent": "much"}}
    with pytest.raises(BadInput) as refused:
        read_cells(claim, lines, cells)
    assert set(refused.value.fields) == {f"line-{lines[0].pk}:work", f"line-{lines[1].pk}:percent"}
    assert str(refused.value).startswith("Line 1: “1,2,3” can't be read")


def test_a_line_that_is_gone_is_told_when_saving():
    _, _, admin, claim = story()
    edits = read_cells(claim, lines_of(claim), {999_999: {"work": "1"}})
    with pytest.raises(BadInput, match=r"no longer in this progress claim"):
        save_entries(admin, claim, edits)


def test_the_grid_says_what_the_figures_are():
    contract, _, admin, claim = story()
    make.make_variation(contract, [("Extra", 5_000_00)], number="V-1", title="Extra works")
    claim, _ = typed(admin, claim, work="10,000")
    grid = claim_grid(admin, claim)
    assert [shown(grid, c) for c in ("scheduled", "work", "new", "total", "percent", "balance")] == [
        "50,000.00",
        "10,000.00",
        "",
        "10,000.00",
        "20%",
        "40,000.00",
    ]
    assert [shown(grid, c, 1) for c in ("work", "total", "percent", "retention")] == ["", "0.00", "", "0.00"]
    assert grid.totals[[c.key for c in grid.columns].index("scheduled")] == "100,000.00"
    assert [g.title for g in grid.groups] == [f"{contract.number} {contract.title}"]


def test_claimed_stands_beside_assessed_under_review_and_certified_afterwards():
    _, _, admin, claim = story()
    claim, _ = typed(admin, claim, work="10,000")
    labels = lambda grid: {c.key: (c.label, c.is_input) for c in grid.columns}  # noqa: E731
    assert labels(claim_grid(admin, claim))["work"] == ("This period", True)
    assert "claimed" not in labels(claim_grid(admin, claim))
    claim = move_claim(admin, claim, S.UNDER_REVIEW)
    claim, _ = typed(admin, claim, work="8,000")
    grid = claim_grid(admin, claim)
    assert labels(grid)["work"] == ("Assessed", True)
    assert (shown(grid, "claimed"), shown(grid, "work")) == ("10,000.00", "8,000.00")
    save_entries(admin, claim, [EntryEdit(lines_of(claim)[0].pk, review_reason="Not poured yet")])
    claim = move_claim(admin, claim, S.APPROVED_AS_NOTED)
    assert labels(claim_grid(admin, claim))["work"] == ("Certified", False)


def test_lines_that_the_contract_hides_stay_hidden():
    contract, _, _, claim = story(private_list_sees_sov=False)
    person = make.make_member(contract.project, commitments=Level.READ_ONLY)
    make.contracts.add_to_private_list(make.OPERATOR, contract, person)
    grid = claim_grid(make.actor_of(person), claim)
    assert grid.groups == ()
    assert "administrators and progress claim contacts" in grid.can_see.reason


def test_the_next_step_is_told_to_whom_it_waits_for():
    contract, _, admin, claim = story()
    contact = make.actor_of(make.make_claim_contact(contract))
    page = claim_page(contact, claim)
    assert (page.side, page.next_step.is_yours, page.primary.verb) == (Side.CONTACT, True, "Submit")
    assert not claim_page(admin, claim).next_step.is_yours
    claim = move_claim(admin, claim, S.UNDER_REVIEW)
    assert claim_page(contact, claim).primary is None
    page = claim_page(admin, claim)
    assert page.next_step.is_yours
    assert [page.primary.verb, *(step.verb for step in page.others)] == [
        "Approve",
        "Approve as noted",
        "Pass to owner for approval",
        "Send back for revision",
        "Return to draft",
    ]


def test_what_the_reviewer_changed_makes_as_noted_the_first_choice():
    _, _, admin, claim = story()
    claim, _ = typed(admin, claim, work="10,000")
    claim = move_claim(admin, claim, S.UNDER_REVIEW)
    claim, _ = typed(admin, claim, work="8,000")
    assert claim_page(admin, claim).primary.verb == "Approve as noted"


def test_the_face_has_nine_lines_in_the_words_in_force():
    _, _, admin, claim = story()
    claim, _ = typed(admin, claim, work="10,000")
    face = claim_page(admin, claim).face
    assert [(line.line, line.amount) for line in face.lines] == [
        ("1", 100_000_00),
        ("2", 0),
        ("3", 100_000_00),
        ("4", 10_000_00),
        ("5a", 500_00),
        ("5b", 0),
        ("5", 500_00),
        ("6", 9_500_00),
        ("7", 0),
        ("8", 9_500_00),
        ("9", 90_500_00),
    ]
    assert face.lines[4].label == "Retention on completed work (5.00%)"
    with use(dictionary("general_contractor", "en-US")):
        assert claim_page(admin, claim).face.lines[4].label == "Retainage on completed work (5.00%)"


def test_the_history_tells_figures_as_people_read_them():
    _, _, admin, claim = story()
    claim, _ = typed(admin, claim, work="10,000", retention="10%")
    entry = history_page(claim).entries[0]
    assert entry.text == "changed 1 line of this progress claim"
    changes = {change.label: (change.before, change.after) for change in entry.changes}
    assert {change.line for change in entry.changes} == {"Line 1 Footings"}
    assert changes["work this period"] == ("$0.00", "$10,000.00")
    assert changes["retention on work, rate"] == ("0%", "10%")
    assert changes["retention on work is"] == ("by the contract’s rules", "typed as a rate")
    assert not any("assessed" in label for label in changes)
