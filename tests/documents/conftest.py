"""Files as people attach them, made small."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tallystick.documents.actions import add_attachment
from tests import factories as make


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path: Path) -> Iterator[None]:
    """Each test has a store of its own."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    yield


def pdf_bytes(pages: int = 1, text: str = "Delivery docket", **save) -> bytes:
    """A PDF of this many pages."""
    pdf = pikepdf.new()
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
        page.obj.Contents = pdf.make_stream(
            f"BT /F1 14 Tf 60 700 Td ({text} page {number + 1}) Tj ET".encode()
        )
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id="encryption" not in save, **save)
    return buffer.getvalue()


def locked_pdf(password: str = "secret") -> bytes:
    """A PDF that asks for a password."""
    return pdf_bytes(encryption=pikepdf.Encryption(user=password, owner=password))


def picture(width: int = 60, height: int = 40) -> bytes:
    """A JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(buffer, "JPEG")
    return buffer.getvalue()


def put_on(owner, name: str, data: bytes, actor=make.OPERATOR):
    """Attach bytes under a name."""
    return add_attachment(actor, owner, name=name, size=len(data), chunks=[data])
