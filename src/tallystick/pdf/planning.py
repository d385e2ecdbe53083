"""The plan of an output: every object number, offset and byte count before a byte is copied (architecture §4).

The plan is the cache key (``digest``), the Content-Length (``size``) and the progress bar in one; carrying it out
needs no parsing and no memory that grows with the input. See ``output`` for how.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tallystick.pdf import catalogue, outline, output, syntax
from tallystick.pdf.labels import write_labels
from tallystick.pdf.layout import (
    FILE,
    LITERAL,
    Edit,
    Layout,
    Piece,
    Roots,
    lay_out,
    number_parts,
    share_streams,
)
from tallystick.pdf.links import link_pages
from tallystick.pdf.model import Attachment, Group, Link, Part, PdfProblem, SegmentDamaged, Stamp
from tallystick.pdf.segment import Segment, read_segment
from tallystick.pdf.stamping import stamp_pages
from tallystick.pdf.xref import LARGEST_TABLE_OFFSET, CrossReference, extended

if TYPE_CHECKING:
    from tallystick.pdf.segment import Int64s

ENGINE = b"tallystick-pdf 1"
PRODUCER = "Tallystick"
CATALOGUE_NUMBER, PAGES_NUMBER, INFO_NUMBER = 1, 2, 3
FIRST_FREE = 4
# Bodies up to this much in all stay in memory between planning and writing, so that small files are opened once.
KEPT_BODIES = 24 << 20

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Plan:
    """An output that could be written now; everything about it is known. Use ``plan()`` to make one."""

    size: int
    digest: str
    page_count: int
    outline_count: int
    attachment_count: int
    first_pages: list[int]
    pieces: list[Piece] = field(repr=False)
    fields: list[int] | Int64s = field(repr=False)
    values: list[int] | Int64s = field(repr=False)
    xref: CrossReference = field(repr=False)

    def write(self, path: Path, *, progress: Progress | None = None, durable: bool = True) -> None:
        """Write the output: temporary file in the same folder, synced unless ``durable`` is False, renamed.

        ``progress`` hears (bytes done, bytes in all) from time to time and may raise to stop. Whatever happens,
        nothing half-done is left: raises OSError (ENOSPC when the disk is full), SegmentDamaged when a segment
        changed since planning.
        """
        output.write_file(self, Path(path), progress, durable)

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The output's bytes from ``start`` up to, not including, ``end``, in pieces of about a mebibyte."""
        return output.stream(self, start, self.size if end is None else end)


def plan(
    parts: Sequence[Part | Group],
    *,
    title: str = "",
    author: str = "",
    subject: str = "",
    keywords: str = "",
    language: str = "",
    created: datetime | None = None,
    attachments: Sequence[Attachment] = (),
    stamp: Stamp | None = None,
    links: Sequence[Link] = (),
    largest_table_offset: int = LARGEST_TABLE_OFFSET,
) -> Plan:
    """Lay out one PDF of all parts in order (R-COMPILE-2).

    Raises SegmentDamaged when a segment isn't whole, PlanTooLarge when there are too many objects, PdfProblem
    when there is no page, OSError when a segment or attachment can't be read. Outputs beyond
    ``largest_table_offset`` bytes get a cross-reference stream, since a table has only ten digits.
    """
    try:
        described = _Description(title, author, subject, keywords, language, created)
        return _Planner(
            parts,
            described,
            attachments=attachments,
            stamp=stamp,
            links=links,
            largest_table_offset=largest_table_offset,
        ).plan()
    except (KeyError, IndexError, TypeError, ArithmeticError) as fault:
        raise SegmentDamaged("One of the prepared copies can't be used. Prepare the files again.") from fault


@dataclass(frozen=True, slots=True)
class _Description:
    title: str
    author: str
    subject: str
    keywords: str
    language: str
    created: datetime | None


