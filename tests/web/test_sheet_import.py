"""Lines from a spreadsheet: uploaded, looked at, brought in as a whole or not at all (R-CONTACT, domain §16.1)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tallystick.access.levels import Level
from tallystick.claims.creation import create_claim
from tallystick.contracts.models import Contract
from tallystick.web.models import HeldSheet
from tests import factories as make

pytestmark = pytest.mark.django_db

Rows = Sequence[Sequence[object]]
SCHEDULE: Rows = (
    ("Item", "Description", "Cost code", "Scheduled value"),
    ("", "Substructure", "", ""),
    (1, "Footings", "03-100", "50000"),
    (2, "Slab", "03-200", "30000.50"),
    ("", "Subtotal", "", "80000.50"),
    ("", "Structure", "", ""),
    (3, "Columns", "03-300", "20000"),
    ("", "Total", "", "100000.50"),
)


def as_csv(rows: Rows) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


class Import:
    """An administrator who brings lines into a contract."""

    def __init__(self, **facts: object) -> None:
        self.contract: Contract = make.make_contract(**facts)  # type: ignore[arg-type]
        self.admin = make.make_member(self.contract.project, Level.ADMIN)
        self.browser: Client = make.signed_in(self.admin)

    def upload(self, data: bytes | Rows, name: str = "schedule.csv"):  # type: ignore[no-untyped-def]
        content = data if isinstance(data, bytes) else as_csv(data)
        return self.browser.post(
            reverse("sov-import", args=[self.contract.pk]), {"file": SimpleUploadedFile(name, content)}
        )

    def looked_at(self, data: bytes | Rows, **choice: object):  # type: ignore[no-untyped-def]
        self.address = self.upload(data)["Location"]
        return self.browser.get(self.address, choice)

    def confirm(self, page, **changes: object):  # type: ignore[no-untyped-def]
        fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
        return self.browser.post(self.address, {**dict(fields), **changes})

    def lines(self) -> list[tuple[str, str, str, int]]:
        found = self.contract.lines.filter(variation=None, parent=None).order_by("position")
        return [(line.item_number, line.description, line.group, line.scheduled_value) for line in found]


@pytest.fixture
def site() -> Import:
    return Import(lines=())


def test_a_schedule_is_looked_at_then_brought_in(site: Import) -> None:
    page = site.looked_at(SCHEDULE)
    shown = page.content.decode()
    assert "3 lines under 2 headings" in shown
    assert "“Subtotal”, a total of $80,000.50, which agrees with the lines above it" in shown
    assert site.lines() == []

    answer = site.confirm(page)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("sov", args=[site.contract.pk])
    assert site.lines() == [
        ("1", "Footings", "Substructure", 50_000_00),
        ("2", "Slab", "Substructure", 30_000_50),
        ("3", "Columns", "Structure", 20_000_00),
    ]


def test_sending_the_last_form_twice_brings_the_lines_in_once(site: Import) -> None:
    page = site.looked_at(SCHEDULE)
    first = site.confirm(page, mode="append")
    again = site.confirm(page, mode="append")
    assert first["Location"] == again["Location"]
    assert len(site.lines()) == 3


def test_a_cell_that_cannot_be_read_is_named_and_nothing_comes_in(site: Import) -> None:
    rows = [*SCHEDULE[:3], (2, "Slab", "03-200", "TBA"), *SCHEDULE[6:7]]
    page = site.looked_at(rows)
    assert "<strong>D4</strong>: “TBA” is not an amount." in page.content.decode()

    answer = site.confirm(page)

    assert answer.status_code == 422
    assert site.lines() == []


def test_the_matching_can_be_changed(site: Import) -> None:
    rows = (
        ("Ref", "What", "Tender", "Agreed"),
        ("A", "Footings", "48000", "50000"),
        ("B", "Slab", "30000", "31000"),
    )
    site.looked_at(rows)
    page = site.browser.get(
        site.address,
        {
            "sheet": 0,
            "was": 0,
            "first_row": 2,
            "column_item": 0,
            "column_description": 1,
            "column_scheduled_value": 2,
        },
    )
    site.confirm(page)
    assert [line[3] for line in site.lines()] == [48_000_00, 30_000_00]


def test_lines_are_added_below_those_that_are_there() -> None:
    site = Import(lines=[("Preliminaries", 9_000_00)])
    before = site.contract.lines.get().pk
    site.confirm(site.looked_at(SCHEDULE), mode="append")
    assert [line[1] for line in site.lines()] == ["Preliminaries", "Footings", "Slab", "Columns"]
    assert site.contract.lines.order_by("position").first().pk == before  # type: ignore[union-attr]


def test_lines_are_replaced() -> None:
    site = Import(lines=[("Preliminaries", 9_000_00)])
    site.confirm(site.looked_at(SCHEDULE), mode="replace")
    assert [line[1] for line in site.lines()] == ["Footings", "Slab", "Columns"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    site = Import(lines=[("Preliminaries", 9_000_00)])
    page = site.looked_at(SCHEDULE)
    make.contracts.set_sov_lines(make.OPERATOR, site.contract, [make.LineInput("Other", 1_00)])
    answer = site.confirm(page)
    assert answer.status_code == 409
    assert "Somebody else changed the" in answer.content.decode()
    assert [line[1] for line in site.lines()] == ["Other"]


def test_a_schedule_that_claims_stand_on_is_left_alone() -> None:
    site = Import()
    period = make.open_period_of(site.contract.project)
    page = site.looked_at(SCHEDULE)
    create_claim(make.OPERATOR, site.contract, period)
    answer = site.confirm(page)
    assert answer.status_code == 403
    assert "so its lines can" in answer.content.decode()
    assert site.upload(SCHEDULE).status_code == 403


def test_by_unit_the_value_follows_from_quantity_and_price() -> None:
    site = Import(lines=(), accounting_method="unit")
    rows = (
        ("Item", "Description", "Qty", "Unit", "Rate", "Amount"),
        ("1", "Dig in rock", "12500", "m³", "18.50", "231250"),
        ("2", "Cart away", "12500", "m³", "42.0875", "526093.70"),
    )
    page = site.looked_at(rows)
    assert "F3" in page.content.decode()
    assert "quantity × unit price is $526,093.75, which counts" in page.content.decode()
    site.confirm(page)
    assert [line[3] for line in site.lines()] == [231_250_00, 526_093_75]


def test_a_file_that_is_no_spreadsheet_is_told_by_its_name(site: Import) -> None:
    answer = site.upload(b"%PDF-1.7 nothing", "schedule.xlsx")
    assert answer.status_code == 422
    assert "schedule.xlsx was not read. It is a PDF, not a spreadsheet." in answer.content.decode()
    assert not HeldSheet.objects.exists()


def test_nothing_chosen_is_told(site: Import) -> None:
    answer = site.browser.post(reverse("sov-import", args=[site.contract.pk]))
    assert answer.status_code == 422
    assert "Choose the spreadsheet first." in answer.content.decode()


def test_an_upload_is_seen_by_whoever_made_it_only(site: Import) -> None:
    address = site.upload(SCHEDULE)["Location"]
    colleague = make.signed_in(make.make_member(site.contract.project, Level.ADMIN))
    assert colleague.get(address).status_code == 404
    assert colleague.post(address).status_code == 404


def test_an_upload_is_held_for_a_day(site: Import, at) -> None:  # type: ignore[no-untyped-def]
    from datetime import timedelta

    from tallystick.core import clock

    address = site.upload(SCHEDULE)["Location"]
    with at(clock.now() + timedelta(hours=25)):
        assert site.browser.get(address).status_code in (302, 404)
        site.upload(SCHEDULE)
        assert HeldSheet.objects.count() == 1


def test_the_lines_of_a_variation_are_brought_in_while_it_is_a_draft(site: Import) -> None:
    variation = make.make_variation(site.contract, status=make.VariationStatus.DRAFT)
    rows = (("Item", "Description", "Amount"), ("1", "Extra piers", "1200"), ("2", "Omit slab", "(300)"))
    upload = site.browser.post(
        reverse("variation-import", args=[variation.pk]), {"file": SimpleUploadedFile("v.csv", as_csv(rows))}
    )
    site.address = upload["Location"]
    answer = site.confirm(site.browser.get(site.address))
    assert answer["Location"] == reverse("variation", args=[variation.pk])
    found = variation.lines.order_by("position")
    assert [(line.description, line.scheduled_value) for line in found] == [
        ("Extra piers", 1_200_00),
        ("Omit slab", -300_00),
    ]


def test_the_lines_of_an_approved_variation_stay(site: Import) -> None:
    variation = make.make_variation(site.contract)
    assert site.browser.get(reverse("variation-import", args=[variation.pk])).status_code == 403
