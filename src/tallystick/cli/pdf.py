"""``tallystick pdf merge | inspect | ingest``: the PDF engine from the command line."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tallystick.pdf.model import IngestResult

COMPLETE, FAILED, USAGE, INCOMPLETE = 0, 1, 2, 3


def main(argv: list[str] | None = None) -> int:
    """Run one of the verbs; return the exit code (0 all in, 1 nothing made, 2 usage, 3 something listed instead)."""
    options = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    verbs = {"merge": _merge, "inspect": _inspect, "ingest": _ingest}
    from tallystick.pdf.model import PdfProblem

    try:
        return verbs[options.verb](options)
    except PdfProblem as problem:
        return _fail(options, str(problem))
    except OSError as fault:
        return _fail(options, _words(fault))
    except KeyboardInterrupt:
        return _fail(options, "Stopped; nothing was written.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tallystick pdf", description="Merge, inspect and prepare PDFs.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="merge|inspect|ingest")
    merge = verbs.add_parser(
        "merge",
        help="make one PDF of PDFs, pictures and folders",
        description="Make one PDF of PDFs, pictures and folders (their files in natural order). What can't be merged "
        "is named on a divider page and attached. Exit code: 0 everything is in, 3 something could not be "
        "included and was listed instead, 1 nothing was made, 2 usage.",
    )
    merge.add_argument("output", type=Path, metavar="OUT.pdf")
    merge.add_argument("inputs", type=Path, nargs="+", metavar="IN")
    merge.add_argument("--title", default="", help="the document's title")
    merge.add_argument(
        "--stamp", metavar="TEXT", help="a line on every page; may use {page} {pages} {title} {label}"
    )
    merge.add_argument(
        "--paper", choices=("A4", "Letter"), default="A4", help="of divider pages (default A4)"
    )
    _password(merge)
    _json(merge)
    inspect = verbs.add_parser("inspect", help="say what a file is and whether its pages can be merged")
    inspect.add_argument("inputs", type=Path, nargs="+", metavar="FILE")
    _password(inspect)
    _json(inspect)
    ingest = verbs.add_parser("ingest", help="prepare files for merging, into a folder of segments")
    ingest.add_argument("inputs", type=Path, nargs="+", metavar="FILE")
    ingest.add_argument("--into", type=Path, required=True, metavar="DIR", help="where the segments go")
    _password(ingest)
    _json(ingest)
    return parser


def _password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="passwords to try, one a line (not on the command line, where others could see them)",
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object for scripts")


def _passwords(options: argparse.Namespace) -> list[str]:
    if options.password_file is None:
        return []
    lines = options.password_file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line]


def _merge(options: argparse.Namespace) -> int:
    from tallystick.pdf.merge import merge_files
    from tallystick.pdf.model import Stamp

    report = merge_files(
        options.inputs,
        options.output,
        title=options.title,
        stamp=Stamp(options.stamp) if options.stamp else None,
        paper=options.paper,
        passwords=_passwords(options),
        tell=None if options.json else _tell,
    )
    if options.json:
        _say(json.dumps(report.to_dict(), indent=2))
    else:
        attached = f", {report.attachment_count} attached" if report.attachment_count else ""
        _say(f"{report.output}: {report.page_count:,} pages, {report.size:,} bytes{attached}")
    return COMPLETE if report.complete else INCOMPLETE


def _inspect(options: argparse.Namespace) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="tallystick-") as folder:
        return _read_all(options, Path(folder), keep=False)


def _ingest(options: argparse.Namespace) -> int:
    options.into.mkdir(parents=True, exist_ok=True)
    return _read_all(options, options.into, keep=True)


def _read_all(options: argparse.Namespace, folder: Path, *, keep: bool) -> int:
    from tallystick.pdf.merge import describe, gather
    from tallystick.pdf.sandbox import IngestJob, ingest_file, ingest_many

    inputs = gather(options.inputs)
    found: list[dict[str, Any]] = []
    merged = True
    passwords = _passwords(options)
    results = ingest_many([IngestJob(entry.path, entry.title) for entry in inputs], folder)
    for entry, first in zip(inputs, results, strict=True):
        result = first
        for password in passwords:
            if result.status == "password":
                result = ingest_file(entry.path, folder, name=entry.title, password=password)
        merged = merged and result.merged
        found.append(result.to_dict() if keep else describe(result))
        if not options.json:
            _tell(result)
    if options.json:
        _say(json.dumps({"inputs": found}, indent=2))
    return COMPLETE if merged else INCOMPLETE


def _tell(result: IngestResult) -> None:
    pages = f"{result.page_count:>5} p." if result.merged else "      –"
    _say(f"{result.status.value:<14} {pages}  {result.name}" + (f"  ({result.note})" if result.note else ""))


def _fail(options: argparse.Namespace, sentence: str) -> int:
    if options.json:
        _say(json.dumps({"problem": sentence}))
    else:
        print(sentence, file=sys.stderr)  # noqa: T201 - a command speaks on its output
    return FAILED


def _words(fault: OSError) -> str:
    import errno

    if fault.errno == errno.ENOSPC:
        return "The disk is full; nothing was written. Make room and try again."
    where = f" {os.fsdecode(fault.filename)}" if fault.filename else ""
    return f"The file system refused{where}: {fault.strerror or fault}. Nothing was written."


def _say(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(text, flush=True)  # noqa: T201 - a command speaks on its output


def run(argv: Sequence[str]) -> None:
    """Entry point for ``python -m``."""
    raise SystemExit(main(list(argv)))


if __name__ == "__main__":
    run(sys.argv[1:])