class _Planner:
    def __init__(
        self,
        tree: Sequence[Part | Group],
        described: _Description,
        *,
        attachments: Sequence[Attachment],
        stamp: Stamp | None,
        links: Sequence[Link],
        largest_table_offset: int,
    ) -> None:
        self.parts, self.nodes = outline.flatten(tree)
        if not self.parts:
            raise PdfProblem("There is nothing to put together: choose at least one file.")
        self.described = described
        self.attachments = attachments
        self.stamp = stamp
        self.links = links
        self.largest_table_offset = largest_table_offset
        self.segments = self._read_segments()
        self.hashes = [_content_hash(attachment) for attachment in attachments]
        self.digest = self._digest()

    def plan(self) -> Plan:
        outline_root = FIRST_FREE
        next_free = FIRST_FREE
        if self.nodes:
            next_free = outline.give_numbers(self.nodes, outline_root + 1)
        structure_root = next_free
        self.placed, self.next_free = number_parts(self.segments, next_free + 2)
        for node in _walk(self.nodes):
            if node.part is not None:
                self.placed[node.part].item = node.number
        for part in self.placed:
            part.item = part.item or CATALOGUE_NUMBER
        first_pages = [0]
        for segment in self.segments:
            first_pages.append(first_pages[-1] + segment.page_count)
        pages = first_pages.pop()
        keys = catalogue.number_structure(self.placed)
        self.tail: list[tuple[int, bytes]] = []
        self._name_wrappers()
        share_streams(self.placed)
        if self.stamp is not None:
            stamp_pages(self.stamp, self.parts, self.placed, first_pages, unique=self.digest, add=self._add)
        link_pages(self.links, self.placed, add=self._add)
        header = b"%%PDF-%d.%d\n%%\xe2\xe3\xcf\xd3\n" % divmod(
            max(17, *(s.version for s in self.segments)), 10
        )
        laid = lay_out(
            self.placed,
            len(header),
            Roots(CATALOGUE_NUMBER, PAGES_NUMBER, structure_root + 1),
            self.next_free,
        )
        self.pieces = [Piece(0, len(header), LITERAL, data=header), *laid.pieces]
        self.at = laid.end
        self.own_numbers: list[int] = []
        self.own_offsets: list[int] = []
        specs = self._attach()
        entries = self._pages_and_outline(outline_root)
        if keys:
            tree = catalogue.structure(self.placed, keys, structure_root, structure_root + 1)
            self.tail += [(structure_root, tree.root), (structure_root + 1, tree.document)]
            marked = b"true" if tree.complete else b"false"
            entries += b" /StructTreeRoot %d 0 R /MarkInfo << /Marked %s >>" % (structure_root, marked)
        attached = self._catalogue(entries, specs, first_pages)
        return self._finish(laid, pages, first_pages, attached)

    def _read_segments(self) -> list[Segment]:
        known: dict[str, Segment] = {}
        kept, segments = 0, []
        for part in self.parts:
            path = os.fspath(part.segment)
            segment = known.get(path)
            if segment is None:
                segment = known[path] = read_segment(part.segment)
                if segment.body is not None:
                    kept += segment.body_size
                    if kept > KEPT_BODIES:
                        segment.forget_body()
            segments.append(segment)
        return segments

    def _digest(self) -> str:
        sha = hashlib.sha256(ENGINE)
        told = [
            repr(self.described),
            repr(self.stamp),
            repr(self.links),
            repr([(p.title, p.label, p.own_outline) for p in self.parts]),
            repr([_shape(node) for node in self.nodes]),
            repr([(a.filename, a.description, a.mime, a.relationship) for a in self.attachments]),
            repr(self.largest_table_offset),
        ]
        for text in told:
            sha.update(b"%d\n" % len(text))
            sha.update(text.encode("utf-8", "surrogatepass"))
        for segment in self.segments:
            sha.update(segment.digest)
        for content, _ in self.hashes:
            sha.update(content)
        return sha.hexdigest()

    def _add(self, text: bytes) -> int:
        number = self.next_free
        self.next_free += 1
        self.tail.append((number, text))
        return number

    def _name_wrappers(self) -> None:
        for place, part in enumerate(self.placed, start=1):
            if part.segment.facts and "name_point" in part.segment.facts:
                part.edits.append(Edit(int(part.segment.facts["name_point"]), 0, b"(part%d)" % place))

    def _literal(self, text: bytes) -> None:
        self.pieces.append(Piece(self.at, len(text), LITERAL, data=text))
        self.at += len(text)

    def _attach(self) -> list[tuple[str, int]]:
        specs = []
        streams: dict[tuple[bytes, str], int] = {}
        for attachment, (content, size) in zip(self.attachments, self.hashes, strict=True):
            number = streams.get((content, attachment.mime))
            if number is None:
                number = streams[(content, attachment.mime)] = self.next_free
                self.next_free += 1
                self._write_file(number, attachment, size)
            specs.append((attachment.filename, self._add(catalogue.file_specification(attachment, number))))
        return specs

    def _write_file(self, number: int, attachment: Attachment, size: int) -> None:
        self.own_numbers.append(number)
        self.own_offsets.append(self.at)
        self._literal(
            b"%d 0 obj\n<< /Type /EmbeddedFile /Subtype %s /Params << /Size %d >> /Length %d >>\nstream\n"
            % (number, syntax.name(attachment.mime), size, size)
        )
        if isinstance(attachment.content, bytes):
            self._literal(attachment.content)
        elif size:
            self.pieces.append(Piece(self.at, size, FILE, path=attachment.content))
            self.at += size
        self._literal(b"\nendstream\nendobj\n")

    def _pages_and_outline(self, outline_root: int) -> bytes:
        kids = syntax.references(part.base + part.segment.page_root for part in self.placed)
        pages = sum(segment.page_count for segment in self.segments)
        self.tail.append(
            (PAGES_NUMBER, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (pages, kids)),
        )
        self.outline_count = 0
        if not self.nodes:
            return b""
        written = outline.write_outline(self.nodes, outline_root, self.parts, self.placed)
        self.outline_count = written.count
        self.tail.append((outline_root, written.root))
        self.tail += written.objects
        return b" /Outlines %d 0 R /PageMode /UseOutlines" % outline_root

    def _catalogue(self, entries: bytes, specs: list[tuple[str, int]], first_pages: list[int]) -> int:
        labels = write_labels(self.parts, self.placed, first_pages)
        if labels:
            entries += b" /PageLabels " + labels
        form = catalogue.form(self.placed, self._add)
        if form:
            entries += b" /AcroForm " + form
        layers = catalogue.layers(self.parts, self.placed)
        if layers:
            entries += b" /OCProperties " + layers
        names, attached = catalogue.file_names(specs, self.placed)
        if names:
            entries += b" /Names << /EmbeddedFiles %s >>" % names
        if specs:
            entries += b" /AF [ %s ]" % syntax.references(number for _, number in specs)
        if self.described.language:
            entries += b" /Lang " + syntax.text_string(self.described.language)
        if self.described.title:
            entries += b" /ViewerPreferences << /DisplayDocTitle true >>"
        self.tail.append(
            (CATALOGUE_NUMBER, b"<< /Type /Catalog /Pages %d 0 R%s >>" % (PAGES_NUMBER, entries))
        )
        self.tail.append((INFO_NUMBER, _information(self.described)))
        return attached

    def _finish(self, laid: Layout, pages: int, first_pages: list[int], attached: int) -> Plan:
        text = bytearray()
        for number, body in self.tail:
            self.own_numbers.append(number)
            self.own_offsets.append(self.at + len(text))
            text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self._literal(bytes(text))
        offsets = extended(laid.offsets, self.next_free)
        for number, offset in zip(self.own_numbers, self.own_offsets, strict=True):
            offsets[number] = offset
        file_id = self.digest[:32].upper()
        trailer = (
            f"/Root {CATALOGUE_NUMBER} 0 R /Info {INFO_NUMBER} 0 R /ID [ <{file_id}> <{file_id}> ]".encode(
                "ascii"
            )
        )
        xref = CrossReference(offsets, self.at, trailer, self.largest_table_offset)
        return Plan(
            size=self.at + xref.size,
            digest=self.digest,
            page_count=pages,
            outline_count=self.outline_count,
            attachment_count=attached,
            first_pages=first_pages,
            pieces=self.pieces,
            fields=laid.fields,
            values=laid.values,
            xref=xref,
        )


