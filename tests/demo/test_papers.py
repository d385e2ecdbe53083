"""The papers of the sample, one maker at a time."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tallystick.demo.papers import awkward, formal, heavy, site
from tallystick.demo.papers.facts import ClaimFacts
from tallystick.demo.papers.photographs import SIZE, photograph
from tallystick.demo.papers.scans import fax, scan

FACTS = ClaimFacts(
    project="Ropewalk Quarter",
    project_number="2417",
    head_contractor="Tern & Harrow Construction Pty Ltd",
    company="Lanternwing Façades Pty Ltd",
    trade="Façade and windows",
    abn="51 999 900 011",
    address="61 Percival Road\nSmithfield NSW 2164",
    contact="Zoë Küster",
    contract_number="SC-008",
    contract_title="Façade, windows and balustrades",
    claim_number=7,
    reference="FAC-3312",
    month="February 2026",
    start=date(2026, 2, 1),
    end=date(2026, 2, 28),
    work_this_period=531_837_50,
    retention_this_period=10_781_00,
    due=521_056_50,
    tax=52_105_65,
    due_with_tax=573_162_15,
    lines=tuple((f"Level {level}: windows (bays 1–{level})", 90_000_00 // level) for level in range(1, 9)),
)
WRITTEN = (
    formal.tax_invoice, formal.subcontractor_statement, formal.executed_contract, formal.certificate_of_currency,
    site.site_diary, site.delivery_dockets, site.monthly_report, site.inspection_checklist,
    site.test_certificates, site.marked_up_plan,
)  # fmt: skip


@pytest.mark.parametrize("maker", WRITTEN, ids=lambda maker: maker.__name__)
def test_a_written_paper_is_a_sound_pdf_and_the_same_every_time(maker):
    made = maker(FACTS)
    assert made == maker(FACTS)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.check_pdf_syntax() == []
        assert len(opened.pages) >= 1


def test_the_papers_have_what_a_merge_has_to_keep():
    with pikepdf.open(io.BytesIO(formal.subcontractor_statement(FACTS))) as statement:
        names = [str(field.T) for field in statement.Root.AcroForm.Fields]
        assert names[:2] == ["subcontractor", "abn"]
    with pikepdf.open(io.BytesIO(site.monthly_report(FACTS))) as report:
        assert len(report.open_outline().root) == 5
        assert report.pages[2].label == "R-3"
        assert str(report.pages[0].Annots[0].Dest) == "page1"
    with pikepdf.open(io.BytesIO(site.marked_up_plan(FACTS))) as plan:
        assert [str(layer.Name) for layer in plan.Root.OCProperties.OCGs] == ["Grid", "Progress", "Walls"]


def test_the_tax_invoice_says_what_the_claim_says():
    with pikepdf.open(io.BytesIO(formal.tax_invoice(FACTS))) as invoice:
        content = invoice.pages[0].Contents.read_bytes().decode("cp1252")
    for printed in ("FAC-3312", "$531,837.50", "$521,056.50", "$573,162.15"):
        assert printed in content


def test_a_photograph_is_a_jpeg_and_one_lies_on_its_side():
    upright, turned = photograph(3), photograph(3, turned=True)
    assert upright == photograph(3)
    assert Image.open(io.BytesIO(upright)).size == SIZE
    sideways = Image.open(io.BytesIO(turned))
    assert sideways.size == SIZE[::-1]
    assert sideways.getexif()[0x0112] == 6


def test_a_scan_holds_pictures_only_and_a_fax_has_pages():
    made = scan(502)
    assert made == scan(502)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert len(opened.pages) == 2
        assert "/Font" not in opened.pages[0].Resources or not opened.pages[0].Resources.Font.get("/R")
    faxed = fax(40, pages=2)
    assert faxed == fax(40, pages=2)
    assert Image.open(io.BytesIO(faxed)).n_frames == 2


def test_a_locked_paper_is_the_same_every_time():
    paper = formal.certificate_of_currency(FACTS)
    assert awkward.locked(paper, "x") == awkward.locked(paper, "x")


def test_damage_is_of_the_kind_that_can_be_repaired():
    paper = site.inspection_checklist(FACTS)
    for broken in (awkward.cut_off(paper), awkward.misplaced(paper)):
        with pikepdf.open(io.BytesIO(broken)) as opened:
            assert len(opened.pages) == 1


def test_the_spreadsheet_is_one():
    made = awkward.timesheets("Longjib", date(2026, 2, 2), ("Tran, A.", "Kelly, B."), 1)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert b"Tran, A." in archive.read("xl/worksheets/sheet1.xml")


def test_the_signed_certificate_covers_all_of_itself():
    signed = awkward.signed_certificate()
    with pikepdf.open(io.BytesIO(signed)) as opened:
        start, first, second, length = (int(part) for part in opened.Root.AcroForm.Fields[0].V.ByteRange)
    assert start == 0 and second + length == len(signed)
    assert signed[first : first + 1] == b"<" and signed[second - 1 : second] == b">"


def test_the_other_process_writes_every_picture(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(heavy, "PHOTOGRAPHS", 9)
    monkeypatch.setattr(heavy, "SCANS", 1)
    monkeypatch.setattr(heavy, "photograph", lambda seed, *, turned=False: PIXEL)
    heavy.write_pictures(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".jpg", ".pdf", ".tif", ".png"}


def _pixel() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (16, 12), (120, 130, 140)).save(target, "JPEG")
    return target.getvalue()


PIXEL = _pixel()
