"""A claim filled in from a spreadsheet: our own dropped back, or the claimant's own continuation sheet (R-CONTACT)."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.sheets.book import Book
from tallystick.sheets.opening import open_book
from tests import factories as make

pytestmark = pytest.mark.django_db

Rows = Sequence[Sequence[object]]
THEIRS: Rows = (
    ("A", "B", "C", "D", "E", "F", "G"),
    ("Item", "Description of work", "Scheduled value", "From previous application", "This period",
     "Materials presently stored", "Total completed and stored to date"),
    (1, "Footings", "50000", "0", "25000", "", "25000"),
    (2, "Slab on ground", "30000", "0", "1500.50", "4000", "5500.50"),
    (3, "Columns", "20000", "0", "", "", ""),
    ("", "GRAND TOTAL", "100000", "0", "26500.50", "4000", "30500.50"),
)  # fmt: skip


class Fill:
    """A claim contact with a claim to fill in."""

    def __init__(self, **facts: Any) -> None:
        self.contract = make.make_contract(**facts)
        self.period = make.open_period_of(self.contract.project)
        self.contact = make.make_claim_contact(self.contract)
        self.claim = create_claim(make.OPERATOR, self.contract, self.period)
        self.browser = make.signed_in(self.contact)

    def upload(self, data: bytes | Rows, name: str = "claim.csv", claim: Claim | None = None) -> Any:
        if not isinstance(data, bytes):
            target = io.StringIO()
            csv.writer(target).writerows(data)
            data = target.getvalue().encode()
        address = reverse("claim-fill", args=[(claim or self.claim).pk])
        return self.browser.post(address, {"file": SimpleUploadedFile(name, data)})

    def looked_at(self, data: bytes | Rows, claim: Claim | None = None) -> str:
        self.address = self.upload(data, claim=claim)["Location"]
        return str(self.browser.get(self.address).content.decode())

    def confirm(self, page: str) -> Any:
        form = page[page.rindex('<form method="post"') :]
        fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
        return self.browser.post(self.address, dict(fields))

    def download(self) -> Book:
        response = self.browser.get(reverse("claim-export", args=[self.claim.pk]))
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as target:
            target.write(b"".join(response.streaming_content))
            target.flush()
            return open_book(Path(target.name), "own.xlsx")

    def typed_into(self, book: Book, change: Callable[[list[list[str]]], None]) -> bytes:
        """The workbook again, as a spreadsheet program would save it after somebody typed into its first sheet."""
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
            for number, sheet in enumerate(book.sheets):
                rows = [list(row) for row in sheet.rows]
                if number == 0:
                    change(rows)
                made = workbook.add_worksheet(sheet.name)
                if sheet.hidden:
                    made.hide()
                for row, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        if cell.startswith("n"):
                            made.write_number(row, column, float(cell[1:]))
                        elif cell:
                            made.write_string(row, column, cell[1:])
        return target.getvalue()

    def work(self) -> list[int]:
        return [line.claimed_work for line in lines_of(self.claim)]

    def stored(self) -> list[int]:
        return [line.claimed_materials_new for line in lines_of(self.claim)]


@pytest.fixture
def fill() -> Fill:
    return Fill()


def column(rows: list[list[str]], label: str) -> int:
    return rows[0].index(f"t{label}")


def test_their_continuation_sheet_is_matched_and_taken_over(fill: Fill) -> None:
    page = fill.looked_at(THEIRS)
    assert "3 rows are recognised; 2 lines would change" in page
    assert fill.work() == [0, 0, 0]

    answer = fill.confirm(page)

    assert answer["Location"] == reverse("claim", args=[fill.claim.pk])
    assert fill.work() == [25_000_00, 1_500_50, 0]
    assert fill.stored() == [0, 4_000_00, 0]


def test_sending_it_twice_is_harmless(fill: Fill) -> None:
    page = fill.looked_at(THEIRS)
    fill.confirm(page)
    version = Claim.objects.get(pk=fill.claim.pk).version
    assert fill.confirm(page).status_code == 302
    assert Claim.objects.get(pk=fill.claim.pk).version == version


def test_differences_to_what_is_known_are_told_by_cell(fill: Fill) -> None:
    rows = [list(row) for row in THEIRS]
    rows[2][2], rows[3][3] = "52000", "900"
    page = fill.looked_at(rows)
    assert "<strong>C3</strong>: the sheet says 52,000.00; the contract says 50,000.00." in page
    assert "<strong>D4</strong>: the sheet says 900.00; earlier claims come to 0.00." in page


def test_a_cell_that_cannot_be_read_stops_everything(fill: Fill) -> None:
    rows = [list(row) for row in THEIRS]
    rows[3][4] = "see docket"
    page = fill.looked_at(rows)
    assert "<strong>E4</strong>: “see docket” is not an amount." in page
    assert fill.confirm(page).status_code == 422
    assert fill.work() == [0, 0, 0]


def test_a_percentage_of_the_scheduled_value_may_be_typed(fill: Fill) -> None:
    rows = [list(row) for row in THEIRS]
    rows[4][4] = "50%"
    fill.confirm(fill.looked_at(rows))
    assert fill.work()[2] == 10_000_00


def test_a_row_with_figures_that_is_no_line_is_not_lost_in_silence(fill: Fill) -> None:
    rows = [*THEIRS[:5], (9, "Extra scaffolding", "", "", "800", "", "")]
    page = fill.looked_at(rows)
    assert "<strong>E6</strong>: 800 stands beside “9 Extra scaffolding”, which is no line of this" in page
    assert fill.confirm(page).status_code == 422


def test_rows_in_another_order_without_items_are_matched_by_their_description(fill: Fill) -> None:
    rows = (("Description", "This claim"), ("Columns", "300"), ("footings", "100"))
    page = fill.looked_at(rows)
    assert "1 line is not in the sheet and stay" in page
    fill.confirm(page)
    assert fill.work() == [100_00, 0, 300_00]


def test_over_claiming_is_told_by_its_cell_before_anything_is_saved() -> None:
    fill = Fill(over_claiming="refuse")
    rows = [list(row) for row in THEIRS]
    rows[2][4] = "60000"
    page = fill.looked_at(rows)
    assert "<strong>E3</strong>" in page
    assert "sheet-problems" in page
    assert fill.confirm(page).status_code == 422
    assert fill.work() == [0, 0, 0]


def test_our_own_workbook_is_downloaded_filled_in_and_dropped_back(fill: Fill) -> None:
    book = fill.download()

    def type_in(rows: list[list[str]]) -> None:
        work, new = column(rows, "This period"), column(rows, "New materials")
        rows[1][work] = "n12500.25"
        rows[3][new] = "n700"
        del rows[2]  # a line that they don't claim on

    page = fill.looked_at(fill.typed_into(book, type_in))
    assert "This is the spreadsheet that was downloaded from this" in page
    fill.confirm(page)
    assert fill.work() == [12_500_25, 0, 0]
    assert fill.stored() == [0, 0, 700_00]


def test_our_own_workbook_untouched_changes_nothing(fill: Fill) -> None:
    book = fill.download()
    page = fill.looked_at(fill.typed_into(book, lambda rows: None))
    assert "nothing would change" in page
    assert fill.confirm(page).status_code == 422


def test_what_somebody_else_typed_meanwhile_stays_where_the_sheet_was_not_touched(fill: Fill) -> None:
    book = fill.download()
    first, second, _ = lines_of(fill.claim)
    save_entries(make.OPERATOR, fill.claim, [EntryEdit(first.pk, work=1_00), EntryEdit(second.pk, work=2_00)])

    def type_in(rows: list[list[str]]) -> None:
        rows[2][column(rows, "This period")] = "n500"

    page = fill.looked_at(fill.typed_into(book, type_in))
    assert "was changed after the spreadsheet was downloaded" in page
    assert "somebody changed this to 2.00 after you downloaded the spreadsheet" in page
    fill.confirm(page)
    assert fill.work() == [1_00, 500_00, 0]


def test_columns_may_be_moved_in_our_own_workbook(fill: Fill) -> None:
    book = fill.download()

    def type_in(rows: list[list[str]]) -> None:
        rows[1][column(rows, "This period")] = "n40"
        for row in rows:
            row.insert(1, "tmy note")

    fill.confirm(fill.looked_at(fill.typed_into(book, type_in)))
    assert fill.work() == [40_00, 0, 0]


def test_the_workbook_of_another_claim_is_told(fill: Fill) -> None:
    book = fill.download()
    other = make.make_contract(fill.contract.project, fill.contract.company)
    make.contracts.add_claim_contact(make.OPERATOR, other, fill.contact)
    claim = create_claim(make.OPERATOR, other, fill.period)
    page = fill.looked_at(fill.typed_into(book, lambda rows: None), claim=claim)
    assert (
        f"This is the spreadsheet of claim 1 of contract {fill.contract.number}, not of {other.number}."
        in page
    )
    assert fill.confirm(page).status_code == 422


def test_by_unit_quantities_are_taken_over() -> None:
    lines = [make.LineInput("Dig in rock", quantity=500_0000, unit="m³", unit_price=125_0000)]
    fill = Fill(accounting_method="unit", lines=lines)
    rows = (("Item", "Description", "Qty this period", "This period"), ("1", "Dig in rock", "100", "12500"))
    fill.confirm(fill.looked_at(rows))
    assert fill.work() == [12_500_00]
    assert [line.claimed_quantity for line in lines_of(fill.claim)] == [100_0000]


def test_a_claim_under_review_is_not_filled_in_by_its_contact(fill: Fill) -> None:
    page = fill.looked_at(THEIRS)
    move_claim(make.OPERATOR, fill.claim, ClaimStatus.UNDER_REVIEW)
    assert fill.confirm(page).status_code == 403
    assert fill.upload(THEIRS).status_code == 403


def test_a_reviewer_fills_in_what_is_assessed(fill: Fill) -> None:
    move_claim(make.OPERATOR, fill.claim, ClaimStatus.UNDER_REVIEW)
    fill.browser = make.signed_in(make.make_member(fill.contract.project, Level.ADMIN))
    fill.confirm(fill.looked_at(THEIRS))
    assert fill.work() == [0, 0, 0]
    assert [line.assessed_work for line in lines_of(fill.claim)] == [25_000_00, 1_500_50, 0]


def test_a_change_between_looking_and_taking_over_is_told(fill: Fill) -> None:
    page = fill.looked_at(THEIRS)
    save_entries(make.OPERATOR, fill.claim, [EntryEdit(lines_of(fill.claim)[0].pk, work=7_00)])
    answer = fill.confirm(page)
    assert answer.status_code == 409
    assert fill.work() == [7_00, 0, 0]
