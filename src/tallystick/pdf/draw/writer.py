"""The file: objects, cross-reference table, metadata. The same calls give the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from xml.sax.saxutils import escape

from tallystick.pdf.draw.embed import EmbeddedFont, compressed
from tallystick.pdf.draw.page import Page

PRODUCER = "Tallystick"


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself. ``language`` is a BCP 47 tag; ``created`` (aware) is left out when None."""

    title: str
    language: str = "en"
    author: str = ""
    subject: str = ""
    created: datetime | None = None


class Writer:
    """Numbers objects as they come and knows where each begins."""

    def __init__(self) -> None:
        self._bodies: list[bytes | None] = []

    def write(self, document: Properties, pages: Iterable[Page], fonts: Iterable[EmbeddedFont]) -> bytes:
        """The whole file."""
        catalog, tree = self._reserve(), self._reserve()
        metadata = self._plain_stream(b"/Type/Metadata/Subtype/XML", _xmp(document))
        info = self._add(_info(document))
        resources = self._reserve()
        named = "".join(f"/{font.resource} {font.write(self._add, self._stream)} 0 R" for font in fonts)
        self._set(resources, f"<</Font<<{named}>>/ProcSet[/PDF/Text]>>".encode())
        kids = []
        for page in pages:
            content = self._stream(b"", page.content())
            kids.append(
                self._add(
                    f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {page.size.width:g} {page.size.height:g}]"
                    f"/Resources {resources} 0 R/Contents {content} 0 R>>".encode()
                )
            )
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        self._set(tree, f"<</Type/Pages/Count {len(kids)}/Kids[{listed}]>>".encode())
        self._set(
            catalog,
            f"<</Type/Catalog/Pages {tree} 0 R/Metadata {metadata} 0 R/Lang{_string(document.language)}"
            f"/ViewerPreferences<</DisplayDocTitle true>>>>".encode(),
        )
        return self._file(catalog, info)

    def _reserve(self) -> int:
        self._bodies.append(None)
        return len(self._bodies)

    def _set(self, number: int, body: bytes) -> None:
        self._bodies[number - 1] = body

    def _add(self, body: bytes) -> int:
        self._bodies.append(body)
        return len(self._bodies)

    def _stream(self, entries: bytes, data: bytes) -> int:
        return self._plain_stream(entries + b"/Filter/FlateDecode", compressed(data))

    def _plain_stream(self, entries: bytes, data: bytes) -> int:
        return self._add(b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data))

    def _file(self, catalog: int, info: int) -> bytes:
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        offset = len(parts[0])
        table = [b"0000000000 65535 f \n"]
        for number, body in enumerate(self._bodies, 1):
            assert body is not None
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            table.append(b"%010d 00000 n \n" % offset)
            parts.append(part)
            offset += len(part)
        identifier = sha256(b"".join(parts)).hexdigest()[:32]
        parts.append(
            b"xref\n0 %d\n%btrailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (
                len(table), b"".join(table), len(table), catalog, info,
                identifier.encode(), identifier.encode(), offset,
            )
        )  # fmt: skip
        return b"".join(parts)


def _string(text: str) -> str:
    """A PDF text string."""
    if text.isascii() and text.isprintable():
        inner = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({inner})"
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


def _info(document: Properties) -> bytes:
    entries = {
        "Title": document.title,
        "Author": document.author,
        "Subject": document.subject,
        "Producer": PRODUCER,
        "Creator": PRODUCER,
    }
    if document.created is not None:
        entries["CreationDate"] = f"{document.created.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
    return ("<<" + "".join(f"/{key}{_string(text)}" for key, text in entries.items() if text) + ">>").encode()


def _xmp(document: Properties) -> bytes:
    def said(text: str) -> str:
        return escape(
            "".join(char for char in text if char.isprintable()).encode("utf-8", "replace").decode()
        )

    created = ""
    if document.created is not None:
        created = f"<xmp:CreateDate>{document.created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</xmp:CreateDate>"
    author = f"<dc:creator><rdf:Seq><rdf:li>{said(document.author)}</rdf:li></rdf:Seq></dc:creator>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{said(document.title)}</rdf:li></rdf:Alt></dc:title>'
        f"{author if document.author else ''}{created}"
        f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><pdf:Producer>{PRODUCER}</pdf:Producer>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
