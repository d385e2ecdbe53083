"""Form fields: wrapped under one parent, so that equal names of two files never collide.

The wrapper's name is filled in by the plan, once per part. What fields take from the form as a whole (/DA, /Q,
/DR) is pushed down to them. Signatures end with merging: their picture stays, the field goes.
"""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.appearances import draw_missing_appearances
from tallystick.pdf.normalise.objects import (
    Notes,
    dictionary,
    drop,
    get,
    identity,
    integer,
    is_indirect,
    is_true,
    items,
    name_of,
)

MOST_FIELDS = 100_000
DEEPEST = 50
PRINT_READONLY_LOCKED = 4 | 64 | 128
HIDDEN = 2


def is_dynamic_xfa(pdf: pikepdf.Pdf) -> bool:
    """Whether the pages are only a placeholder for a form that a viewer would have to build (dynamic XFA)."""
    form = get(pdf.Root, "/AcroForm")
    xfa = get(form, "/XFA")
    if xfa is None:
        return False
    if is_true(pdf.Root.get("/NeedsRendering")):
        return True
    packets = (
        [xfa] if isinstance(xfa, pikepdf.Stream) else [p for p in items(xfa) if isinstance(p, pikepdf.Stream)]
    )
    for packet in packets[:50]:
        try:
            body = bytes(packet.read_bytes())
        except (pikepdf.PdfError, RuntimeError, ValueError):
            continue
        _, found, tail = body.partition(b"dynamicRender")
        if found and b"required" in tail[:40]:
            return True
    return not items(get(form, "/Fields")) and len(pdf.pages) == 1


def wrap_fields(pdf: pikepdf.Pdf, pages: list[Any], notes: Notes) -> bool:
    """Put all fields under a wrapper and mark it; return whether the document carried a signature."""
    form = dictionary(pdf.Root.get("/AcroForm"))
    signed = dictionary(get(pdf.Root.get("/Perms"), "/DocMDP")) is not None
    widgets = _widgets(pages)
    if form is None:
        return signed
    if is_true(form.get("/NeedAppearances")):
        draw_missing_appearances(pdf, widgets)
    tree = _FieldTree(form)
    roots = tree.collect(items(form.get("/Fields")))
    roots += tree.adopt(widgets)
    signed = _neutralise_signatures(tree, pages) or signed
    roots = [field for field in roots if identity(field) not in tree.removed]
    if roots:
        defaults = _defaults(pdf, form)
        wrapper = pdf.make_indirect(
            pikepdf.Dictionary(T=pikepdf.String("field"), Kids=pikepdf.Array(roots), **defaults)
        )
        for field in roots:
            field["/Parent"] = wrapper
            for key, value in defaults.items():
                if key != "DR" and f"/{key}" not in field:
                    field[f"/{key}"] = value
        notes.mark("wrapper", [wrapper])
        _note_fonts(pdf, form, notes)
        notes.facts["fields"] = tree.count
    return signed


def _widgets(pages: list[Any]) -> list[Any]:
    return [
        note
        for page in pages
        for note in items(page.get("/Annots"))
        if name_of(note.get("/Subtype")) == "/Widget" and is_indirect(note)
    ]


