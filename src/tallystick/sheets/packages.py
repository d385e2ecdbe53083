"""Looking at a zipped workbook before it is opened: what it is, how large it would get, and what its cells hide.

calamine gives nothing for a cell with a fault (``#REF!``) and for a formula that was never calculated; both are found
here in the sheet's own XML, so that they can be told by their address. Runs in the limited child only.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from tallystick.sheets.book import place_of
from tallystick.sheets.limits import MOST_PARTS, MOST_UNPACKED, NotThis, Unreadable

_XLSX_MAIN = re.compile(rb"spreadsheetml\.(?:sheet|template)|ms-excel\.(?:sheet|template|addin)")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_FAULT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*?\bt=[\"']e[\"'][^>]*)>(?:(?!</(?:\w+:)?c>).){0,4000}?<(?:\w+:)?v>([^<]{0,20})<",
    re.S,
)
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)><(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_TOLD = 500


def check_package(path: Path) -> str:
    """``xlsx``, ``xlsb`` or ``ods`` for a zipped workbook. Raises ``Unreadable`` or ``NotThis`` for everything else."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS:
                raise Unreadable(f"it is made of {len(parts):,} parts, which no spreadsheet is")
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("unpacked it would be many times larger than any spreadsheet")
            if any(part.flag_bits & 1 for part in parts):
                raise NotThis("It is protected by a password. Save it without one and upload it again.")
            return _sort_of(package, {part.filename for part in parts})
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as fault:
        raise Unreadable(
            "the file is damaged or was cut off on its way. Open it in a spreadsheet program and save it again"
        ) from fault


def _sort_of(package: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names and b"opendocument" in package.read("mimetype")[:200]:
        return _open_document(package, names)
    if "[Content_Types].xml" in names:
        types = _part(package, "[Content_Types].xml")
        if b"ms-excel.sheet.binary" in types:
            return "xlsb"
        if _XLSX_MAIN.search(types):
            return "xlsx"
        if b"wordprocessingml" in types:
            raise NotThis("It is a text document, not a spreadsheet. Copy its table into a spreadsheet.")
        if b"presentationml" in types:
            raise NotThis("It is a presentation, not a spreadsheet.")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names) or "Index.zip" in names:
        raise NotThis("It is a Numbers document. Export it as Excel (.xlsx) and upload that.")
    raise NotThis("It is an archive, not a spreadsheet. Unpack it and upload the spreadsheet itself.")


def _open_document(package: zipfile.ZipFile, names: set[str]) -> str:
    if b"opendocument.spreadsheet" not in package.read("mimetype")[:200]:
        raise NotThis("It is a text document or a presentation, not a spreadsheet.")
    if "META-INF/manifest.xml" in names and b"encryption-data" in _part(package, "META-INF/manifest.xml"):
        raise NotThis("It is protected by a password. Save it without one and upload it again.")
    return "ods"


def _part(package: zipfile.ZipFile, name: str, most: int = 8 << 20) -> bytes:
    with package.open(name) as part:
        return part.read(most)


Marks = dict[tuple[int, int], str]
"""Rows and columns of cells, and what is to be kept for each: a kind and a text."""


def hidden_marks(path: Path) -> dict[str, Marks]:
    """By sheet: the cells that hold a fault, or a formula that was never calculated (an .xlsx only)."""
    try:
        with zipfile.ZipFile(path) as package:
            return {name: _marks_in(package, part) for name, part in _sheet_parts(package).items()}
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, ValueError):
        return {}


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    targets = {}
    for found in _RELATION.finditer(_part(package, "xl/_rels/workbook.xml.rels")):
        facts = _facts(found.group(1))
        targets[facts.get("Id", "")] = facts.get("Target", "")
    parts = {}
    names = set(package.namelist())
    for found in _SHEET.finditer(_part(package, "xl/workbook.xml")):
        facts = _facts(found.group(1))
        target = next((targets.get(value, "") for key, value in facts.items() if key.endswith(":id")), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts[_plain(facts.get("name", ""))] = part
    return parts


def _facts(text: bytes) -> dict[str, str]:
    return {
        key.decode("utf-8", "replace"): (one or two).decode("utf-8", "replace")
        for key, one, two in _ATTRIBUTE.findall(text)
    }


def _plain(text: str) -> str:
    for name, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(name, char)
    return text


def _marks_in(package: zipfile.ZipFile, part: str) -> Marks:
    text = _part(package, part, MOST_UNPACKED)
    marks: Marks = {}
    for pattern, kind in ((_UNCALCULATED, "f"), (_FAULT, "e")):
        for found in pattern.finditer(text):
            place = place_of(_facts(found.group(1)).get("r", ""))
            if place is not None and len(marks) < _TOLD:
                marks[place] = kind + (found.group(2).decode("utf-8", "replace") if kind == "e" else "")
    return marks
