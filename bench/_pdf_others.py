"""How others merge, each as a process of its own: ``python -m bench._pdf_others TOOL OUT IN…``; and what is left."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

MOST_NODES = 100_000


def pikepdf_job(output: str, inputs: list[str]) -> None:
    """The fastest way that pikepdf has: qpdf's job, streams preserved, nothing tidied."""
    import pikepdf

    pages = [{"file": path, "range": "1-z"} for path in inputs]
    spec = {
        "empty": "",
        "outputFile": output,
        "pages": pages,
        "streamData": "preserve",
        "objectStreams": "disable",
        "removeUnreferencedResources": "no",
    }
    pikepdf.Job(spec).run()


def pikepdf_pages(output: str, inputs: list[str]) -> None:
    """What pikepdf's manual shows."""
    import pikepdf

    with pikepdf.new() as pdf:
        for path in inputs:
            with pikepdf.open(path) as source:
                pdf.pages.extend(source.pages)
        pdf.save(output)


def pypdf(output: str, inputs: list[str]) -> None:
    """What pypdf's manual shows."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for path in inputs:
        writer.append(path)
    writer.write(output)


def tallystick(output: str, inputs: list[str]) -> None:
    """Prepared segments, whole process."""
    from tallystick.pdf.model import Part
    from tallystick.pdf.planning import plan

    plan([Part(Path(path), Path(path).stem[:12]) for path in inputs]).write(Path(output), durable=False)


def tallystick_synced(output: str, inputs: list[str]) -> None:
    """The same, and on the disk when it ends."""
    from tallystick.pdf.model import Part
    from tallystick.pdf.planning import plan

    plan([Part(Path(path), Path(path).stem[:12]) for path in inputs]).write(Path(output))


def survivors(path: Path) -> dict[str, int]:
    """Distinct form fields, links that lead to a page, and outline nodes in a merged file."""
    import pikepdf

    warnings.simplefilter("ignore")
    with pikepdf.open(path) as pdf:
        pages = {page.obj.objgen for page in pdf.pages}
        names: dict[str, Any] = {}
        if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
            names = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())
        elif "/Dests" in pdf.Root:
            names = {key[1:]: value for key, value in pdf.Root.Dests.items()}
        links = 0
        for page in pdf.pages:
            for note in page.get("/Annots", []):
                if note.get("/Subtype") == "/Link" and _page_of(note, names) in pages:
                    links += 1
        return {
            "fields": len(_fields(pdf.Root.get("/AcroForm"))),
            "links": links,
            "outline": _nodes(pdf),
            "pages": len(pages),
        }


def _page_of(note: Any, names: dict[str, Any]) -> Any:
    dest = note.get("/Dest", note.get("/A", {}).get("/D"))
    if dest is not None and not hasattr(dest, "append"):
        dest = names.get(str(dest).lstrip("/"))
        dest = dest.get("/D") if hasattr(dest, "keys") and "/D" in dest else dest
    try:
        return dest[0].objgen
    except (TypeError, IndexError, AttributeError, ValueError, KeyError):
        return None


def _fields(form: Any) -> set[str]:
    found: set[str] = set()

    def walk(field: Any, above: str) -> None:
        name = f"{above}.{field.get('/T', '')}" if "/T" in field else above
        kids = [kid for kid in field.get("/Kids", []) if "/T" in kid]
        if not kids:
            found.add(name)
        for kid in kids:
            walk(kid, name)

    for field in form.get("/Fields", []) if form is not None else []:
        walk(field, "")
    return found


def _nodes(pdf: Any) -> int:
    count, stack = 0, [pdf.Root.get("/Outlines", {}).get("/First")]
    while stack and count < MOST_NODES:
        item = stack.pop()
        if item is not None:
            count += 1
            stack += [item.get("/Next"), item.get("/First")]
    return count


if __name__ == "__main__":
    tool, out, *files = sys.argv[1:]
    if files == ["-"]:
        files = sys.stdin.read().split("\n")
    {
        "pikepdf_job": pikepdf_job,
        "pikepdf_pages": pikepdf_pages,
        "pypdf": pypdf,
        "tallystick": tallystick,
        "tallystick_synced": tallystick_synced,
    }[tool](out, files)