def _walk(nodes: Sequence[outline.Node]) -> Iterator[outline.Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _shape(node: outline.Node) -> tuple[object, ...]:
    return node.title, node.part, node.opened, [_shape(child) for child in node.children]


def _content_hash(attachment: Attachment) -> tuple[bytes, int]:
    """SHA-256 of the attachment's content and its size."""
    if isinstance(attachment.content, bytes):
        return hashlib.sha256(attachment.content).digest(), len(attachment.content)
    size = attachment.content.stat().st_size
    if attachment.sha256 is not None:
        return bytes.fromhex(attachment.sha256), size
    with attachment.content.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").digest(), size


def _information(described: _Description) -> bytes:
    text = b"<< /Producer " + syntax.text_string(PRODUCER)
    for key, value in (
        (b"Title", described.title),
        (b"Author", described.author),
        (b"Subject", described.subject),
        (b"Keywords", described.keywords),
    ):
        if value:
            text += b" /%s %s" % (key, syntax.text_string(value))
    if described.created is not None:
        offset = described.created.strftime("%z")
        zone = f"{offset[:3]}'{offset[3:5]}'" if offset else ""
        moment = described.created.strftime("D:%Y%m%d%H%M%S") + zone
        text += b" /CreationDate (%s)" % moment.encode("ascii")
    return text + b" >>"
