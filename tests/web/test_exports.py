"""Everything can be taken away: what is stored, what the .xlsx and the .csv say are the same to the cent."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.detail import face_of
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.exporting import claim_columns, claim_lines_table, claim_tables
from tallystick.claims.models import Claim
from tallystick.claims.storage import lines_of
from tallystick.core.money import to_decimal_string
from tallystick.sheets.book import Book
from tallystick.sheets.opening import open_book
from tests import factories as make

pytestmark = pytest.mark.django_db


def read_back(response: Any, ending: str) -> Book:
    """What was exported, read by our own reader of spreadsheets."""
    with tempfile.NamedTemporaryFile(suffix=ending) as target:
        target.write(b"".join(response.streaming_content))
        target.flush()
        return open_book(Path(target.name), f"export{ending}")


def exported(client: Client, name: str, key: int, ending: str = ".xlsx", **query: object) -> Book:
    address = reverse(name, args=[key])
    response = client.get(address, {**query, **({"as": "csv"} if ending == ".csv" else {})})
    assert response.status_code == 200
    return read_back(response, ending)


def texts(book: Book, sheet: int = 0) -> list[list[str]]:
    return [[cell[1:] for cell in row] for row in book.sheets[sheet].rows]


def same(shown: str, stored: int | None, places: int) -> bool:
    """Whether a cell's text is the stored integer; an empty cell is none."""
    if stored is None:
        return shown == ""
    whole, _, fraction = shown.partition(".")
    return (
        int(whole.lstrip("-") + fraction.ljust(places, "0")[:places]) * (-1 if shown.startswith("-") else 1)
        == stored
        and len(fraction.rstrip("0")) <= places
    )


PLACES = {"money": 2, "percent": 4, "quantity": 4, "price": 4}
amounts = st.integers(min_value=0, max_value=90_000_00)


@settings(max_examples=8)
@given(
    work=st.lists(amounts, min_size=3, max_size=3),
    new=st.lists(st.integers(min_value=0, max_value=5_000_00), min_size=3, max_size=3),
    by_unit=st.booleans(),
)
def test_a_claim_is_the_same_in_the_database_the_workbook_and_the_csv(
    work: list[int], new: list[int], by_unit: bool
) -> None:
    lines = [
        make.LineInput(
            "Footings", 90_000_00, quantity=720_0000, unit="m³", unit_price=125_0000, group="Below"
        ),
        make.LineInput("Slab =1+1", 95_000_00, quantity=1_000_0000, unit="m²", unit_price=95_0875),
        make.LineInput(
            "Columns 🏗", 99_000_00, quantity=990_0000, unit="m", unit_price=100_0000, group="Above"
        ),
    ]
    method = "unit" if by_unit else "amount"
    contract = make.make_contract(accounting_method=method, lines=lines, retain_materials=True)
    make.make_variation(
        contract, [make.LineInput("Credit", -1_000_00, quantity=-10_0000, unit_price=100_0000)]
    )
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    rows = lines_of(claim)
    edits = [
        EntryEdit(
            line.pk,
            work=None if by_unit else amount,
            quantity=amount if by_unit else None,
            materials_new=stored,
        )
        for line, amount, stored in zip(rows, work, new, strict=False)
    ]
    saved = save_entries(make.OPERATOR, claim, edits)
    browser = make.signed_in(make.make_member(contract.project, Level.ADMIN))

    workbook = exported(browser, "claim-export", claim.pk)
    csv = exported(browser, "claim-export", claim.pk, ".csv")

    columns = claim_columns(saved.claim, editable=True)
    in_workbook = [row for row in texts(workbook)[1:] if len(row) > len(columns) and row[len(columns)]]
    in_csv = texts(csv)[1:]
    assert len(in_workbook) == len(in_csv) == len(saved.lines)
    stored_lines = lines_of(Claim.objects.select_related("contract__project").get(pk=claim.pk))
    for line, one, two in zip(stored_lines, in_workbook, in_csv, strict=True):
        for place, column in enumerate(columns):
            stored = column.of(line)
            places = PLACES.get(column.column.kind)
            plain = two[place + 1] if place + 1 < len(two) else ""
            if places is None:
                assert one[place] == plain == (stored or "")
            else:
                assert same(one[place], stored, places), column.key
                assert same(plain, stored, 2 if column.column.kind == "percent" else places), column.key


def test_the_summary_is_the_face_of_the_claim() -> None:
    claim = a_claim()
    browser = make.signed_in(make.make_member(claim.contract.project, Level.ADMIN))
    book = exported(browser, "claim-export", claim.pk)
    claim = Claim.objects.select_related("contract__project", "contract__company").get(pk=claim.pk)
    found = {row[1]: row[2] for row in texts(book, 1) if len(row) > 2}
    for line in face_of(claim).lines:
        assert same(found[line.label], line.amount, 2), line.label


def a_claim() -> Claim:
    contract = make.make_contract()
    claim = create_claim(make.OPERATOR, contract, make.open_period_of(contract.project))
    line = lines_of(claim)[0]
    return save_entries(make.OPERATOR, claim, [EntryEdit(line.pk, work=12_345_67)]).claim


