"""Papers as they really arrive: locked, cut off, garbled, mislabelled, or not a paper at all."""

import io
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from PIL import Image, ImageDraw

from tallystick.demo.papers.dice import seeded

_FILES = Path(__file__).parent / "files"
_ZIP_DAY = (2020, 1, 1, 0, 0, 0)


def locked(pdf: bytes, password: str) -> bytes:
    """The paper behind a password, as payroll programs send it (128-bit, the kind that is still everywhere)."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            target,
            static_id=True,
            encryption=pikepdf.Encryption(
                user=password, owner=password + "-owner", R=3, aes=False, metadata=False
            ),
        )
    return target.getvalue()


def cut_off(pdf: bytes) -> bytes:
    """A download that broke off before its end: the pages are there, the table of contents of the file is not."""
    return pdf[: pdf.rindex(b"xref\n") - 40]


def misplaced(pdf: bytes) -> bytes:
    """A file that mail software put a line in front of, so that every offset is wrong."""
    return b"X-Attachment: forwarded\r\n\r\n" + pdf


def garbled(seed: int) -> bytes:
    """Something that calls itself a PDF and is none."""
    return b"%PDF-1.4\n" + seeded(seed).randbytes(24_000)


def signed_certificate() -> bytes:
    """A surveyor's certificate with a digital signature of its own (the key was thrown away)."""
    return (_FILES / "survey-certificate-signed.pdf").read_bytes()


def marked_screenshot(seed: int) -> bytes:
    """A PNG with transparency: a cloud drawn over nothing."""
    rng = seeded(seed)
    picture = Image.new("RGBA", (900, 620), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 60, 840, 560), outline=(40, 40, 40, 255), width=4)
    for x in range(160, 840, 110):
        draw.line((x, 60, x, 560), fill=(90, 90, 90, 255), width=2)
    for _ in range(4):
        x, y = rng.randint(90, 600), rng.randint(90, 400)
        draw.ellipse((x, y, x + 190, y + 120), fill=(255, 60, 60, 70), outline=(220, 30, 30, 255), width=5)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def timesheets(company: str, first: date, names: tuple[str, ...], seed: int) -> bytes:
    """A spreadsheet of hours, as small as a spreadsheet can be."""
    rng = seeded(seed)
    rows: list[tuple[str | int, ...]] = [
        (company,),
        (f"Week beginning {first:%d/%m/%Y}",),
        (),
        ("Name", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"),
    ]
    rows += [
        (name, *(rng.choice((0, 8, 8, 8, 9, 10)) for _ in range(5)), rng.choice((0, 0, 5))) for name in names
    ]
    return _workbook(rows)


def _workbook(rows: list[tuple[str | int, ...]]) -> bytes:
    cells = "".join(
        f'<row r="{r}">'
        + "".join(_cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        '<sheets><sheet name="Hours" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DAY), head + text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _cell(place: str, value: str | int) -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def forwarded_mail(sender: str, to: str, subject: str, day: date) -> bytes:
    """An e-mail saved as a file."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {day:%a, %d %b %Y} 16:12:00 +1100\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "Hi,\r\n\r\nAs discussed on site, see the hours and dockets attached to the claim. "
        "Please let us know before the end of the week if anything is missing.\r\n\r\nRegards\r\n"
    ).encode()
