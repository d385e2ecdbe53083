"""The claim's own PDF with 1, 100 and 1,000 lines, beside ReportLab's canvas drawing the same cells.

Goal (issue 2, §3): 1,000 lines in 150 ms, warm.
"""

import gc
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Figure, Table, run, show_all

SIZES = (1, 100, 1000)
_ROOT = Path(__file__).parents[1]


def main(argv: Sequence[str] = ()) -> int:
    """Print a table for each size; ``--json`` prints one object. Returns 0: a timing never fails anything."""
    from tests.documents.papers.samples import long_claim

    tables = [_measure(long_claim, count) for count in SIZES]
    show_all(tables, as_json="--json" in argv)
    return 0


def _measure(long_claim: Callable[[int, int], Any], count: int) -> Table:
    from tallystick.documents.papers import render_claim

    goes = 25 if count < 1000 else 11
    table = Table(
        f"Claim PDF, {count:,} line{'' if count == 1 else 's'} (median of {goes}, warm)",
        goal="1,000 lines in 150 ms" if count == 1000 else "",
    )
    paper = long_claim(count, 0)
    others = iter([long_claim(count, number) for number in range(1, goes + 2)])
    pages = _cells(paper)
    made = render_claim(paper)
    drawn = _by_reportlab(pages)
    table.add(
        _median(
            f"ReportLab canvas, same cells, {len(drawn) / 1024:.0f} KiB", lambda: _by_reportlab(pages), goes
        )
    )
    table.add(_median(f"Tallystick, {len(made) / 1024:.0f} KiB", lambda: render_claim(paper), goes))
    table.add(_median("Tallystick, amounts never seen before", lambda: render_claim(next(others)), goes))
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        target = Path(folder) / "bare.pdf"
        table.add(_median("writing the finished file", lambda: target.write_bytes(made), goes))
    table.add(_whole_process(count))
    return table


def _median(name: str, work: Callable[[], Any], goes: int) -> Figure:
    work()
    times = []
    gc.collect()
    for _ in range(goes):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return Figure(name, median(times))


def _whole_process(count: int) -> Figure:
    """A fresh process that renders once: what the first claim costs, and the memory."""
    path = os.pathsep.join((str(_ROOT / "src"), str(_ROOT)))
    program = (
        f"import sys; sys.path[:0] = {path.split(os.pathsep)!r}\n"
        "from tests.documents.papers.samples import long_claim\n"
        "from tallystick.documents.papers import render_claim\n"
        f"render_claim(long_claim({count}))\n"
    )
    return run("Tallystick, whole process, cold", [sys.executable, "-c", program], note="imports included")


def _cells(paper: Any) -> list[list[tuple[str, ...]]]:
    """The rows of the continuation sheets as written, 25 a page."""
    from tallystick.documents.papers.figures import figure_writer

    write = figure_writer(paper.currency)
    rows = [
        (
            line.item, line.cost_code, line.description,
            *(write(amount) for amount in (line.scheduled_value, line.previous, line.this_period,
                                           line.materials_stored, line.total)),
            f"{(line.percent_bp or 0) / 100:.2f}", write(line.balance), write(line.retention_held),
        )
        for group in paper.groups
        for line in group.lines
    ]  # fmt: skip
    return [rows[at : at + 25] for at in range(0, len(rows), 25)]


def _by_reportlab(pages: Sequence[Sequence[tuple[str, ...]]]) -> bytes:
    """The same cells on ReportLab's canvas in a built-in font: no wrapping, no fallback, no totals."""
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(842, 595), pageCompression=1)
    for rows in pages:
        canvas.setFont("Helvetica", 8)
        for number, row in enumerate(rows):
            y = 540 - 19 * number
            canvas.drawString(34, y, row[0])
            canvas.drawString(60, y, row[1])
            canvas.drawString(105, y, row[2])
            for at, text in enumerate(row[3:]):
                canvas.drawRightString(430 + 52 * at, y, text)
            canvas.line(34, y - 5, 808, y - 5)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


if __name__ == "__main__":
    sys.path[:0] = [str(_ROOT / "src"), str(_ROOT)]
    raise SystemExit(main(sys.argv[1:]))