def test_totals_of_the_workbook_are_the_sums_of_its_lines() -> None:
    claim = a_claim()
    table = claim_tables(claim, lines_of(claim), editable=False)[0]
    rows = list(table.rows)
    money = [
        place for place, column in enumerate(table.columns) if column.kind == "money" and not column.hidden
    ]
    lines, total = [row for row in rows if row.style == "line"], rows[-1]
    for place in money:
        assert total.values[place] == sum(row.values[place] or 0 for row in lines)  # type: ignore[misc]


def test_columns_are_named_once() -> None:
    claim = a_claim()
    labels = [column.label for column in claim_lines_table(claim, lines_of(claim)).columns]
    assert len(labels) == len(set(labels))


def test_a_list_is_exported_as_it_is_narrowed() -> None:
    claim = a_claim()
    project = claim.contract.project
    other = make.make_contract(project, title="Roofing")
    browser = make.signed_in(make.make_member(project, Level.ADMIN))

    everything = texts(exported(browser, "claims-export", project.pk, ".csv"))
    assert [row[0] for row in everything[1:3]] == [claim.contract.number, other.number]
    amount = everything[0].index("Claimed")
    assert everything[1][amount] == to_decimal_string(12_345_67)
    narrowed = texts(exported(browser, "claims-export", project.pk, ".csv", q="Roofing"))
    assert [row[0] for row in narrowed[1:]] == [other.number, "Total"]

    ticked = browser.post(
        reverse("claims-export", args=[project.pk]), {"claim": claim.pk, "as": "csv", "period": "all"}
    )
    assert [row[0] for row in texts(read_back(ticked, ".csv"))[1:]] == [claim.contract.number, "Total"]


def test_what_somebody_may_not_see_is_not_exported() -> None:
    claim = a_claim()
    project = claim.contract.project
    hidden = make.make_contract(project)
    contact = make.make_claim_contact(claim.contract)
    browser = make.signed_in(contact)
    numbers = [row[0] for row in texts(exported(browser, "commitments-export", project.pk, ".csv"))]
    assert claim.contract.number in numbers
    assert hidden.number not in numbers
    assert browser.get(reverse("sov-export", args=[hidden.pk])).status_code == 404


def test_a_schedule_that_was_exported_can_be_imported() -> None:
    from tallystick.contracts.importing import guess, read_lines, terms_for

    contract = make.make_contract(lines=[make.LineInput("Footings", 50_000_00, "1", "03-100", group="Below")])
    browser = make.signed_in(make.make_member(contract.project, Level.ADMIN))
    for ending in (".xlsx", ".csv"):
        book = exported(browser, "sov-export", contract.pk, ending)
        terms = terms_for("amount", "AUD", "en-AU")
        reading = read_lines(book, guess(book, terms), terms)
        assert reading.inputs == [make.LineInput("Footings", 50_000_00, "1", "03-100", group="Below")]
        assert reading.agrees


@pytest.mark.parametrize(
    "name",
    ["commitments-export", "head-contracts-export", "periods-export", "claims-export", "retention-export"],
)
def test_every_list_of_a_project_can_be_exported(name: str) -> None:
    claim = a_claim()
    make.make_head_contract(claim.contract.project)
    browser = make.signed_in(make.make_member(claim.contract.project, Level.ADMIN))
    for ending in (".xlsx", ".csv"):
        assert len(texts(exported(browser, name, claim.contract.project_id, ending))) > 1


@pytest.mark.parametrize(
    "name",
    [
        "sov-export",
        "variations-export",
        "contract-history-export",
        "contract-retention-export",
        "payments-export",
    ],
)
def test_everything_of_a_contract_can_be_exported(name: str) -> None:
    claim = a_claim()
    make.make_variation(claim.contract)
    browser = make.signed_in(make.make_member(claim.contract.project, Level.ADMIN))
    for ending in (".xlsx", ".csv"):
        assert len(texts(exported(browser, name, claim.contract_id, ending))) > 1


def test_the_file_is_named_in_the_projects_words() -> None:
    claim = a_claim()
    browser = make.signed_in(make.make_member(claim.contract.project, Level.ADMIN))
    response: HttpResponse = browser.get(reverse("claim-export", args=[claim.pk]))
    assert f"Progress claim - {claim.contract.number} - 1.xlsx" in response.headers["Content-Disposition"]


def test_history_is_exported_change_by_change() -> None:
    claim = a_claim()
    browser = make.signed_in(make.make_member(claim.contract.project, Level.ADMIN))
    rows = texts(exported(browser, "claim-history-export", claim.pk, ".csv"))
    assert rows[0] == ["When", "Who", "What", "Changed", "From", "To"]
    assert len(rows) > 2


def test_a_list_is_exported_by_as_many_queries_for_many_rows_as_for_one() -> None:
    claim = a_claim()
    project = claim.contract.project
    browser = make.signed_in(make.make_member(project, Level.ADMIN))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            exported(browser, "claims-export", project.pk, ".csv", period="all")
        return len(queries)

    asked()
    one = asked()
    for _ in range(3):
        contract = make.make_contract(project)
        create_claim(make.OPERATOR, contract, claim.period)  # type: ignore[arg-type]
    assert asked() == one
