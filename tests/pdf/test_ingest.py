"""What ingest says of every kind of file, and that it says it in words."""

from __future__ import annotations

import errno
import io
import json
import re
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tallystick.pdf import building
from tallystick.pdf.job import MachineFault
from tallystick.pdf.model import IngestResult, IngestStatus, Limits
from tests.pdf import makers


def encrypted(user: str, owner: str, revision: int) -> bytes:
    return makers.edited(
        makers.text_pages("secret"),
        lambda _pdf: None,
        encryption=pikepdf.Encryption(
            user=user, owner=owner, R=revision, aes=revision >= 4, metadata=revision >= 4
        ),
    )


def cut_cross_reference(content: bytes) -> bytes:
    return content[: content.rindex(b"startxref")]


def test_a_sound_pdf_is_ok_and_needs_no_note(tmp_path: Path) -> None:
    result = makers.prepare(makers.text_pages("a", "b"), tmp_path)
    assert (result.status, result.page_count, result.note) == (IngestStatus.OK, 2, "")
    assert result.segment is not None
    assert result.segment.name == f"{result.sha256}.seg"
    assert not result.embed_original


def test_a_result_travels_as_json(tmp_path: Path) -> None:
    result = makers.prepare(makers.signed(), tmp_path)
    assert IngestResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_a_lost_cross_reference_is_repaired(tmp_path: Path) -> None:
    result = makers.prepare(cut_cross_reference(makers.text_pages("a", "b")), tmp_path)
    assert (result.status, result.page_count) == (IngestStatus.REPAIRED, 2)
    assert "has been repaired" in result.note
    assert not result.embed_original


def test_a_paper_that_lost_pages_says_so_and_is_to_be_embedded(tmp_path: Path) -> None:
    paper = bytearray(makers.text_pages(*"abcdef"))
    page = [match.start() for match in re.finditer(rb"/Type /Page\b", bytes(paper))][2]
    begin = paper.rindex(b"obj", 0, page)
    paper[begin - 6 : begin + 3] = b" " * 9
    result = makers.prepare(bytes(paper), tmp_path)
    assert (result.status, result.page_count) == (IngestStatus.REPAIRED, 5)
    assert "5 pages could be" in result.note
    assert result.embed_original


@pytest.mark.parametrize("revision", [3, 4, 6])
def test_an_owner_password_is_no_obstacle_but_is_told(tmp_path: Path, revision: int) -> None:
    result = makers.prepare(encrypted("", "owner", revision), tmp_path)
    assert result.status == IngestStatus.OK
    assert "owner password" in result.note


@pytest.mark.parametrize("revision", [3, 4, 6])
def test_a_user_password_is_asked_for_and_used(tmp_path: Path, revision: int) -> None:
    paper = encrypted("open sesame", "owner", revision)
    shut = makers.prepare(paper, tmp_path)
    assert (shut.status, shut.segment) == (IngestStatus.PASSWORD, None)
    assert shut.embed_original
    wrong = makers.prepare(paper, tmp_path, password="guess")
    assert "doesn't fit" in wrong.note
    assert makers.prepare(paper, tmp_path, password="open sesame").status == IngestStatus.OK


def test_a_signed_paper_merges_and_its_original_is_to_be_embedded(tmp_path: Path) -> None:
    result = makers.prepare(makers.signed(), tmp_path)
    assert (result.status, result.page_count) == (IngestStatus.SIGNED, 1)
    assert result.embed_original


def test_a_dynamic_xfa_form_is_listed_and_embedded(tmp_path: Path) -> None:
    result = makers.prepare(makers.dynamic_xfa(), tmp_path)
    assert (result.status, result.segment) == (IngestStatus.XFA, None)


def test_a_portfolio_is_opened_up_one_level(tmp_path: Path) -> None:
    inner = makers.text_pages("one", "two")
    paper = makers.portfolio(a_pdf=inner, b_pdf=makers.portfolio(c_pdf=inner), d_txt=b"text")
    result = makers.prepare(paper, tmp_path)
    assert (result.status, result.page_count) == (IngestStatus.PORTFOLIO, 2)
    assert "portfolio of 3 files" in result.note
    assert result.embed_original


