"""Opening an output again, in the child: page counts of two libraries, outline nodes, attachments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf

from tallystick.pdf import pdfium
from tallystick.pdf.normalise.dests import walk_tree
from tallystick.pdf.normalise.objects import dictionary, get, identity

MOST_NODES = 2_000_000


def check(path: Path) -> dict[str, Any]:
    """Counts of what is in the file, and a sentence when something is wrong with it."""
    report: dict[str, Any] = {"page_count": 0, "outline_count": 0, "attachment_count": 0, "problem": ""}
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            report["page_count"] = len(pdf.pages)
            report["outline_count"] = _outline_nodes(pdf)
            report["attachment_count"] = len(
                walk_tree(get(pdf.Root.get("/Names"), "/EmbeddedFiles"), "/Names")
            )
            warnings = pdf.get_warnings()
    except (pikepdf.PdfError, OSError, RuntimeError, ValueError, TypeError):
        report["problem"] = "The file can't be opened again."
        return report
    seen = pdfium.count_pages(path, None)
    if warnings:
        report["problem"] = "The file opens only after a repair."
    elif seen != report["page_count"]:
        report["problem"] = f"One library finds {report['page_count']} pages in it, another {seen or 0}."
    return report


def _outline_nodes(pdf: pikepdf.Pdf) -> int:
    count, seen = 0, set()
    stack: list[Any] = [get(pdf.Root.get("/Outlines"), "/First")]
    while stack and count < MOST_NODES:
        item = dictionary(stack.pop())
        if item is None or identity(item) in seen:
            continue
        seen.add(identity(item))
        count += 1
        stack += [item.get("/Next"), item.get("/First")]
    return count
