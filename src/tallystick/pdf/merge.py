"""Files and folders to one PDF, with nothing dropped in silence: what ``tallystick pdf merge`` does.

What can't be merged is named on a divider page with its reason, and its original bytes are attached.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallystick.pdf.divider import divider_pdf
from tallystick.pdf.model import (
    DEFAULT_LIMITS,
    Attachment,
    Group,
    IngestResult,
    Limits,
    Part,
    PdfProblem,
    Stamp,
)
from tallystick.pdf.output import sync_folder
from tallystick.pdf.planning import Progress, plan
from tallystick.pdf.sandbox import IngestJob, check_file, ingest_file, ingest_many
from tallystick.pdf.syntax import one_line

DEEPEST_FOLDER = 40
MOST_FILES = 100_000
NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Input:
    """One file to merge, and the folders that it was found under, for the outline."""

    path: Path
    groups: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The file's name as an outline shows it."""
        return one_line(os.fsencode(self.path.name).decode("utf-8", "replace"), 200) or "file"


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What became of each input, in order, and what was written."""

    output: Path
    results: list[IngestResult]
    page_count: int
    size: int
    digest: str
    attachment_count: int

    @property
    def complete(self) -> bool:
        """Whether every input's pages are in."""
        return all(result.merged for result in self.results)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return {
            "output": str(self.output),
            "pages": self.page_count,
            "bytes": self.size,
            "digest": self.digest,
            "attachments": self.attachment_count,
            "complete": self.complete,
            "inputs": [describe(result) for result in self.results],
        }


def describe(result: IngestResult) -> dict[str, Any]:
    """A result for scripts: without where its segment lay."""
    found = result.to_dict()
    del found["segment"]
    return found | {"merged": result.merged}


def gather(paths: Sequence[Path]) -> list[Input]:
    """Files as given; folders opened up, their files in natural order, links to folders listed but not followed.

    Raises PdfProblem for a path that doesn't exist, for a folder without files and for too many files.
    """
    found: list[Input] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as fault:
            raise PdfProblem(f"There is no file or folder {one_line(str(path))} that can be read.") from fault
        if not stat.S_ISDIR(mode):
            found.append(Input(path))
            continue
        before = len(found)
        for entry in _walk(path, (_folder_name(path),), 0):
            found.append(entry)
            if len(found) > MOST_FILES:
                raise PdfProblem(f"These are more than {MOST_FILES:,} files; merge them in several outputs.")
        if len(found) == before:
            raise PdfProblem(f"The folder {one_line(str(path))} has no files in it.")
    return found


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """A sort key by which "claim 10" comes after "claim 9"."""
    return [
        (0, int(piece[:300]), piece) if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in NUMBER.split(name)
        if piece
    ]


def _folder_name(path: Path) -> str:
    return one_line(path.resolve().name, 200) or "folder"


def _walk(folder: Path, groups: tuple[str, ...], depth: int) -> Iterator[Input]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (natural_order(entry.name), entry.name))
    except OSError as fault:
        raise PdfProblem(f"The folder {one_line(str(folder))} may not be read.") from fault
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST_FOLDER:
                yield from _walk(
                    Path(entry.path), (*groups, one_line(entry.name, 200) or "folder"), depth + 1
                )
        else:
            # Pipes, broken links and links to folders too: they are listed with the reason, not passed over.
            yield Input(Path(entry.path), groups)


