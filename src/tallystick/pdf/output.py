"""Carrying a plan out: copying bytes and filling the fixed-width fields on the way.

Stretches without a field are handed to the kernel (copy_file_range); the rest goes through one buffer in which the
fields are filled many at a time. The same code gives any byte range as a stream.
"""

from __future__ import annotations

import contextlib
import errno
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.pdf.layout import FILE, LITERAL, Piece
from tallystick.pdf.model import SegmentDamaged
from tallystick.pdf.segment import WIDTH, Segment

if TYPE_CHECKING:
    from tallystick.pdf.planning import Plan, Progress
    from tallystick.pdf.segment import Int64s

WINDOW = 1 << 20
# For fewer, one at a time is quicker than all at once.
FEW_FIELDS = 40
# A stretch without fields that is worth a system call of its own.
WORTH_COPYING = 192 << 10
WORTH_RESERVING = 4 << 20
COPY_AT_ONCE = 64 << 20


def write_file(plan: Plan, path: Path, progress: Progress | None, durable: bool) -> None:
    """See ``Plan.write``."""
    folder = path.parent
    free = os.statvfs(folder)
    if free.f_bavail * free.f_frsize < plan.size:
        raise OSError(errno.ENOSPC, f"There isn't enough room for {plan.size:,} bytes", str(path))
    temporary = folder / f".{path.name[:100]}.{os.urandom(6).hex()}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        try:
            _reserve(handle, plan.size)
            _Writer(plan, handle, progress).run()
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        sync_folder(folder)


def _reserve(handle: int, size: int) -> None:
    """Have the file system set the room aside: a full disk shows at once, and writing gets quicker."""
    if size < WORTH_RESERVING:
        return
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as fault:
        if fault.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENODEV):
            raise


def sync_folder(folder: Path) -> None:
    """Make the renaming of a file in ``folder`` last through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # Some network file systems can't sync a folder; the file itself is synced already.
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def stream(plan: Plan, start: int, end: int) -> Iterator[bytes]:
    """See ``Plan.stream``."""
    if not 0 <= start <= end <= plan.size:
        raise ValueError(f"the range {start}–{end} lies outside of the output's {plan.size} bytes")
    return _stream(plan, start, end)


def _stream(plan: Plan, start: int, end: int) -> Iterator[bytes]:
    sources = _Sources()
    try:
        while start < end:
            size = min(WINDOW, end - start)
            window = bytearray(size)
            fill_window(plan, sources, window, start)
            yield bytes(window)
            start += size
    finally:
        sources.close()


class _Sources:
    """The one source file that is open at a time, checked to be what was planned with."""

    def __init__(self) -> None:
        self._owner: object = None
        self._handle = -1

    def open(self, piece: Piece) -> int:
        owner: object = piece.segment or piece.path
        if owner is self._owner:
            return self._handle
        self.close()
        path = piece.segment.path if piece.segment is not None else piece.path
        if path is None:
            raise TypeError("a piece needs a source")
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._owner = owner
        status = os.fstat(self._handle)
        now = (status.st_size, status.st_mtime_ns)
        if piece.segment is not None and now != piece.segment.stamp:
            raise SegmentDamaged(f"The prepared copy {path.name} changed while it was being used. Try again.")
        if piece.kind == FILE and status.st_size != piece.size:
            raise SegmentDamaged(f"The attached file {path.name} changed while it was being used. Try again.")
        return self._handle

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self._owner = -1, None


class _Writer:
    def __init__(self, plan: Plan, handle: int, progress: Progress | None) -> None:
        self.plan = plan
        self.handle = handle
        self.progress = progress
        self.sources = _Sources()
        self.done = 0
        self.told = 0

    def run(self) -> None:
        try:
            for start, end, piece in _stretches(self.plan):
                if piece is not None:
                    self._copy(piece, start, end)
                else:
                    self._fill(start, end)
        finally:
            self.sources.close()
        if self.progress is not None:
            self.progress(self.plan.size, self.plan.size)

    def _fill(self, start: int, end: int) -> None:
        window = bytearray(min(WINDOW, end - start))
        while start < end:
            size = min(WINDOW, end - start)
            if size < len(window):
                window = bytearray(size)
            fill_window(self.plan, self.sources, window, start)
            view = memoryview(window)
            while view:
                view = view[os.write(self.handle, view) :]
            start += size
            self._advance(size)

    def _copy(self, piece: Piece, start: int, end: int) -> None:
        source = self.sources.open(piece)
        offset = piece.start + start - piece.at
        while start < end:
            copied = _copy_range(source, self.handle, min(end - start, COPY_AT_ONCE), offset)
            if not copied:
                raise SegmentDamaged("A prepared copy became shorter while it was being used. Try again.")
            start += copied
            offset += copied
            self._advance(copied)

    def _advance(self, count: int) -> None:
        self.done += count
        if self.progress is not None and self.done - self.told >= WINDOW:
            self.told = self.done
            self.progress(self.done, self.plan.size)


def _copy_range(source: int, target: int, count: int, offset: int) -> int:
    try:
        return os.copy_file_range(source, target, count, offset)
    except OSError as fault:
        if fault.errno not in (
            errno.EXDEV,
            errno.EINVAL,
            errno.ENOSYS,
            errno.EOPNOTSUPP,
            errno.EPERM,
            errno.EBADF,
        ):
            raise
    piece = os.pread(source, min(count, WINDOW), offset)
    view = memoryview(piece)
    while view:
        view = view[os.write(target, view) :]
    return len(piece)


def _stretches(plan: Plan) -> Iterator[tuple[int, int, Piece | None]]:
    """The output from front to back: ranges to be filled through the buffer, and pieces' ranges to be copied."""
    pending = 0
    for piece in plan.pieces:
        if piece.kind == LITERAL or piece.size < WORTH_COPYING:
            continue
        if piece.segment is not None and piece.segment.body is not None:
            continue
        for start, end in _without_fields(plan.fields, piece):
            if start > pending:
                yield pending, start, None
            yield start, end, piece
            pending = end
    if pending < plan.size:
        yield pending, plan.size, None


