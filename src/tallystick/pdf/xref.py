"""The cross-reference of an output: a table, or a stream once offsets outgrow a table's ten digits."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tallystick.pdf.segment import Int64s

LARGEST_TABLE_OFFSET = 9_999_999_999
ROW = 20
STREAM_ROW = 11
USED = b"0000000000 00000 n \n"
FREE = b"0000000000 65535 f \n"


class CrossReference:
    """The output's last bytes, from the cross-reference to %%EOF, made piecewise when they are asked for.

    ``offsets`` holds where each object begins, by number; 0 means that there is no such object.
    """

    def __init__(
        self, offsets: list[int] | Int64s, at: int, trailer: bytes, largest_table_offset: int
    ) -> None:
        self.at = at
        count = len(offsets)
        end = b"\nstartxref\n%d\n%%%%EOF\n" % at
        self._as_stream = at > largest_table_offset
        if self._as_stream:
            offsets = extended(offsets, count + 1)
            offsets[count] = at
            rows = len(offsets) * STREAM_ROW
            self._head = b"%d 0 obj\n<< /Type /XRef /Size %d /W [ 1 8 2 ] %s /Length %d >>\nstream\n" % (
                count,
                count + 1,
                trailer,
                rows,
            )
            self._tail = b"\nendstream\nendobj" + end
            self._row = STREAM_ROW
        else:
            self._head = b"xref\n0 %d\n" % count
            self._tail = b"trailer << /Size %d %s >>" % (count, trailer) + end
            self._row = ROW
        self._offsets = offsets
        self._rows_end = len(self._head) + len(offsets) * self._row
        self.size = self._rows_end + len(self._tail)

    def read(self, start: int, end: int) -> bytes:
        """Bytes from ``start`` to ``end``, counted from the cross-reference's beginning."""
        pieces = []
        head = len(self._head)
        if start < head:
            pieces.append(self._head[start : min(end, head)])
        if end > head and start < self._rows_end:
            first = max(start - head, 0) // self._row
            last = -(-(min(end, self._rows_end) - head) // self._row)
            rows = self._rows(first, last)
            skip = max(start - head, 0) - first * self._row
            pieces.append(rows[skip : skip + min(end, self._rows_end) - max(start, head)])
        if end > self._rows_end:
            pieces.append(self._tail[max(start - self._rows_end, 0) : end - self._rows_end])
        return b"".join(pieces)

    def _rows(self, first: int, last: int) -> bytes:
        offsets: Any = self._offsets[first:last]
        if not isinstance(offsets, list):
            return _stream_rows(offsets) if self._as_stream else _table_rows(offsets)
        if self._as_stream:
            return b"".join(struct.pack(">BQH", bool(at), at, 0 if at else 65535) for at in offsets)
        return b"".join(b"%010d 00000 n \n" % at if at else FREE for at in offsets)


def extended(offsets: list[int] | Int64s, count: int) -> Any:
    """A copy with room for ``count`` numbers, 0 in the new places."""
    if isinstance(offsets, list):
        return offsets + [0] * (count - len(offsets))
    import numpy as np

    return np.concatenate([offsets, np.zeros(count - len(offsets), np.int64)])


def _table_rows(offsets: Int64s) -> bytes:
    import numpy as np

    rows = np.empty((len(offsets), ROW), np.uint8)
    rows[:] = np.frombuffer(USED, np.uint8)
    rest = offsets.copy()
    for place in range(9, -1, -1):
        rest, digit = np.divmod(rest, 10)
        rows[:, place] += digit.astype(np.uint8)
    rows[offsets == 0] = np.frombuffer(FREE, np.uint8)
    return rows.tobytes()


def _stream_rows(offsets: Int64s) -> bytes:
    import numpy as np

    rows = np.zeros((len(offsets), STREAM_ROW), np.uint8)
    used = offsets > 0
    rows[:, 0] = used
    rows[:, 1:9] = offsets.astype(">u8").view(np.uint8).reshape(-1, 8)
    rows[~used, 9:] = 255
    return rows.tobytes()
