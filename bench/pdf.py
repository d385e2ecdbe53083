"""Merging prepared PDFs beside cat, pikepdf, qpdf and pypdf; what survives of them; what preparing costs.

Goals (issue 2, §2): 20 scans of 22 MiB in 1.3 × cat and 64 MiB; 1,000 small files in 3 × cat and 100 × 10 pages of
text in 2 × cat, both in a warm process. Contestants take turns, inputs are in the page cache, outputs go to one
folder, and nobody syncs except in the rows that say so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.measure import MIB, Figure, Table, settle, show_all

ROOT = Path(__file__).parents[1]
COUNTS = {"a": 100, "b": 20, "c": 1000, "d": 100, "e": 50, "f": 50}
GOALS = {
    "a": "warm ≤ 2 × cat",
    "b": "whole process ≤ 1.3 × cat, ≤ 64 MiB",
    "c": "warm ≤ 3 × cat",
    "d": "equal large streams once",
    "e": "every field survives",
    "f": "every link and outline node survives",
}
# pypdf needs minutes and a gigabyte for the scans; once is enough to see that.
SLOW_GOES = 1


class Launcher:
    """Runs programs from a small process, so that the memory figures are theirs and not this one's."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(ROOT / "bench" / "_launcher.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: Sequence[str | Path], output: Path | None = None) -> Figure:
        """Wall time and highest memory of one run; raises ``RuntimeError`` when it fails."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        words = [str(output or os.devnull), *map(str, command)]
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        seconds, memory, code = json.loads(self.process.stdout.readline())
        if code not in (0, 3):
            raise RuntimeError(f"{words[1]} ended with {code}")
        return Figure(words[1], seconds, memory)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


@dataclass(slots=True)
class Contestant:
    """One way of merging, called once a round."""

    name: str
    go: Callable[[], Figure]
    slow: bool = False


def main(argv: Sequence[str] = ()) -> int:
    """Print the tables; ``--quick`` takes fewer files and rounds, ``--json`` prints one object. Returns 0."""
    options = _options(argv)
    folder = options.into / "inputs"
    work = Path(tempfile.mkdtemp(prefix="run-", dir=_made(options.into)))
    launcher = Launcher()
    try:
        tables = [_merging(name, folder, work, launcher, options) for name in options.sets]
        tables.append(_preparing(folder, work, options))
    finally:
        launcher.close()
        shutil.rmtree(work, ignore_errors=True)
    show_all(tables, as_json=options.json)
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench pdf", description=__doc__)
    default = Path(tempfile.gettempdir()) / "tallystick-bench"
    parser.add_argument("--into", type=Path, default=default, help=f"where inputs are kept ({default})")
    parser.add_argument("--quick", action="store_true", help="a tenth of the files, fewer rounds")
    parser.add_argument("--rounds", type=int, default=0, help="how often everybody has a turn (7; quick 3)")
    parser.add_argument("--sets", default="bcadef", help="which sets, by letter (bcadef)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(list(argv))
    options.rounds = options.rounds or (3 if options.quick else 7)
    return options


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _merging(name: str, folder: Path, work: Path, launcher: Launcher, options: argparse.Namespace) -> Table:
    from bench import _pdf_inputs

    count = max(2, COUNTS[name] // (10 if options.quick else 1))
    inputs = _pdf_inputs.make(name, folder, count)
    segments = _prepared(inputs, folder / f"{name}-{count}-segments")
    size = sum(path.stat().st_size for path in inputs)
    sys.stderr.write(f"  set {name}: {_pdf_inputs.SETS[name]}, {size / MIB:.1f} MiB\n")
    output = work / "out.pdf"
    contestants = _contestants(launcher, name, inputs, segments, output)
    figures: dict[str, list[Figure]] = {contestant.name: [] for contestant in contestants}
    notes: dict[str, str] = {}
    settle(*inputs, *segments)
    for turn in range(options.rounds):
        for contestant in contestants:
            if contestant.slow and turn >= SLOW_GOES:
                continue
            output.unlink(missing_ok=True)
            # What the one before left to be written must not be waited for by the next.
            os.sync()
            figures[contestant.name].append(contestant.go())
            if turn == 0 and "cat" not in contestant.name:
                notes[contestant.name] = _what_is_left(name, output)
    table = Table(
        f"Set {name}: {_pdf_inputs.SETS[name]} ({count} files, {size / MIB:.1f} MiB; best of {options.rounds})",
        goal=GOALS[name],
    )
    for contestant in contestants:
        goes = figures[contestant.name]
        middle = median(figure.seconds for figure in goes)
        note = "; ".join(filter(None, [notes.get(contestant.name, ""), f"median {middle * 1000:.0f} ms"]))
        best = min(figure.seconds for figure in goes)
        table.add(Figure(contestant.name, best, max(figure.rss for figure in goes), note))
    return table


def _prepared(inputs: Sequence[Path], folder: Path) -> list[Path]:
    from tallystick.pdf import IngestJob, ingest_many

    segments = []
    for result in ingest_many([IngestJob(path, path.name) for path in inputs], _made(folder)):
        if result.segment is None:
            raise RuntimeError(f"{result.name} could not be prepared: {result.note}")
        segments.append(result.segment)
    return segments


def _contestants(
    launcher: Launcher, name: str, inputs: Sequence[Path], segments: Sequence[Path], output: Path
) -> list[Contestant]:
    from tallystick.pdf import Part, plan

    def warm() -> Figure:
        began = time.perf_counter()
        plan([Part(path, path.stem[:12]) for path in segments]).write(output, durable=False)
        return Figure("", time.perf_counter() - began)

    def program(*command: str | Path) -> Callable[[], Figure]:
        return lambda: launcher.run(command)

    def other(tool: str, files: Sequence[Path]) -> Callable[[], Figure]:
        return program(sys.executable, "-I", "-c", _BOOT, ROOT, tool, output, *files)

    def cat() -> Figure:
        return launcher.run(["cat", *inputs], output)

    def cat_synced() -> Figure:
        return launcher.run(["sh", "-c", _CAT_AND_SYNC, "sh", output, *inputs])

    qpdf = shutil.which("qpdf")
    found = [
        Contestant("cat", cat),
        Contestant("tallystick, warm", warm),
        Contestant("tallystick, whole process", other("tallystick", segments)),
        Contestant("pikepdf.Job, streams preserved", other("pikepdf_job", inputs)),
        Contestant("pikepdf, pages.extend", other("pikepdf_pages", inputs)),
        Contestant("pypdf", other("pypdf", inputs), slow=True),
    ]
    if qpdf:
        found.insert(5, Contestant("qpdf", program(qpdf, "--empty", "--pages", *inputs, "--", output)))
    if name == "b":
        found.insert(3, Contestant("cat, synced", cat_synced))
        found.insert(4, Contestant("tallystick, whole process, synced", other("tallystick_synced", segments)))
    return found


_CAT_AND_SYNC = 'out=$1; shift; cat "$@" > "$out" && sync "$out"'
_BOOT = (
    "import sys; sys.path[:0] = [sys.argv[1], sys.argv[1] + '/src']; del sys.argv[1]; "
    "import runpy; runpy.run_module('bench._pdf_others', run_name='__main__', alter_sys=False)"
)


def _what_is_left(name: str, output: Path) -> str:
    from bench._pdf_others import survivors

    if name == "d":
        return f"{output.stat().st_size / MIB:.1f} MiB"
    if name not in "ef":
        return ""
    found = survivors(output)
    if name == "e":
        return f"{found['fields']} fields"
    return f"{found['links']} links, {found['outline']} outline nodes"


def _preparing(folder: Path, work: Path, options: argparse.Namespace) -> Table:
    """What reading a file costs, once for each distinct file, child process included."""
    from bench import _pdf_inputs
    from tallystick.pdf import ingest_file

    table = Table("Preparing one file, once (in a confined child, warm)", goal="")
    small = _pdf_inputs.make("c", folder, max(2, COUNTS["c"] // (10 if options.quick else 1)))
    texts = _pdf_inputs.make("a", folder, max(2, COUNTS["a"] // (10 if options.quick else 1)))
    scans = _pdf_inputs.make("b", folder, max(2, COUNTS["b"] // (10 if options.quick else 1)))
    for title, files in (
        ("one page", small[:20]),
        ("10 pages of text", texts[:20]),
        ("a scan of 22 MiB", scans[:3]),
    ):
        times = []
        for place, path in enumerate(files):
            target = work / f"{title}-{place}"
            began = time.perf_counter()
            ingest_file(path, target, name=path.name)
            times.append(time.perf_counter() - began)
        table.add(Figure(title, min(times), 0, f"median {median(times) * 1000:.0f} ms"))
    return table


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
