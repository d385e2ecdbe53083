"""One calculation everywhere: what the grid shows as one types, what is stored, the PDF, the .xlsx and the .csv."""

import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.claims.detail import face_of
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.exporting import claim_columns
from tallystick.claims.grid import claim_grid
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.core.arithmetic import SCALE
from tallystick.core.money import (
    format_money,
    format_percent,
    format_quantity,
    format_unit_price,
    to_decimal_string,
)
from tallystick.directory.models import Person
from tallystick.documents.rendering import default_pdf, load_claim
from tallystick.documents.store import local_path
from tallystick.sheets.opening import open_book
from tallystick.sheets.table import Kind
from tests import factories as make
from tests.e2e.test_grid import cell, pasted, saved

Login = Callable[[Page, Person], None]
Shown = dict[str, dict[str, str]]
S = ClaimStatus
ENTRIES = re.compile(r"/entries$")

BY_AMOUNT = [("Piling", 120_000_01), ("Footings", 80_000_50), ("Slab", 99_999_99), ("Columns", 33_333_33)]
BY_UNIT = [
    make.LineInput("Blockwork", quantity=333 * SCALE + 3_333, unit="m²", unit_price=87_1250),
    make.LineInput("Lintels", quantity=17 * SCALE, unit="no", unit_price=145_3333),
    make.LineInput("Render", quantity=1_204 * SCALE + 5_000, unit="m²", unit_price=31_0075),
    make.LineInput("Scaffold credit", quantity=-3 * SCALE, unit="week", unit_price=411_1100),
]


@pytest.mark.parametrize("method", ["amount", "unit"])
def test_grid_server_pdf_and_spreadsheets_say_the_same(page: Page, login: Login, method: str) -> None:
    admin, claim = _second_claim(method)
    login(page, admin)
    page.goto(reverse("claim", args=[claim.pk]))
    expect(page.locator("[data-state]")).to_contain_text("All changes are saved")
    page.route(ENTRIES, _hold)
    _type(page, claim, method)
    live_rows, live_face = _rows_shown(page), _face_shown(page)
    expect(page.locator("[data-state]")).to_contain_text("Saving")
    page.unroute(ENTRIES)  # lets go of what was held
    saved(page)
    page.locator("h1").click()

    stored = Claim.objects.select_related("contract__project", "contract__company").get(pk=claim.pk)
    lines = lines_of(stored)
    rows = _rows_shown(page)
    assert live_rows == rows, "what followed the keys is what the server answered"
    assert live_face == _face_shown(page)
    columns = claim_grid(make.OPERATOR, stored).columns
    assert {column.key for column in columns} >= {
        "work",
        "new",
        "left",
        "total",
        "balance",
        "retention",
        "held",
    }
    for line in lines:
        for column in columns:
            shown = rows[str(line.pk)][column.key]
            assert _same(shown, column.of(line), column.kind), (line, column.key)
    _compare_face(live_face, stored)
    _compare_spreadsheets(admin, stored, lines)
    _compare_paper(stored, lines)


def _hold(_: Route) -> None:
    """Leave a request without an answer."""


