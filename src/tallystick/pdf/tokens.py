"""Finding references in what qpdf has written.

qpdf's own output is regular: one object after another, generation 0 throughout, one space between tokens,
parentheses inside strings always escaped, control characters in strings as escapes, no comments. So only
strings have to be stepped over, and a number is a reference's if nothing regular stands before it.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tallystick.pdf.segment import Int64s

UNSAFE_ACTIONS = (
    rb"JavaScript|Launch|GoToE|GoToR|ImportData|SubmitForm|ResetForm|Rendition|Movie|Sound|Trans|GoTo3DView|"
    rb"RichMediaExecute|Hide|Thread"
)

TOKEN = re.compile(
    rb"(?P<string>\((?:[^\\()]++|\\.)*+\))"
    rb"|(?<![^\s\[\]<>()])(?P<ref>[0-9]++) 0 R(?![^\s\[\]<>()/])"
    rb"|/S /(?P<action>" + UNSAFE_ACTIONS + rb")(?![^\s\[\]<>()/])"
    rb"|/StructParents? (?P<key>-?[0-9]++)(?![^\s\[\]<>()/])"
    rb"|(?<![^\s\[\]<>()])(?P<huge>[+-]?[0-9]{19,})(?![^\s\[\]<>()/])"
    rb"|/(?P<filter>Filter) (?![/\[]|null\b|[0-9]+ 0 R\b)",
    re.DOTALL,
)
HEAD = re.compile(rb"(\d+) 0 obj\n")
LARGEST_NUMBER = b"2147483647"
LENGTH = re.compile(rb"/Length (\d+)(?= |>)")
STREAM = b"\nstream\n"

Buffer = mmap.mmap | bytes


class NotAsWritten(ValueError):
    """The saved file is not in the shape that qpdf writes; nothing may be concluded from it."""


def read_cross_reference(raw: Buffer) -> tuple[Int64s, int, bytes]:
    """Offsets by object number (index 0 unused), where the table begins, and the trailer."""
    last = raw.rfind(b"startxref")
    if last < 0:
        raise NotAsWritten("there is no startxref")
    table = int(raw[last + 9 : last + 40].split()[0])
    head = re.match(rb"xref\n0 (\d+)\n", raw[table : table + 40])
    if head is None:
        raise NotAsWritten("the cross-reference table is not a plain one")
    count = int(head[1])
    rows = np.frombuffer(raw, np.uint8, count * 20, table + head.end()).reshape(count, 20)
    digits = rows[:, :10].astype(np.int64) - 48
    offsets = (digits * 10 ** np.arange(9, -1, -1, dtype=np.int64)).sum(1)
    free = rows[:, 17] != ord("n")
    if bool(free[1:].any()):
        raise NotAsWritten("there are free objects")
    return offsets, table, bytes(raw[table + head.end() + count * 20 : last])


def objects_in_order(offsets: Int64s, table: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of every object, by place in the file."""
    order = (np.argsort(offsets[1:], kind="stable") + 1).tolist()
    ends = [*offsets[order[1:]].tolist(), table] if order else []
    for number, end in zip(order, ends, strict=True):
        yield number, int(offsets[number]), end


def split_stream(raw: Buffer, start: int, end: int) -> tuple[int, int, int]:
    """Where the object's dictionary ends, where its data begins and how long it is (-1 when it is no stream)."""
    at = raw.find(STREAM, start, end)
    if at < 0:
        return end, end, -1
    data = at + len(STREAM)
    for match in LENGTH.finditer(raw, start, at):
        length = int(match[1])
        if raw[data + length : data + length + 18].lstrip(b"\n").startswith(b"endstream\nendobj"):
            return at, data, length
    raise NotAsWritten("a stream's length is wrong")