def merge_files(
    paths: Sequence[Path],
    output: Path,
    *,
    title: str = "",
    stamp: Stamp | None = None,
    paper: str = "A4",
    passwords: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    tell: Callable[[IngestResult], None] | None = None,
    progress: Progress | None = None,
    durable: bool = True,
) -> MergeReport:
    """Merge files, pictures and folders into ``output``; ``tell`` hears each result as it is known.

    ``passwords`` are tried in turn on files that need one. Raises PdfProblem with a sentence when nothing can be
    made, OSError when something can't be written; then nothing is left behind.
    """
    inputs = gather(paths)
    check_output(output)
    if any(_same_file(entry.path, output) for entry in inputs):
        raise PdfProblem("The output would overwrite one of the inputs; choose another name for it.")
    with tempfile.TemporaryDirectory(prefix=".tallystick-", dir=output.parent) as folder:
        segments = Path(folder)
        jobs = [IngestJob(entry.path, entry.title) for entry in inputs]
        results = []
        for entry, result in zip(inputs, ingest_many(jobs, segments, limits=limits), strict=True):
            final = _with_passwords(entry, result, segments, passwords, limits)
            results.append(final)
            if tell is not None:
                tell(final)
        tree = _outline(inputs, results, _dividers(results, segments, paper, limits))
        attachments = [
            _original(entry, result)
            for entry, result in zip(inputs, results, strict=True)
            if result.embed_original and result.sha256
        ]
        made = plan(tree, title=title, attachments=attachments, stamp=stamp)
        written = segments / "output.pdf"
        made.write(written, progress=progress, durable=durable)
        report = check_file(written, made.page_count)
        if not report.ok:
            raise PdfProblem(f"The output does not pass its check and was thrown away: {report.problem}")
        written.replace(output)
        if durable:
            sync_folder(output.parent)
    return MergeReport(output, results, made.page_count, made.size, made.digest, made.attachment_count)


def check_output(output: Path) -> None:
    """Raise PdfProblem with a sentence where writing a PDF to ``output`` would fail, or destroy what is no PDF.

    The output is renamed into its place at the end, which would put a file where a device was; and whoever forgets
    the output's name would lose the first input.
    """
    name = one_line(str(output))
    if output.is_dir():
        raise PdfProblem(f"{name} is a folder; name the file to be written.")
    if not output.parent.is_dir():
        raise PdfProblem(f"There is no folder {one_line(str(output.parent))} to write to.")
    if not output.exists():
        return
    if not output.is_file():
        raise PdfProblem(f"{name} is a device or a pipe; name a file to be written.")
    with output.open("rb") as there:
        start = there.read(1024)
    if start and b"%PDF-" not in start:
        raise PdfProblem(f"{name} is there already and is no PDF; choose another name for the output.")


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _with_passwords(
    entry: Input, result: IngestResult, segments: Path, passwords: Sequence[str], limits: Limits
) -> IngestResult:
    for password in passwords:
        if result.status != "password":
            break
        result = ingest_file(entry.path, segments, name=entry.title, password=password, limits=limits)
    return result


def _dividers(results: Sequence[IngestResult], segments: Path, paper: str, limits: Limits) -> dict[int, Path]:
    """A divider page's segment for every result without pages."""
    made: dict[int, Path] = {}
    for place, result in enumerate(results):
        if result.merged:
            continue
        page = segments / f"divider-{place}.pdf"
        page.write_bytes(divider_pdf(divider_lines(result), paper=paper))
        prepared = ingest_file(page, segments, name=page.name, limits=limits)
        if prepared.segment is None:
            raise PdfProblem(f"The page that stands for {result.name} could not be made: {prepared.note}")
        made[place] = prepared.segment
    return made


def divider_lines(result: IngestResult) -> list[str]:
    """What a divider page says of a file that couldn't be merged."""
    lines = [result.name, result.note]
    if result.sha256:
        lines.append(f"The original file ({result.size:,} bytes) is attached to this document.")
        lines.append(f"SHA-256 {result.sha256}")
    return lines


def _outline(
    inputs: Sequence[Input], results: Sequence[IngestResult], dividers: dict[int, Path]
) -> list[Part | Group]:
    top: list[Part | Group] = []
    open_groups: list[tuple[str, list[Part | Group]]] = []
    for place, (entry, result) in enumerate(zip(inputs, results, strict=True)):
        names = [name for name, _ in open_groups]
        shared = 0
        while shared < min(len(names), len(entry.groups)) and names[shared] == entry.groups[shared]:
            shared += 1
        del open_groups[shared:]
        for name in entry.groups[shared:]:
            children: list[Part | Group] = []
            (open_groups[-1][1] if open_groups else top).append(Group(name, children))
            open_groups.append((name, children))
        segment = result.segment if result.segment is not None else dividers[place]
        (open_groups[-1][1] if open_groups else top).append(Part(segment, result.name))
    return top


def _original(entry: Input, result: IngestResult) -> Attachment:
    return Attachment(
        entry.path, result.name, description=result.note, mime=result.kind, sha256=result.sha256
    )