def _second_claim(method: str) -> tuple[Person, Claim]:
    """A claim that stands on another: something was done before, something is in store."""
    project = make.make_project()
    contract = make.make_contract(
        project,
        lines=BY_UNIT if method == "unit" else BY_AMOUNT,
        accounting_method=method,
        work_retention_bp=750,
        retain_materials=True,
        materials_retention_bp=333,
        retention_cap="percent_original",
        retention_cap_bp=500,
        tax_bp=1000,
    )
    today = clock.today_in(project.time_zone)
    period = make.open_period_of(project, today.replace(day=1), today, today)
    first = create_claim(make.OPERATOR, contract, period)
    edits = [
        EntryEdit(line.pk, work=line.scheduled_value // 7, materials_new=line.scheduled_value // 31)
        for line in lines_of(first)
    ]
    save_entries(make.OPERATOR, first, edits)
    move_claim(make.OPERATOR, first, S.UNDER_REVIEW)
    move_claim(make.OPERATOR, first, S.APPROVED)
    credit = make.LineInput("Omit", -5_432_10, quantity=-10 * SCALE, unit="no", unit_price=543_2100)
    make.make_variation(contract, [credit], number="V-1")
    return make.make_member(project, Level.ADMIN), create_claim(make.OPERATOR, contract, period)


def _type(page: Page, claim: Claim, method: str) -> None:
    """By hand, by percent, pasted as a block, and on a subtotal."""
    lines = lines_of(claim)
    column = "quantity" if method == "unit" else "work"
    cell(page, column, lines[0]).click()
    page.keyboard.type("12.34" if method == "unit" else "12,345.67")
    page.keyboard.press("Enter")
    cell(page, "percent", lines[1]).click()
    page.keyboard.type("33.33")
    page.keyboard.press("Enter")
    cell(page, column, lines[2]).click()
    pasted(page, "101.5\n(1.25)\n" if method == "unit" else "$1,234.56\n(98.76)\n")
    cell(page, "new", lines[0]).click()
    page.keyboard.type("777.77")
    page.keyboard.press("Enter")


def _rows_shown(page: Page) -> Shown:
    """What every cell of every line says, by line and column."""
    found: Any = page.evaluate(
        """() => {
            const heads = [...document.querySelectorAll("sov-grid thead th")].map((cell) => cell.id.replace("c-", ""));
            const rows = {};
            for (const row of document.querySelectorAll("sov-grid tbody tr[id^='l']")) {
                const said = {};
                [...row.cells].forEach((cell, index) => {
                    const input = cell.querySelector("input");
                    said[heads[index]] = (input ? input.value : cell.textContent).trim();
                });
                rows[row.id.slice(1)] = said;
            }
            return rows;
        }"""
    )
    return dict(found)


def _face_shown(page: Page) -> dict[str, str]:
    found: Any = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".grid-summary [data-face]")]
            .map((cell) => [cell.dataset.face, cell.textContent.trim()]))"""
    )
    return dict(found)


def _written(value: int, kind: str) -> str:
    if kind == "money":
        return format_money(value, "AUD", symbol=False)
    if kind == "percent":
        return format_percent(value)
    return format_quantity(value) if kind == "quantity" else format_unit_price(value, "AUD", symbol=False)


def _same(shown: str, value: Any, kind: str) -> bool:
    """Whether the cell says the stored figure; nothing and nought may be left empty."""
    if kind not in ("money", "percent", "quantity", "price"):
        return shown == (value or "")
    if not value:
        return shown in ("", "–", _written(0, kind))
    return shown == _written(value, kind)


def _compare_face(shown: dict[str, str], claim: Claim) -> None:
    for line in face_of(claim).lines:
        assert shown[line.line].replace("$", "") == format_money(line.amount, "AUD", symbol=False), line.label
    assert shown["tax-total"].endswith(format_money(claim.payment_due_with_tax, "AUD", symbol=False))


def _compare_spreadsheets(admin: Person, claim: Claim, lines: list[ClaimLine]) -> None:
    client: Client = make.signed_in(admin)
    columns = claim_columns(claim, editable=True)
    for ending, query in ((".xlsx", {}), (".csv", {"as": "csv"})):
        answer: Any = client.get(reverse("claim-export", args=[claim.pk]), query)
        with tempfile.NamedTemporaryFile(suffix=ending) as target:
            target.write(b"".join(answer.streaming_content))
            target.flush()
            book = open_book(Path(target.name), f"claim{ending}")
        table = [[str(one[1:]) for one in row] for row in book.sheets[0].rows]
        shift = 1 if ending == ".csv" else 0
        amounts = [(at, column) for at, column in enumerate(columns) if column.column.kind is Kind.MONEY]
        wanted = [[_plain(column.of(line)) for _, column in amounts] for line in lines]
        places = [at + shift for at, _ in amounts]
        named = [column.key for column in columns].index("description") + shift
        by_name = {row[named]: row for row in table if len(row) > named}
        said = [[_number(by_name[line.description][place]) for place in places] for line in lines]
        assert said == wanted, ending


def _plain(minor: Any) -> str:
    return "" if minor is None else _number(to_decimal_string(minor))


def _number(text: str) -> str:
    """A decimal without idle noughts."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    return text.rstrip("0").rstrip(".") if "." in text else text


def _compare_paper(claim: Claim, lines: list[ClaimLine]) -> None:
    data = local_path(default_pdf(load_claim(claim.pk))).read_bytes()
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    said = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    for line in lines:
        for value in (line.scheduled_value, line.total_completed, line.balance, line.assessed_work):
            assert format_money(value, "AUD", symbol=False) in said, (line, value)
    for face in face_of(claim).lines:
        assert format_money(face.amount, "AUD", symbol=False) in said, face.label
