"""From the file that qpdf saved after normalising to a segment (see ``segment`` for the layout)."""

from __future__ import annotations

import hashlib
import mmap
import re
import zlib
from array import array
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tallystick.pdf import streams
from tallystick.pdf.normalise.document import CATALOGUE_MARKS
from tallystick.pdf.normalise.objects import Notes
from tallystick.pdf.segment import (
    CATALOGUE,
    MOST_OBJECTS,
    PAGES,
    PART_ITEM,
    STRUCTURE_BASE,
    STRUCTURE_DOCUMENT,
    WIDTH,
    Sections,
    pack,
)
from tallystick.pdf.tokens import (
    HEAD,
    LARGEST_NUMBER,
    LENGTH,
    TOKEN,
    Buffer,
    NotAsWritten,
    objects_in_order,
    read_cross_reference,
    split_stream,
)

BLANK = b" " * WIDTH
WORTH_SHARING = 4096
FLUSH_AT = 1 << 20
PAIR = re.compile(rb"(\d+) (\d+) 0 R")
# Facts that only the writer needs; everything else goes into the index.
WRITER_FACTS = ("structure_keys", "shapes")


def write_segment(saved: Path, dest: Path, notes: Notes, version: int) -> list[str]:
    """Write the segment of ``saved`` to ``dest``; return remarks on what had to be mended on the way.

    Raises NotAsWritten or ValueError when the saved file has another shape than expected.
    """
    with (
        saved.open("rb") as source,
        mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as raw,
        dest.open("wb") as out,
    ):
        return _Writer(raw, out, notes).write(version)


