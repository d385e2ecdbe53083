"""What was in the papers is in the merged document: forms, links, outlines, layers, tags, labels, boxes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Name

from tallystick.pdf.model import Group, Part, Stamp
from tests.pdf import makers


def pixels(content: bytes | Path, page: int = 0) -> bytes:
    document = pdfium.PdfDocument(content)
    if document.get_formtype():
        document.init_forms()
    drawn: bytes = document[page].render(scale=0.5).to_numpy().tobytes()
    return drawn


def outline_titles(pdf: pikepdf.Pdf) -> list[Any]:
    def level(item: Any) -> list[Any]:
        found = []
        while item is not None:
            below = level(item.get("/First"))
            found.append([str(item.Title), below] if below else str(item.Title))
            item = item.get("/Next")
        return found

    return level(pdf.Root.Outlines.First)


def full_name(field: Any) -> str:
    name = str(field.get("/T", ""))
    return f"{full_name(field.Parent)}.{name}" if "/Parent" in field else name


def test_equal_field_names_of_two_forms_stay_apart_with_their_values(tmp_path: Path) -> None:
    pdf = makers.merged(tmp_path, makers.form("Harbour Steel", True), makers.form("Tide Plumbing", False))
    values = {
        full_name(note): (str(note.V), str(note.get("/AS", "")))
        for page in pdf.pages
        for note in page.Annots
        if "/T" in note
    }
    assert values == {
        "part1.contractor": ("Harbour Steel", ""),
        "part1.final": ("/Yes", "/Yes"),
        "part2.contractor": ("Tide Plumbing", ""),
        "part2.final": ("/Off", "/Off"),
    }


def test_the_same_prepared_form_used_twice_gives_two_sets_of_fields(tmp_path: Path) -> None:
    segment = makers.segment_of(makers.form("Harbour Steel", True), tmp_path)
    pdf = makers.merged(tmp_path, Part(segment, "Once"), Part(segment, "Twice"))
    names = {str(field.T) for field in pdf.Root.AcroForm.Fields}
    assert names == {"part1", "part2"}


def test_radio_buttons_stay_one_group_with_its_choice(tmp_path: Path) -> None:
    pdf = makers.merged(tmp_path, makers.form("x", True))
    group = next(f for f in pdf.Root.AcroForm.Fields[0].Kids if str(f.T) == "method")
    assert str(group.V) == "/unit"
    assert [str(kid.AS) for kid in group.Kids] == ["/unit", "/Off"]


def test_fields_bring_their_defaults_along(tmp_path: Path) -> None:
    def default(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.DA = pikepdf.String("/Helv 9 Tf 0 g")
        for note in pdf.pages[0].Annots:
            if "/DA" in note:
                del note["/DA"]

    pdf = makers.merged(tmp_path, makers.edited(makers.form("x", True), default))
    wrapper = pdf.Root.AcroForm.Fields[0]
    assert all(str(field.DA) == "/Helv 9 Tf 0 g" for field in wrapper.Kids)
    assert "/Helv" in pdf.Root.AcroForm.DR.Font
    assert "/NeedAppearances" not in pdf.Root.AcroForm


@pytest.mark.parametrize("old_style", [True, False])
def test_named_destinations_lead_to_the_right_page_of_their_own_paper(
    tmp_path: Path, old_style: bool
) -> None:
    paper = makers.named_destinations(old_style)
    pdf = makers.merged(tmp_path, paper, paper)
    for start in (0, 2):
        link = pdf.pages[start].Annots[0]
        assert link.A.D[0].objgen == pdf.pages[start + 1].objgen
    first = pdf.Root.Outlines.First
    assert first.First.Dest[0].objgen == pdf.pages[1].objgen
    assert first.Next.First.Dest[0].objgen == pdf.pages[3].objgen


def test_outlines_nest_under_the_parts_and_groups_that_were_asked_for(tmp_path: Path) -> None:
    segment = makers.segment_of(makers.nested_outline(), tmp_path)
    plain = makers.segment_of(makers.text_pages("plain"), tmp_path)
    pdf = makers.merged(
        tmp_path,
        Group(
            "Claim 1", [Part(segment, "Claim"), Group("Papers", [Part(plain, "Invoice"), Part(plain, None)])]
        ),
        Part(segment, "Closed", own_outline=False),
    )
    own = [["Part A", [["Section A.1", ["Detail A.1.1"]]]], "Part B"]
    assert outline_titles(pdf) == [["Claim 1", [["Claim", own], ["Papers", ["Invoice"]]]], "Closed"]
    assert int(pdf.Root.Outlines.Count) == 5
    assert pdf.Root.Outlines.Last.Dest[0].objgen == pdf.pages[5].objgen


@pytest.mark.parametrize("base_state_off", [True, False])
def test_hidden_layers_stay_hidden_and_shown_ones_shown(tmp_path: Path, base_state_off: bool) -> None:
    papers = [makers.layered(True, base_state_off), makers.layered(False, base_state_off)]
    pdf = makers.merged(tmp_path, *papers)
    assert len(pdf.Root.OCProperties.OCGs) == 2
    path = Path(str(pdf.filename))
    assert [pixels(path, page) for page in (0, 1)] == [pixels(paper) for paper in papers]
    assert pixels(path, 0) != pixels(path, 1)


def test_tags_of_every_paper_stand_in_one_tree_with_their_own_keys(tmp_path: Path) -> None:
    pdf = makers.merged(tmp_path, makers.tagged(), makers.tagged("Fancy", "H1"))
    assert bool(pdf.Root.MarkInfo.Marked)
    document = pdf.Root.StructTreeRoot.K[0]
    roles = [str(part.K[0].S) for part in document.K]
    assert roles == ["/P", "/H1"]
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for page, part in zip(pdf.pages, document.K, strict=True):
        assert tree[int(page.StructParents)][0].objgen == part.K[0].objgen
        assert part.K[0].Pg.objgen == page.objgen


def test_a_broken_structure_is_dropped_without_a_trace(tmp_path: Path) -> None:
    def tangle(pdf: pikepdf.Pdf) -> None:
        element = pdf.Root.StructTreeRoot.K[0]
        element.K = pikepdf.Array([element])

    pdf = makers.merged(tmp_path, makers.edited(makers.tagged(), tangle))
    assert "/StructTreeRoot" not in pdf.Root
    assert "/StructParents" not in pdf.pages[0]


def test_a_document_with_untagged_papers_does_not_claim_to_be_tagged(tmp_path: Path) -> None:
    pdf = makers.merged(tmp_path, makers.tagged(), makers.text_pages("untagged"))
    assert not bool(pdf.Root.MarkInfo.Marked)


def test_page_labels_of_the_source_are_kept_prefixed_or_made(tmp_path: Path) -> None:
    segment = makers.segment_of(makers.labelled(), tmp_path)
    plain = makers.segment_of(makers.text_pages("x", "y"), tmp_path)
    pdf = makers.merged(
        tmp_path,
        Part(plain, "Plain"),
        Part(segment, "Kept"),
        Part(segment, "Prefixed", label="3-"),
        Part(plain, "z"),
    )
    labels = [page.label for page in pdf.pages]
    assert labels == ["1", "2", "i", "A-5", "A-6", "3-i", "3-A-5", "3-A-6", "9", "10"]


def test_pages_keep_what_they_inherited(tmp_path: Path) -> None:
    paper = makers.inherited()
    pdf = makers.merged(tmp_path, makers.text_pages("first"), paper)
    assert [int(v) for v in pdf.pages[1].MediaBox] == [0, 0, 400, 300]
    assert pixels(Path(str(pdf.filename)), 2) == pixels(paper, 1)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_stamp_is_upright_inside_the_crop_box_and_leaves_the_rest_alone(
    tmp_path: Path, degrees: int
) -> None:
    segment = makers.segment_of(makers.rotated(degrees, crop=(50, 60, 450, 500)), tmp_path)
    plain = makers.merged(tmp_path, Part(segment, "Paper"))
    stamped = makers.merged(
        tmp_path, Part(segment, "Paper"), stamp=Stamp("{title} page {page} of {pages}", "bottom-left")
    )
    page = pdfium.PdfDocument(str(stamped.filename))[0]
    assert "Paper page 1 of 1" in page.get_textpage().get_text_bounded()
    before = pdfium.PdfDocument(str(plain.filename))[0].render(scale=1).to_numpy()
    after = page.render(scale=1).to_numpy()
    changed = (before != after).any(axis=2).nonzero()
    height = after.shape[0]
    assert changed[0].min() > height - 30
    assert changed[1].min() >= 12
    assert changed[1].max() < 130


def test_a_stamp_survives_content_that_leaves_its_state_behind(tmp_path: Path) -> None:
    def scale(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"q 0.01 0 0 0.01 0 0 cm")

    pdf = makers.merged(tmp_path, makers.edited(makers.text_pages("x"), scale), stamp=Stamp("Stamped"))
    assert pixels(Path(str(pdf.filename))).count(b"\xff") < len(pixels(Path(str(pdf.filename))))
    text = pdfium.PdfDocument(str(pdf.filename))[0].get_textpage().get_text_bounded()
    assert "Stamped" in text


def test_what_runs_or_opens_something_is_gone_and_web_links_stay(tmp_path: Path) -> None:
    pdf = makers.merged(tmp_path, makers.dangerous())
    body = Path(str(pdf.filename)).read_bytes()
    assert b"/S /JavaScript" not in body
    assert b"/Launch" not in body
    assert "/OpenAction" not in pdf.Root
    assert "/AA" not in pdf.Root
    assert "/Names" not in pdf.Root
    assert "/AA" not in pdf.pages[0]
    actions = [note.A for note in pdf.pages[0].Annots if "/A" in note]
    assert [str(action.URI) for action in actions] == ["https://example.com/"]
    assert "/Next" not in actions[0]


def test_a_signature_stays_visible_but_is_no_field_any_more(tmp_path: Path) -> None:
    paper = makers.signed()
    pdf = makers.merged(tmp_path, paper)
    note = pdf.pages[0].Annots[0]
    assert note.Subtype == Name.Stamp
    assert "/V" not in note
    assert "/AcroForm" not in pdf.Root
    assert pixels(Path(str(pdf.filename))) == pixels(paper)


def test_files_embedded_in_a_paper_come_along(tmp_path: Path) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["invoice.xml"] = b"<invoice/>"

    pdf = makers.merged(tmp_path, makers.edited(makers.text_pages("x"), attach))
    assert [spec.get_file().read_bytes() for spec in pdf.attachments.values()] == [b"<invoice/>"]


def test_fields_without_appearance_are_drawn_with_their_border(tmp_path: Path) -> None:
    def leave_it_to_the_viewer(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.NeedAppearances = True
        for note in pdf.pages[0].Annots:
            if note.get("/FT") == Name.Tx:
                del note["/AP"]

    pdf = makers.merged(tmp_path, makers.edited(makers.form("Harbour Steel", True), leave_it_to_the_viewer))
    field = next(note for note in pdf.pages[0].Annots if note.get("/FT") == Name.Tx)
    drawn = field.AP.N.read_bytes()
    assert b"(Harbour Steel) Tj" in drawn
    assert b" re S" in drawn