def _without_fields(fields: list[int] | Int64s, piece: Piece) -> list[tuple[int, int]]:
    """The stretches of a piece that are worth copying by themselves."""
    end = piece.at + piece.size
    inside = fields[bisect_left(fields, piece.at) : bisect_left(fields, end)]
    found, begin = [], piece.at
    for place in inside if isinstance(inside, list) else inside.tolist():
        if place - begin >= WORTH_COPYING:
            found.append((begin, place))
        begin = place + WIDTH
    if end - begin >= WORTH_COPYING:
        found.append((begin, end))
    return found


def fill_window(plan: Plan, sources: _Sources, window: bytearray, start: int) -> None:
    """Make ``window`` the output's bytes from ``start`` on."""
    end = start + len(window)
    pieces = plan.pieces
    view = memoryview(window)
    place = max(bisect_right(pieces, start, key=_at) - 1, 0)
    while place < len(pieces):
        piece = pieces[place]
        if piece.at >= end:
            break
        low, high = max(start, piece.at), min(end, piece.at + piece.size)
        if low < high:
            _read(piece, sources, view[low - start : high - start], piece.start + low - piece.at)
        place += 1
    xref_at = plan.xref.at
    if end > xref_at:
        low = max(start, xref_at)
        view[low - start :] = plan.xref.read(low - xref_at, end - xref_at)
    _fill_fields(plan, window, start, end)


def _at(piece: Piece) -> int:
    return piece.at


def _read(piece: Piece, sources: _Sources, view: memoryview, offset: int) -> None:
    if piece.kind == LITERAL:
        view[:] = piece.data[offset : offset + len(view)] if len(view) != piece.size else piece.data
        return
    segment: Segment | None = piece.segment
    if segment is not None and segment.body is not None:
        view[:] = memoryview(segment.body)[offset : offset + len(view)]
        return
    handle = sources.open(piece)
    while view:
        count = os.preadv(handle, [view], offset)
        if not count:
            raise SegmentDamaged("A prepared copy became shorter while it was being used. Try again.")
        view = view[count:]
        offset += count


def _fill_fields(plan: Plan, window: bytearray, start: int, end: int) -> None:
    first = bisect_left(plan.fields, start - WIDTH + 1)
    last = bisect_left(plan.fields, end)
    fields: Any = plan.fields[first:last]
    values: Any = plan.values[first:last]
    if not isinstance(fields, list):
        if len(fields) > FEW_FIELDS:
            from tallystick.pdf.filling import fill

            fill(window, fields - start, values)
            return
        fields, values = fields.tolist(), values.tolist()
    for field, value in zip(fields, values, strict=True):
        # Of a field on the window's edge only the inner part belongs here.
        low, high = max(field - start, 0), min(field - start + WIDTH, len(window))
        window[low:high] = (b"%-7d" % value)[low + start - field : high + start - field]
