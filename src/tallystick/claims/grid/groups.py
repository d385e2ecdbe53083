"""What a claim's lines stand under: the contract and its variations, the parts of a broken down line, own headings.

A group's key tells which lines are in it, whatever the grid is grouped by at the moment: ``all``, ``c`` (the
contract's own), ``vID`` (a variation), ``pID`` (a line of the schedule, by its parts), ``hID`` (an own heading, by the
first line of the schedule under it). Grouping never changes the PDF (domain §6.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tallystick.claims.models import Claim, ClaimLine
from tallystick.contracts.models import SovLine, Variation
from tallystick.terms import text

GROUPINGS = ("contract", "heading", "none")


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines under one title. With ``parent`` it is a part of that group, which stands before it and has them, too."""

    key: str
    title: str
    lines: tuple[ClaimLine, ...]
    parent: str = ""
    has_parts: bool = False

    @property
    def rows(self) -> tuple[ClaimLine, ...]:
        """The lines that stand directly under the title."""
        return () if self.has_parts else self.lines


def group_lines(claim: Claim, lines: Sequence[ClaimLine], by: str) -> tuple[LineGroup, ...]:
    """The lines in groups; at most two queries, for the names of variations and of broken down lines."""
    if by == "heading" and any(line.sov_line.group for line in lines):
        return _by_heading(lines)
    if by == "none":
        return (LineGroup("all", "", tuple(lines)),)
    return _by_contract(claim, lines)


def lines_in(lines: Iterable[ClaimLine], key: str) -> list[ClaimLine]:
    """The lines of the group with this key; none where it is unknown."""
    rows = list(lines)
    if key == "all":
        return rows
    wanted = int(key[1:]) if key[1:].isascii() and key[1:].isdigit() else None
    heading = next((line.sov_line.group for line in rows if line.sov_line_id == wanted), None)
    belongs: dict[str, Callable[[SovLine], bool]] = {
        "c": lambda line: line.variation_id == wanted,  # the contract's own lines have none
        "v": lambda line: wanted is not None and line.variation_id == wanted,
        "p": lambda line: wanted is not None and line.parent_id == wanted,
        "h": lambda line: heading is not None and line.group == heading,
    }
    test = belongs.get(key[:1])
    if test is None or (key[:1] == "c" and key != "c"):
        return []
    return [line for line in rows if test(line.sov_line)]


def _by_heading(lines: Sequence[ClaimLine]) -> tuple[LineGroup, ...]:
    members: dict[str, list[ClaimLine]] = {}
    for line in lines:
        members.setdefault(line.sov_line.group, []).append(line)
    return tuple(
        LineGroup(f"h{rows[0].sov_line_id}", heading or "Without a heading", tuple(rows))
        for heading, rows in members.items()
    )


def _by_contract(claim: Claim, lines: Sequence[ClaimLine]) -> tuple[LineGroup, ...]:
    members: dict[int | None, list[ClaimLine]] = {}
    for line in lines:
        members.setdefault(line.sov_line.variation_id, []).append(line)
    titles = _titles(claim, members)
    parents = _parents(lines)
    groups: list[LineGroup] = []
    for variation, rows in members.items():
        key = "c" if variation is None else f"v{variation}"
        parts = _parts(key, rows, parents)
        groups.append(LineGroup(key, titles[variation], tuple(rows), has_parts=bool(parts)))
        groups += parts
    return tuple(groups)


def _parts(key: str, rows: Sequence[ClaimLine], parents: dict[int, SovLine]) -> list[LineGroup]:
    """One group for each broken down line; lines that are not broken down stand under the contract itself."""
    if not any(line.sov_line.parent_id in parents for line in rows):
        return []
    members: dict[int | None, list[ClaimLine]] = {}
    for line in rows:
        members.setdefault(line.sov_line.parent_id, []).append(line)
    return [
        LineGroup(
            f"p{parent}" if parent is not None else f"n{rows[0].pk}",
            "Not broken down" if parent is None else str(parents[parent]),
            tuple(part),
            parent=key,
        )
        for parent, part in members.items()
    ]


def _titles(claim: Claim, members: Iterable[int | None]) -> dict[int | None, str]:
    wanted = [variation for variation in members if variation is not None]
    titles: dict[int | None, str] = {None: f"{claim.contract.number} {claim.contract.title}"}
    if wanted:
        for variation in Variation.objects.filter(pk__in=wanted):
            titles[variation.pk] = text(
                "{Variation} {number} · {title}", number=variation.number, title=variation.title
            )
    return titles


def _parents(lines: Sequence[ClaimLine]) -> dict[int, SovLine]:
    wanted = {line.sov_line.parent_id for line in lines if line.sov_line.parent_id is not None}
    return {line.pk: line for line in SovLine.objects.filter(pk__in=wanted)} if wanted else {}
