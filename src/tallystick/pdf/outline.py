"""The output's outline: groups and parts as given, each part's own outline beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tallystick.pdf import syntax
from tallystick.pdf.layout import Placed
from tallystick.pdf.model import Group, Part

DEEPEST = 200


@dataclass(slots=True)
class Node:
    """One outline item to be written; ``part`` is its place among the parts, None for a group."""

    title: str
    part: int | None
    opened: bool
    first_part: int | None = None
    children: list[Node] = field(default_factory=list)
    number: int = 0
    visible_below: int = 0


def flatten(tree: Sequence[Part | Group]) -> tuple[list[Part], list[Node]]:
    """All parts in reading order, and the nodes of the top level."""
    parts: list[Part] = []
    return parts, _nodes(tree, parts, 0)


def _nodes(tree: Sequence[Part | Group], parts: list[Part], depth: int) -> list[Node]:
    if depth > DEEPEST:
        raise ValueError(f"groups can be nested {DEEPEST} deep, no more")
    nodes = []
    for entry in tree:
        if isinstance(entry, Part):
            if entry.title is not None:
                nodes.append(Node(entry.title, len(parts), opened=False, first_part=len(parts)))
            parts.append(entry)
        else:
            before = len(parts)
            node = Node(entry.title, None, entry.opened)
            node.children = _nodes(entry.children, parts, depth + 1)
            node.first_part = before if len(parts) > before else None
            nodes.append(node)
    return nodes


def give_numbers(nodes: list[Node], first: int) -> int:
    """Number the items from ``first``, top down; return the next free number."""
    for node in nodes:
        node.number = first
        first = give_numbers(node.children, first + 1)
    return first


@dataclass(frozen=True, slots=True)
class Outline:
    """The written items: (number, object text) each, the root's text, and how many nodes there are in all."""

    objects: list[tuple[int, bytes]]
    root: bytes
    count: int


def write_outline(nodes: list[Node], root: int, parts: Sequence[Part], placed: Sequence[Placed]) -> Outline:
    """Text of every item."""
    objects: list[tuple[int, bytes]] = []
    count = _items(nodes, root, parts, placed, objects)
    visible = len(nodes) + sum(node.visible_below for node in nodes if node.opened)
    text = b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (
        nodes[0].number,
        nodes[-1].number,
        visible,
    )
    return Outline(objects, text, count)


def _items(
    nodes: list[Node],
    parent: int,
    parts: Sequence[Part],
    placed: Sequence[Placed],
    objects: list[tuple[int, bytes]],
) -> int:
    count = 0
    for place, node in enumerate(nodes):
        count += 1
        text = b"<< /Title %s /Parent %d 0 R" % (syntax.text_string(node.title), parent)
        if node.first_part is not None:
            target = placed[node.first_part]
            text += b" /Dest [ %d 0 R /Fit ]" % (target.base + target.segment.first_page)
        if place:
            text += b" /Prev %d 0 R" % nodes[place - 1].number
        if place + 1 < len(nodes):
            text += b" /Next %d 0 R" % nodes[place + 1].number
        if node.children:
            spot = len(objects)
            objects.append((node.number, b""))
            count += _items(node.children, node.number, parts, placed, objects)
            node.visible_below = len(node.children) + sum(c.visible_below for c in node.children if c.opened)
            below = node.visible_below if node.opened else -node.visible_below
            text += b" /First %d 0 R /Last %d 0 R /Count %d" % (
                node.children[0].number,
                node.children[-1].number,
                below,
            )
            objects[spot] = (node.number, text + b" >>")
            continue
        if node.part is not None and parts[node.part].own_outline:
            target = placed[node.part]
            facts = target.segment.facts
            if "outline_objects" in facts:
                _, first, last = target.segment.numbers("outline_objects")
                text += b" /First %d 0 R /Last %d 0 R /Count %d" % (
                    target.base + first,
                    target.base + last,
                    -int(facts["outline"]["visible"]),
                )
                count += int(facts["outline"]["items"])
        objects.append((node.number, text + b" >>"))
    return count
