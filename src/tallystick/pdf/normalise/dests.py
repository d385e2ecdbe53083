"""Destinations: names become explicit arrays, so that equal names of two files can't meet."""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.objects import dictionary, get, identity, items

MOST_NAMES = 200_000
MOST_HOPS = 5


class Destinations:
    """Every named destination of a document, and the pages that a destination may point to."""

    def __init__(self, pdf: pikepdf.Pdf, pages: list[Any]) -> None:
        self._pages = pages
        self._page_keys = {identity(page) for page in pages}
        self._names: dict[bytes, Any] = {}
        old = dictionary(pdf.Root.get("/Dests"))
        if old is not None:
            for key in list(old.keys()):
                self._names[key[1:].encode("utf-8", "surrogateescape")] = old.get(key)
        for name, value in walk_tree(get(pdf.Root.get("/Names"), "/Dests"), "/Names"):
            if isinstance(name, pikepdf.String):
                self._names.setdefault(bytes(name), value)

    def explicit(self, value: Any) -> pikepdf.Array | None:
        """The destination as an array that starts with one of the document's pages; None if there is none."""
        for _ in range(MOST_HOPS):
            if isinstance(value, pikepdf.Name):
                value = self._names.get(str(value)[1:].encode("utf-8", "surrogateescape"))
            elif isinstance(value, pikepdf.String):
                value = self._names.get(bytes(value))
            elif isinstance(value, pikepdf.Dictionary):
                value = value.get("/D")
            else:
                break
        if not isinstance(value, pikepdf.Array) or len(value) == 0:
            return None
        target = value[0]
        if dictionary(target) is not None and identity(target) in self._page_keys:
            return value
        if isinstance(target, int) and not isinstance(target, bool) and 0 <= target < len(self._pages):
            return pikepdf.Array([self._pages[target], *list(value)[1:]])
        return None


def walk_tree(root: Any, leaf: str) -> list[tuple[Any, Any]]:
    """The pairs of a name tree (``leaf`` "/Names") or number tree ("/Nums"), loops and oddities left out."""
    pairs: list[tuple[Any, Any]] = []
    seen: set[Any] = set()
    stack = [root]
    while stack and len(pairs) < MOST_NAMES:
        node = dictionary(stack.pop())
        if node is None or identity(node) in seen:
            continue
        seen.add(identity(node))
        values = items(node.get(leaf))
        pairs.extend(zip(values[::2], values[1::2], strict=False))
        stack.extend(reversed(items(node.get("/Kids"))))
    return pairs[:MOST_NAMES]
