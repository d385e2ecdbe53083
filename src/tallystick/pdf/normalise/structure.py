"""Tagged structure: kept under one element per file, or dropped cleanly when it can't be trusted.

Role names become standard types and class names become attributes here, because two files may mean different
things by one name. Structure parents are numbered densely; the plan adds each file's first number to them.
"""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.dests import walk_tree
from tallystick.pdf.normalise.objects import (
    Notes,
    dictionary,
    drop,
    identity,
    is_indirect,
    items,
    name_of,
    text,
)

MOST_ELEMENTS = 150_000
MOST_HOPS = 10
STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "BibEntry",
        "Code",
        "Link",
        "Annot",
        "Ruby",
        "RB",
        "RT",
        "RP",
        "Warichu",
        "WT",
        "WP",
        "Figure",
        "Formula",
        "Form",
        "Artifact",
    ]
)
NEWER = {
    "DocumentFragment": "Sect",
    "Aside": "Sect",
    "Title": "P",
    "FENote": "Note",
    "Sub": "Span",
    "Em": "Span",
    "Strong": "Span",
}


def keep_structure(pdf: pikepdf.Pdf, notes: Notes) -> None:
    """Mark the wrapping element and the parent tree, or leave no trace of structure in the catalogue."""
    root = dictionary(pdf.Root.get("/StructTreeRoot"))
    drop(pdf.Root, "/StructTreeRoot", "/MarkInfo")
    if root is None or not is_indirect(root):
        return
    walk = _Walk(root)
    top = walk.top_elements()
    parents = _parent_pairs(pdf, root)
    for key in list(root.keys()):
        del root[key]
    if not top or not parents or walk.broken:
        return
    wrapper = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Part, P=root, K=pikepdf.Array(top))
    )
    language = text(pdf.Root.get("/Lang"), 40)
    if language:
        wrapper["/Lang"] = pikepdf.String(language)
    for element in top:
        element["/P"] = wrapper
    flat: list[Any] = []
    for place, (_key, value) in enumerate(parents):
        flat += [place, value]
    tree = pdf.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(flat)))
    notes.mark("structure", [wrapper, tree, root])
    notes.facts["structure_keys"] = [key for key, _ in parents]


def _parent_pairs(pdf: pikepdf.Pdf, root: Any) -> list[tuple[int, Any]]:
    pairs: dict[int, Any] = {}
    for key, value in walk_tree(root.get("/ParentTree"), "/Nums"):
        if not isinstance(key, int) or isinstance(key, bool) or key < 0 or key in pairs:
            continue
        if isinstance(value, (pikepdf.Array, pikepdf.Dictionary)):
            pairs[key] = value if is_indirect(value) else pdf.make_indirect(value)
    return sorted(pairs.items())


class _Walk:
    def __init__(self, root: Any) -> None:
        self.root = root
        self.broken = False
        self._roles = dictionary(root.get("/RoleMap"))
        self._classes = dictionary(root.get("/ClassMap"))
        self._seen: set[Any] = set()

    def top_elements(self) -> list[Any]:
        kids = self.root.get("/K")
        top = [kid for kid in (items(kids) or [kids]) if self._is_element(kid)]
        stack = list(top)
        for element in top:
            self._seen.add(identity(element))
        while stack:
            element = stack.pop()
            self._standardise(element)
            kids = element.get("/K")
            for kid in items(kids) or [kids]:
                if not self._is_element(kid):
                    continue
                if identity(kid) in self._seen or len(self._seen) > MOST_ELEMENTS:
                    self.broken = True
                    return []
                self._seen.add(identity(kid))
                kid["/P"] = element
                stack.append(kid)
        return top

    @staticmethod
    def _is_element(value: Any) -> bool:
        return dictionary(value) is not None and is_indirect(value) and bool(name_of(value.get("/S")))

    def _standardise(self, element: Any) -> None:
        role = name_of(element.get("/S"))[1:]
        for _ in range(MOST_HOPS):
            if role in STANDARD or self._roles is None:
                break
            mapped = name_of(self._roles.get("/" + role)) if role else ""
            if not mapped:
                break
            role = mapped[1:]
        role = NEWER.get(role, role)
        if role not in STANDARD:
            role = (
                "H6" if role[:1] == "H" and role[1:].isdigit() else "Span" if "/Pg" not in element else "Div"
            )
        element["/S"] = pikepdf.Name("/" + role)
        drop(element, "/NS", "/ID", "/Ref")
        if "/C" in element:
            self._inline_classes(element)

    def _inline_classes(self, element: Any) -> None:
        names = element["/C"]
        del element["/C"]
        attributes = items(element.get("/A")) or ([element["/A"]] if "/A" in element else [])
        for name in items(names) or [names]:
            if self._classes is None or not name_of(name):
                continue
            found = self._classes.get(name_of(name))
            attributes += items(found) or ([found] if dictionary(found) is not None else [])
        if attributes:
            element["/A"] = pikepdf.Array(attributes)
