"""Files embedded in a source: carried over, and for a portfolio handed out so that its PDFs can be merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf

from tallystick.pdf.normalise.dests import walk_tree
from tallystick.pdf.normalise.objects import Notes, dictionary, drop, get, identity, is_indirect, text

MOST_FILES = 500
LARGEST_EXTRACTED = 512 << 20


def is_portfolio(pdf: pikepdf.Pdf) -> bool:
    """Whether the document is a cover over its embedded files."""
    return dictionary(pdf.Root.get("/Collection")) is not None


def embedded_files(pdf: pikepdf.Pdf) -> list[tuple[str, Any]]:
    """Name and file specification of every embedded file, in the order of the name tree."""
    found: list[tuple[str, Any]] = []
    seen: set[Any] = set()
    for key, value in walk_tree(get(pdf.Root.get("/Names"), "/EmbeddedFiles"), "/Names"):
        spec = dictionary(value)
        if spec is None or _stream(spec) is None or identity(spec) in seen or len(found) >= MOST_FILES:
            continue
        seen.add(identity(spec))
        found.append((text(spec.get("/UF")) or text(spec.get("/F")) or text(key) or "file", spec))
    return found


def carry_files(pdf: pikepdf.Pdf, notes: Notes) -> None:
    """Mark the embedded files, so that they are in the output too."""
    names: list[str] = []
    specs: list[Any] = []
    for name, spec in embedded_files(pdf):
        drop(spec, "/CI")
        names.append(name)
        specs.append(spec if is_indirect(spec) else pdf.make_indirect(spec))
    if specs:
        notes.mark("embedded", specs)
        notes.facts["embedded"] = names


def extract_pdfs(pdf: pikepdf.Pdf, folder: Path, most: int) -> tuple[list[tuple[str, Path]], int]:
    """Write the embedded PDFs into ``folder``; return (name, path) of each and how many files there were."""
    files = embedded_files(pdf)
    written: list[tuple[str, Path]] = []
    for name, spec in files:
        if len(written) >= most:
            break
        stream = _stream(spec)
        try:
            content = bytes(stream.read_bytes()) if stream is not None else b""
        except (pikepdf.PdfError, RuntimeError, ValueError, MemoryError):
            continue
        if b"%PDF-" in content[:1024] and len(content) <= LARGEST_EXTRACTED:
            path = folder / f"{len(written):04}.pdf"
            path.write_bytes(content)
            written.append((name, path))
    return written, len(files)


def _stream(spec: Any) -> pikepdf.Stream | None:
    files = get(spec, "/EF")
    for key in ("/F", "/UF"):
        stream = get(files, key)
        if isinstance(stream, pikepdf.Stream):
            return stream
    return None