def test_a_portfolio_without_pdfs_is_listed_and_embedded(tmp_path: Path) -> None:
    result = makers.prepare(makers.portfolio(a_txt=b"x"), tmp_path)
    assert (result.status, result.segment) == (IngestStatus.PORTFOLIO, None)


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("empty.pdf", b"", IngestStatus.UNREADABLE, "empty"),
        ("noise.pdf", b"\x00\x01" * 500, IngestStatus.UNREADABLE, "too damaged"),
        ("header.pdf", b"%PDF-1.7\n", IngestStatus.UNREADABLE, "too damaged"),
        ("no pages.pdf", makers.drawn(lambda _c: None)[:200], IngestStatus.UNREADABLE, "too damaged"),
        ("a.csv", b"a,b\n1,2\n", IngestStatus.NOT_A_DOCUMENT, "a table (CSV)"),
        (
            "a.xlsx",
            b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml",
            IngestStatus.NOT_A_DOCUMENT,
            "a spreadsheet",
        ),
        ("a.zip", b"PK\x03\x04" + bytes(60), IngestStatus.NOT_A_DOCUMENT, "a ZIP archive"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(50), IngestStatus.UNREADABLE, "picture"),
        ("a.bin", bytes(range(256)), IngestStatus.NOT_A_DOCUMENT, "unknown kind"),
    ],
)
def test_what_cannot_be_merged_is_said_in_words(
    tmp_path: Path, name: str, content: bytes, status: IngestStatus, words: str
) -> None:
    result = makers.prepare(content, tmp_path, name)
    assert (result.status, result.segment, result.page_count) == (status, None, 0)
    assert words in result.note
    assert result.embed_original


def test_a_full_disk_is_not_blamed_on_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> list[str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(building, "write_segment", full)
    with pytest.raises(MachineFault) as caught:
        makers.prepare(makers.text_pages("a"), tmp_path)
    assert caught.value.errno == errno.ENOSPC


def test_a_pdf_is_recognised_whatever_its_name(tmp_path: Path) -> None:
    assert makers.prepare(makers.text_pages("a"), tmp_path, "scan.jpg").kind == "application/pdf"
    assert makers.prepare(b"junk before\n" + makers.text_pages("a"), tmp_path, "mail").page_count == 1


def picture(form: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **save: object) -> bytes:
    buffer = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(buffer, form, **save)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "I;16"),
        ("TIFF", "1"),
        ("TIFF", "CMYK"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_pictures_become_one_page(tmp_path: Path, form: str, mode: str) -> None:
    result = makers.prepare(picture(form, mode=mode), tmp_path, "photo")
    assert (result.status, result.page_count) == (IngestStatus.OK, 1)


def test_a_photograph_in_heic_becomes_a_page(tmp_path: Path) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    result = makers.prepare(picture("HEIF"), tmp_path, "IMG_0001.HEIC")
    assert (result.status, result.page_count) == (IngestStatus.OK, 1)


def test_a_fax_of_three_pages_becomes_three(tmp_path: Path) -> None:
    pages = [Image.new("1", (100, 100), shade) for shade in (0, 1, 0)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    assert makers.prepare(buffer.getvalue(), tmp_path, "fax.tif").page_count == 3


def test_a_jpeg_goes_in_byte_for_byte_and_no_bigger_than_a4(tmp_path: Path) -> None:
    photo = picture("JPEG", size=(3000, 2000), dpi=(72, 72))
    result = makers.prepare(photo, tmp_path, "photo.jpg")
    assert result.segment is not None
    assert photo in result.segment.read_bytes()
    pdf = makers.merged(tmp_path, photo)
    width, height = (float(v) for v in pdf.pages[0].MediaBox[2:])
    assert width <= 842
    assert height <= 596
    assert abs(width / height - 1.5) < 0.01


def test_a_photograph_taken_sideways_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pdf = makers.merged(tmp_path, picture("JPEG", size=(300, 200), exif=exif))
    assert int(pdf.pages[0].get("/Rotate", 0)) == 90


def test_a_cut_off_photograph_shows_what_is_left_of_it(tmp_path: Path) -> None:
    photo = picture("JPEG", size=(800, 800))
    result = makers.prepare(photo[: len(photo) * 2 // 3], tmp_path, "photo.jpg")
    assert (result.status, result.page_count) == (IngestStatus.REPAIRED, 1)
    assert result.embed_original


def test_a_picture_that_claims_to_be_enormous_is_refused(tmp_path: Path) -> None:
    result = makers.prepare(picture("PNG"), tmp_path, "bomb.png", limits=Limits(image_pixels=1000))
    assert result.status == IngestStatus.UNREADABLE
    assert "big" in result.note
