"""The source's outline, walked once and linked anew, so that loops and wrong counts don't travel."""

from __future__ import annotations

from typing import Any

import pikepdf

from tallystick.pdf.normalise.annotations import clean_actions
from tallystick.pdf.normalise.dests import Destinations
from tallystick.pdf.normalise.objects import Notes, dictionary, drop, identity, integer, is_indirect

DEEPEST = 60
KEPT = {"/Title", "/Dest", "/A", "/C", "/F", "/Parent", "/Prev", "/Next", "/First", "/Last", "/Count"}


def rebuild_outline(pdf: pikepdf.Pdf, notes: Notes, dests: Destinations, most: int) -> None:
    """Keep up to ``most`` items; mark the first and the last of the top level, note how many there are."""
    root = dictionary(pdf.Root.get("/Outlines"))
    if root is None or not is_indirect(root):
        drop(pdf.Root, "/Outlines")
        return
    walk = _Walk(dests, most)
    top = walk.children(root, 0)
    if not top:
        del pdf.Root["/Outlines"]
        return
    for key in list(root.keys()):
        del root[key]
    visible = _link(root, top)
    notes.mark("outline", [root, top[0].item, top[-1].item])
    notes.facts["outline"] = {"items": walk.count, "visible": visible}


class _Node:
    __slots__ = ("item", "kids", "opened")

    def __init__(self, item: Any, opened: bool) -> None:
        self.item = item
        self.opened = opened
        self.kids: list[_Node] = []


class _Walk:
    def __init__(self, dests: Destinations, most: int) -> None:
        self.dests = dests
        self.most = most
        self.count = 0
        self._seen: set[Any] = set()

    def children(self, parent: Any, depth: int) -> list[_Node]:
        found: list[_Node] = []
        item = dictionary(parent.get("/First"))
        while item is not None and self.count < self.most and is_indirect(item):
            if identity(item) in self._seen:
                break
            self._seen.add(identity(item))
            following = dictionary(item.get("/Next"))
            if isinstance(item.get("/Title"), pikepdf.String):
                self.count += 1
                clean_actions(item, self.dests)
                node = _Node(item, integer(item.get("/Count")) > 0)
                if depth < DEEPEST:
                    node.kids = self.children(item, depth + 1)
                for key in list(item.keys()):
                    if key not in KEPT:
                        del item[key]
                found.append(node)
            item = following
        return found


def _link(parent: Any, nodes: list[_Node]) -> int:
    """Link the nodes under ``parent``; return how many are visible when the parent is open."""
    visible = len(nodes)
    for index, node in enumerate(nodes):
        drop(node.item, "/Prev", "/Next", "/First", "/Last", "/Count")
        node.item["/Parent"] = parent
        if index:
            node.item["/Prev"] = nodes[index - 1].item
        if index + 1 < len(nodes):
            node.item["/Next"] = nodes[index + 1].item
        if node.kids:
            below = _link(node.item, node.kids)
            node.item["/Count"] = below if node.opened else -below
            visible += below if node.opened else 0
    parent["/First"] = nodes[0].item
    parent["/Last"] = nodes[-1].item
    return visible
