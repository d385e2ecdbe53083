"""Annotations and their actions: what leads somewhere harmless stays, what runs or opens something goes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pikepdf

from tallystick.pdf.normalise.dests import Destinations
from tallystick.pdf.normalise.objects import dictionary, drop, identity, is_indirect, items, name_of

SAFE_SCHEMES = ("http", "https", "mailto", "tel", "ftp", "ftps", "sms", "geo")
SAFE_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
MOST_ANNOTATIONS = 100_000


def tidy_annotations(pdf: pikepdf.Pdf, pages: list[Any], dests: Destinations) -> None:
    """Make every page's /Annots a direct array of indirect dictionaries with safe actions."""
    seen: set[Any] = set()
    for page in pages:
        if "/Annots" not in page:
            continue
        kept: list[Any] = []
        for annotation in items(page["/Annots"]):
            note = dictionary(annotation)
            if note is None or not name_of(note.get("/Subtype")) or len(seen) >= MOST_ANNOTATIONS:
                continue
            if not _has_rectangle(note):
                continue
            if not is_indirect(note):
                note = pdf.make_indirect(note)
            if identity(note) in seen:
                continue
            seen.add(identity(note))
            clean_actions(note, dests)
            if "/P" in note:
                note["/P"] = page
            kept.append(note)
        if kept:
            page["/Annots"] = pikepdf.Array(kept)
        else:
            del page["/Annots"]


def _has_rectangle(annotation: Any) -> bool:
    """Without a rectangle nothing can be shown, and viewers complain."""
    sides = items(annotation.get("/Rect"))
    return len(sides) == 4 and all(
        isinstance(side, (int, float, Decimal)) and not isinstance(side, bool) for side in sides
    )


def clean_actions(holder: Any, dests: Destinations) -> None:
    """Make the destination or action of an annotation or outline item explicit and harmless, or remove it."""
    drop(holder, "/AA", "/PA")
    if "/Dest" in holder:
        dest = dests.explicit(holder["/Dest"])
        if dest is None:
            del holder["/Dest"]
        else:
            holder["/Dest"] = dest
    if "/A" not in holder:
        return
    action = dictionary(holder["/A"])
    if action is None or not _harmless(action, dests):
        del holder["/A"]
    else:
        drop(action, "/Next")


def _harmless(action: Any, dests: Destinations) -> bool:
    kind = name_of(action.get("/S"))
    if kind == "/GoTo":
        dest = dests.explicit(action.get("/D"))
        if dest is None:
            return False
        action["/D"] = dest
        drop(action, "/SD")
        return True
    if kind == "/URI":
        address = action.get("/URI")
        return isinstance(address, pikepdf.String) and _safe_address(bytes(address))
    if kind == "/Named":
        return name_of(action.get("/N")) in SAFE_NAMED
    return kind == "/SetOCGState"


def _safe_address(address: bytes) -> bool:
    head, colon, _ = address.strip().partition(b":")
    scheme = head.decode("latin-1").lower()
    if not colon or not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum():
        return not address.strip().startswith((b"\\\\", b"//"))
    return scheme in SAFE_SCHEMES