class _Writer:
    def __init__(self, raw: Buffer, out: BinaryIO, notes: Notes) -> None:
        self.raw = raw
        self.out = out
        self.notes = notes
        self.offsets, self.table, trailer = read_cross_reference(raw)
        root = re.search(rb"/Root (\d+) 0 R", trailer)
        if root is None:
            raise NotAsWritten("the trailer names no catalogue")
        self.catalogue = int(root[1])
        self.marks = self._read_marks()
        self.special = {self.catalogue: CATALOGUE}
        if "outline" in self.marks:
            self.special[self.marks["outline"][0]] = PART_ITEM
        if "structure" in self.marks:
            self.special[self.marks["structure"][2]] = STRUCTURE_DOCUMENT
        self.keys = {key: place for place, key in enumerate(notes.facts.get("structure_keys", ()))}
        self.buffer = bytearray()
        self.flushed = 0
        self.crc = 0
        self.sha = hashlib.sha256()
        self.positions = array("q")
        self.targets = array("i")
        self.mended = 0
        self.name_point = 0
        self.wrapper = self.marks.get("wrapper", [0])[0]
        self.parent_tree = self.marks["structure"][1] if "structure" in self.marks else 0
        self.test_budget = streams.TEST_BUDGET

    def _read_marks(self) -> dict[str, list[int]]:
        start = int(self.offsets[self.catalogue])
        body = bytes(self.raw[start : self.raw.find(b"endobj", start)])
        found = re.search(re.escape(CATALOGUE_MARKS.encode()) + rb" \[([^\]]*)\]", body)
        if found is None:
            raise NotAsWritten("the catalogue has lost its marks")
        numbers = [int(m[1]) for m in re.finditer(rb"(\d+) 0 R", found[1])]
        if len(numbers) != sum(map(len, self.notes.marks.values())):
            raise NotAsWritten("objects that are needed went missing")
        marks, at = {}, 0
        for key, things in self.notes.marks.items():
            marks[key] = numbers[at : at + len(things)]
            at += len(things)
        return marks

    def write(self, version: int) -> list[str]:
        kept = [(n, a, b) for n, a, b in objects_in_order(self.offsets, self.table) if n not in self.special]
        if len(kept) > MOST_OBJECTS:
            raise ValueError("it has too many objects")
        self.new = [0] * len(self.offsets)
        digests = streams.ContentDigests(self.raw, {number: (start, end) for number, start, end in kept})
        for place, (number, _, _) in enumerate(kept):
            self.new[number] = place + 1
        self.page_place = {number: place for place, number in enumerate(self.marks["pages"])}
        self.fonts = set(self.marks.get("fonts", ()))
        self.stamp_points = np.full(2 * len(self.page_place), -1, np.int64)
        self.font_points = array("q")
        offsets = array("q")
        shared_objects, shared_digests = array("i"), bytearray()
        for number, start, end in kept:
            if len(self.buffer) > FLUSH_AT:
                self._flush()
            offsets.append(self._here())
            begin = len(self.buffer)
            self._field(self.new[number])
            head = HEAD.match(self.raw, start)
            if head is None or int(head[1]) != number:
                raise NotAsWritten("an object is not where the table says")
            self.buffer += b" 0 obj\n"
            dict_end, data, length = split_stream(self.raw, head.end(), end)
            if length < 0:
                self._plain(number, head.end(), end, begin)
                continue
            self._stream(head.end(), dict_end, data, length)
            digest = digests.of(number) if length >= WORTH_SHARING else None
            if digest is not None:
                shared_objects.append(self.new[number])
                shared_digests += digest
        self._flush()
        sections = Sections(
            version=version,
            body_size=self.flushed,
            body_crc=self.crc,
            body_sha256=self.sha.digest(),
            page_root=self.new[self.marks["root"][0]],
            offsets=np.array(offsets, np.int64),
            positions=np.array(self.positions, np.int64),
            targets=np.array(self.targets, np.int32),
            pages=np.array([self.new[n] for n in self.marks["pages"]], np.int32),
            shapes=np.array(self.notes.facts["shapes"], np.float64).reshape(-1),
            stamp_points=self.stamp_points,
            font_points=np.array(self.font_points, np.int64),
            stream_objects=np.array(shared_objects, np.int32),
            stream_digests=bytes(shared_digests),
            facts=self._facts(),
        )
        self.out.write(pack(sections))
        if self.mended:
            return [f"{self.mended} damaged stream{'s were' if self.mended > 1 else ' was'} mended"]
        return []

    def _plain(self, number: int, start: int, end: int, begin: int) -> None:
        """An object that is no stream; some of them need something put in on the way or remembered."""
        if number == self.parent_tree:
            self._parent_tree(start, end)
        elif number == self.marks["root"][0]:
            self._insert_after(start, b"<<", b" /Parent ", PAGES, end)
        elif number == self.wrapper:
            self._wrapper(start, end)
        else:
            self._copy(start, end)
        if number in self.page_place:
            opened = self.buffer.find(b"/Contents [", begin)
            if opened >= 0:
                opened += len(b"/Contents [")
                place = 2 * self.page_place[number]
                closed = self.buffer.find(b"]", opened)
                self.stamp_points[place : place + 2] = (self.flushed + opened, self.flushed + closed)
        elif number in self.fonts:
            self.font_points.append(self.flushed + self.buffer.index(b"<<", begin) + 2)

    def _facts(self) -> dict[str, object]:
        facts = {key: value for key, value in self.notes.facts.items() if key not in WRITER_FACTS}
        for key in ("wrapper", "layers", "form_fonts", "embedded", "outline", "structure"):
            if key in self.marks:
                facts[f"{key}_objects"] = [self.new[n] for n in self.marks[key]]
        if self.keys:
            facts["structure_keys"] = len(self.keys)
        if self.name_point:
            facts["name_point"] = self.name_point
        return facts

    def _here(self) -> int:
        return self.flushed + len(self.buffer)

    def _flush(self) -> None:
        self.out.write(self.buffer)
        self.crc = zlib.crc32(self.buffer, self.crc)
        self.sha.update(self.buffer)
        self.flushed += len(self.buffer)
        self.buffer.clear()

    def _field(self, target: int) -> None:
        self.positions.append(self._here())
        self.targets.append(target)
        self.buffer += BLANK

    def _target(self, number: int) -> int:
        if number in self.special:
            return self.special[number]
        if number < len(self.new) and self.new[number]:
            return self.new[number]
        raise NotAsWritten("a reference leads to no object")

    def _copy(self, start: int, end: int) -> None:
        """Copy text, with a field for each reference and structure key, and without unsafe actions."""
        raw, at = self.raw, start
        for token in TOKEN.finditer(raw, start, end):
            kind = token.lastgroup
            if kind == "ref":
                self.buffer += raw[at : token.start()]
                self._field(self._target(int(token["ref"])))
                at = token.end("ref")
            elif kind == "action":
                self.buffer += raw[at : token.start()]
                self.buffer += b"/S /Removed"
                at = token.end()
            elif kind == "huge":
                # Readers refuse numbers that don't fit 64 bits, and nothing in a PDF is that big.
                self.buffer += raw[at : token.start()]
                self.buffer += LARGEST_NUMBER
                at = token.end()
            elif kind == "filter":
                # Neither a name nor an array, as it must be; under another name nobody stumbles over it.
                self.buffer += raw[at : token.start()]
                self.buffer += b"/NoFilter"
                at = token.end("filter")
            elif kind == "key":
                place = self.keys.get(int(token["key"]))
                if place is None:
                    self.buffer += raw[at : token.start()]
                else:
                    self.buffer += raw[at : token.start("key")]
                    self._field(STRUCTURE_BASE - place)
                at = token.end()
        self.buffer += raw[at:end]

    def _stream(self, start: int, dict_end: int, data: int, length: int) -> None:
        content: bytes | None = None
        if self.test_budget > 0 and streams.is_plain_flate(self.raw, start, dict_end):
            used, content = streams.mend_flate(self.raw, data, length, self.test_budget)
            self.test_budget -= used
        if content is not None:
            self.mended += 1
            for match in LENGTH.finditer(self.raw, start, dict_end):
                if int(match[1]) == length:
                    self._copy(start, match.start(1))
                    self.buffer += b"%d" % len(content)
                    self._copy(match.end(1), dict_end)
                    break
            self.buffer += b"\nstream\n"
            self.buffer += content
        else:
            self._copy(start, dict_end)
            self.buffer += b"\nstream\n"
            while length > FLUSH_AT:
                self.buffer += self.raw[data : data + FLUSH_AT]
                self._flush()
                data, length = data + FLUSH_AT, length - FLUSH_AT
            self.buffer += self.raw[data : data + length]
        self.buffer += b"\nendstream\nendobj\n"

    def _insert_after(self, start: int, what: bytes, text: bytes, target: int, end: int) -> None:
        split = self.raw.find(what, start, end) + len(what)
        self._copy(start, split)
        self.buffer += text
        self._field(target)
        self.buffer += b" 0 R"
        self._copy(split, end)

    def _wrapper(self, start: int, end: int) -> None:
        split = self.raw.find(b"/T (field)", start, end)
        if split < 0:
            raise NotAsWritten("the form's wrapper has lost its name")
        self._copy(start, split)
        self.buffer += b"/T "
        self.name_point = self._here()
        self._copy(split + len(b"/T (field)"), end)

    def _parent_tree(self, start: int, end: int) -> None:
        pairs = PAIR.findall(bytes(self.raw[start:end]))
        if len(pairs) != len(self.keys):
            raise NotAsWritten("the structure's parent tree is not as it was written")
        self.buffer += b"<< /Limits [ "
        self._field(STRUCTURE_BASE)
        self.buffer += b" "
        self._field(STRUCTURE_BASE - len(pairs) + 1)
        self.buffer += b" ] /Nums ["
        for place, number in pairs:
            self.buffer += b" "
            self._field(STRUCTURE_BASE - int(place))
            self.buffer += b" "
            self._field(self._target(int(number)))
            self.buffer += b" 0 R"
        self.buffer += b" ] >>\nendobj\n"
