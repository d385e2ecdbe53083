"""What every benchmark needs: wall time and memory of a child process or a call, and a table of the results."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement: best wall time in seconds of several goes, highest resident memory in bytes."""

    name: str
    seconds: float
    rss: int = 0
    note: str = ""


@dataclass(slots=True)
class Table:
    """Measurements of one subject; the first is the yardstick that the others are compared with."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    goal: str = ""

    def add(self, figure: Figure) -> Figure:
        """Append a measurement, and show on standard error that something happens."""
        self.figures.append(figure)
        sys.stderr.write(f"  {figure.name}: {figure.seconds:.3f} s\n")
        return figure

    def ratio(self, figure: Figure) -> float:
        """How many times as long as the yardstick."""
        yardstick = self.figures[0].seconds
        return figure.seconds / yardstick if yardstick else 0.0

    def show(self, output: TextIO = sys.stdout) -> None:
        """Print as a Markdown table, ready for the README."""
        output.write(f"\n### {self.title}\n\n")
        output.write("| | time | × yardstick | memory | |\n| --- | ---: | ---: | ---: | --- |\n")
        for figure in self.figures:
            memory = f"{figure.rss / MIB:,.0f} MiB" if figure.rss else ""
            took = f"{_time(figure.seconds)} | {self.ratio(figure):.2f}" if figure.seconds else " | "
            output.write(f"| {figure.name} | {took} | {memory} | {figure.note} |\n")
        if self.goal:
            output.write(f"\nGoal: {self.goal}\n")


def show_all(tables: Sequence[Table], *, as_json: bool, output: TextIO = sys.stdout) -> None:
    """Print the tables with the machine they were measured on."""
    if as_json:
        json.dump({"machine": machine(), "tables": [asdict(table) for table in tables]}, output, indent=2)
        output.write("\n")
        return
    output.write(f"\nMeasured on {machine()}.\n")
    for table in tables:
        table.show(output)


def best_of(goes: int, work: Callable[[], Any]) -> float:
    """The shortest wall time of ``goes`` calls, in seconds."""
    times = []
    for _ in range(goes):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def run(
    name: str,
    command: Sequence[str | os.PathLike[str]],
    *,
    goes: int = 3,
    output: Path | None = None,
    note: str = "",
) -> Figure:
    """Run a program ``goes`` times; its best time and its highest memory, children of its own not counted.

    Its output goes to ``output`` or nowhere. Raises ``RuntimeError`` with what it said when it fails.
    """
    best, most = float("inf"), 0
    for _ in range(goes):
        with (output or Path(os.devnull)).open("wb") as sink:
            began = time.perf_counter()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.PIPE)
            assert process.stderr is not None
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            elapsed = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode not in (0, 3):
            words = said.decode(errors="replace")[-2000:]
            raise RuntimeError(f"{name} ended with {process.returncode}: {words}")
        best = min(best, elapsed)
        most = max(most, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return Figure(name, best, most, note)


def call(name: str, work: Callable[[], Any], *, goes: int = 3, note: str = "") -> Figure:
    """Time a call in this process, best of ``goes``."""
    return Figure(name, best_of(goes, work), 0, note)


def settle(*paths: Path) -> None:
    """Read files once so that every contestant finds them in the page cache, and let pending writes finish."""
    for path in paths:
        with path.open("rb") as file:
            while file.read(8 * MIB):
                pass
    os.sync()


def machine() -> str:
    """Processor, cores, memory and Python, for beside the figures."""
    python = f"Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()}, {python}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 1024**3:.0f} GiB"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