def _defaults(pdf: pikepdf.Pdf, form: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(form.get("/DA"), pikepdf.String):
        found["DA"] = form["/DA"]
    if integer(form.get("/Q")) in (1, 2):
        found["Q"] = integer(form["/Q"])
    resources = dictionary(form.get("/DR"))
    if resources is not None:
        found["DR"] = resources if is_indirect(resources) else pdf.make_indirect(resources)
    return found


def _note_fonts(pdf: pikepdf.Pdf, form: Any, notes: Notes) -> None:
    """Mark the form's fonts, for the /DR that the whole output has: viewers look there while somebody types."""
    fonts = dictionary(get(form.get("/DR"), "/Font"))
    names: list[str] = []
    objects: list[Any] = []
    for key in sorted(fonts.keys()) if fonts is not None else []:
        font = dictionary(fonts[key]) if fonts is not None else None
        if font is not None and len(names) < 50 and key[1:].isascii() and key[1:].replace("-", "").isalnum():
            names.append(key[1:])
            objects.append(font if is_indirect(font) else pdf.make_indirect(font))
    if names:
        notes.mark("form_fonts", objects)
        notes.facts["form_fonts"] = names


class _FieldTree:
    def __init__(self, form: Any) -> None:
        self.form = form
        self.count = 0
        self.terminal: list[tuple[Any, str, bool]] = []
        self.removed: set[Any] = set()
        self._seen: set[Any] = set()

    def collect(self, fields: list[Any]) -> list[Any]:
        """The usable fields, each linked to its parent, loops and repeats cut."""
        return [field for field in fields if self._visit(field, None, "", 0)]

    def adopt(self, widgets: list[Any]) -> list[Any]:
        """Top-level fields of the widgets that pages show but the form doesn't list."""
        found = []
        for widget in widgets:
            if identity(widget) in self._seen:
                continue
            top, hops = widget, 0
            while (
                dictionary(top.get("/Parent")) is not None and is_indirect(top["/Parent"]) and hops < DEEPEST
            ):
                top, hops = top["/Parent"], hops + 1
            if hops >= DEEPEST or name_of(top.get("/Type")) in ("/Pages", "/Page", "/Catalog"):
                drop(widget, "/Parent")
                top = widget
            if isinstance(top.get("/T"), pikepdf.String) and self._visit(top, None, "", 0):
                found.append(top)
        return found

    def _visit(self, field: Any, parent: Any, kind: str, depth: int) -> bool:
        if dictionary(field) is None or not is_indirect(field) or depth > DEEPEST:
            return False
        key = identity(field)
        if key in self._seen or self.count >= MOST_FIELDS:
            return False
        self._seen.add(key)
        self.count += 1
        drop(field, "/AA")
        if parent is None:
            drop(field, "/Parent")
        else:
            field["/Parent"] = parent
        kind = name_of(field.get("/FT")) or kind
        kids = [kid for kid in items(field.get("/Kids")) if self._visit(kid, field, kind, depth + 1)]
        if kids:
            field["/Kids"] = pikepdf.Array(kids)
        else:
            drop(field, "/Kids")
        self.terminal.append((field, kind, bool(kids)))
        return True


def _neutralise_signatures(tree: _FieldTree, pages: list[Any]) -> bool:
    """Turn filled signature fields into plain pictures of themselves; return whether there were any."""
    flattened: set[Any] = set()
    for field, kind, _has_kids in tree.terminal:
        if kind != "/Sig" or dictionary(field.get("/V")) is None:
            continue
        tree.removed.add(identity(field))
        parent = dictionary(field.get("/Parent"))
        if parent is not None:
            parent["/Kids"] = pikepdf.Array(
                [k for k in items(parent.get("/Kids")) if identity(k) != identity(field)]
            )
        for widget in items(field.get("/Kids")) or [field]:
            flattened.add(identity(widget))
            _become_picture(widget)
    if flattened:
        for page in pages:
            notes = items(page.get("/Annots"))
            kept = [n for n in notes if identity(n) not in flattened or "/AP" in n]
            if len(kept) < len(notes):
                page["/Annots"] = pikepdf.Array(kept)
    return bool(flattened)


def _become_picture(widget: Any) -> None:
    drop(
        widget,
        "/FT",
        "/V",
        "/T",
        "/TU",
        "/TM",
        "/Ff",
        "/Parent",
        "/Kids",
        "/Lock",
        "/SV",
        "/MK",
        "/DA",
        "/H",
        "/A",
    )
    rect = items(widget.get("/Rect"))
    try:
        visible = len(rect) == 4 and float(rect[0]) != float(rect[2]) and float(rect[1]) != float(rect[3])
    except (TypeError, ValueError, ArithmeticError):
        visible = False
    if not visible or get(widget, "/AP") is None or integer(widget.get("/F")) & HIDDEN:
        drop(widget, "/AP")
        return
    widget["/Subtype"] = pikepdf.Name.Stamp
    widget["/F"] = PRINT_READONLY_LOCKED
